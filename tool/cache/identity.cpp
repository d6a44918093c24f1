#include "tool/cache/cache.h"

#include <elf.h>
#include <link.h>
#include <sys/stat.h>

#include <cstring>

namespace ferrule::cache {
namespace {

// The linker's hash of an object's content.
std::string build_id(const dl_phdr_info& object) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr) & segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* note = reinterpret_cast<const char*>(object.dlpi_addr + segment.p_vaddr);
    const char* const end = note + segment.p_memsz;
    while (end - note > static_cast<std::ptrdiff_t>(sizeof(ElfW(Nhdr)))) {
      ElfW(Nhdr) header;
      std::memcpy(&header, note, sizeof header);
      const auto aligned = [](std::size_t size) { return (size + 3) / 4 * 4; };
      const char* const name = note + sizeof header;
      const char* const content = name + aligned(header.n_namesz);
      note = content + aligned(header.n_descsz);
      if (note > end) break;
      if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        return {content, header.n_descsz};
    }
  }
  return "";
}

// Of an object without such a hash: what changes when it is built again.
std::string stamp_of(const char* file) {
  struct stat status{};
  if (::stat(*file ? file : "/proc/self/exe", &status) != 0) return "";
  return std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

std::string make_identity() {
  std::vector<std::string> parts;
  const auto add = [](dl_phdr_info* object, std::size_t, void* data) {
    const std::string_view name = object->dlpi_name;
    if (name.find("vdso") != std::string_view::npos) return 0;  // the kernel's
    const std::string id = build_id(*object);
    static_cast<std::vector<std::string>*>(data)->push_back(id.empty() ? stamp_of(object->dlpi_name) : id);
    return 0;
  };
  dl_iterate_phdr(add, &parts);
  return hex(digest_of(parts));
}

}  // namespace

const std::string& program_identity() {
  static const std::string identity = make_identity();
  return identity;
}

}  // namespace ferrule::cache
