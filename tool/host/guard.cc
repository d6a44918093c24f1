// Compiled into each plugin: refuses a host of another LLVM major. Such a host would load the plugin, find nothing with
// it, and exit 0.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>

namespace {

using GetVersion = void (*)(unsigned*, unsigned*, unsigned*);

unsigned host_major() {
  // Looked up by name: a host without it must not stop at an unresolved symbol instead of our sentence.
  const auto get_version = reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;
  if (get_version != nullptr) get_version(&major, &minor, &patch);
  return major;
}

// Before the plugin's other initialisers, which already use the host.
__attribute__((constructor(101))) void refuse_other_majors() {
  const unsigned major = host_major();
  if (major == FERRULE_LLVM) return;
  if (major == 0) {
    std::fprintf(stderr, "'%s' is built for LLVM %d and does not run in this program, which does not say its LLVM\n",
                 FERRULE_PLUGIN, FERRULE_LLVM);
  } else {
    std::fprintf(stderr, "'%s' is built for LLVM %d and does not run in LLVM %u; load the one built for LLVM %u\n",
                 FERRULE_PLUGIN, FERRULE_LLVM, major, major);
  }
  std::fflush(stderr);
  _exit(2);
}

}  // namespace
