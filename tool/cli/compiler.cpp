#include "tool/cli/compiler.h"

#include <clang/Driver/ToolChain.h>
#include <clang/Driver/Types.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ferrule::cli {
namespace {

using clang::driver::ParsedClangName;

constexpr const char* our_compiler = FERRULE_LLVM_ROOT "/bin/clang";

// "C:\VC\cl.exe" is "cl", too.
std::string base_name(std::string_view program) {
  std::string name(program.substr(program.find_last_of("/\\") + 1));
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  return name;
}

// Names that end as a compiler's does, or that hold one among their own operands.
bool is_launcher(const std::string& name) {
  constexpr std::array<std::string_view, 8> launchers = {"ccache", "sccache", "buildcache", "distcc",
                                                         "icecc",  "env",     "nice",       "cmake"};
  return std::ranges::find(launchers, name) != launchers.end();
}

ParsedClangName parsed_name(const std::string& compiler) {
  // Whether a prefix is a target, only the registered targets can say.
  [[maybe_unused]] static const bool is_initialised = [] {
    llvm::InitializeAllTargetInfos();
    return true;
  }();
  return clang::driver::ToolChain::getTargetAndModeFromProgramName(base_name(compiler));
}

bool is_compiler(const std::string& word) {
  return !word.starts_with('-') && !is_launcher(base_name(word)) && !parsed_name(word).ModeSuffix.empty();
}

bool is_source(const Command& command, const std::string& word) {
  return llvm::sys::path::filename(word) == llvm::sys::path::filename(command.file);
}

}  // namespace

std::size_t compiler_index(const Command& command) {
  const std::vector<std::string>& words = command.arguments;
  for (std::size_t i = 0; i < words.size() && !is_source(command, words[i]); ++i)
    if (is_compiler(words[i])) return i;
  return 0;
}

bool is_msvc(const std::string& compiler) {
  const ParsedClangName name = parsed_name(compiler);
  return name.DriverMode != nullptr && std::string_view(name.DriverMode) == "--driver-mode=cl";
}

std::string add_compiler(std::vector<std::string>& words, const std::string& compiler) {
  const ParsedClangName name = parsed_name(compiler);
  const bool is_cpp = name.DriverMode != nullptr && std::string_view(name.DriverMode) == "--driver-mode=g++";
  // The driver looks for what lies beside itself (libc++, the resource directory), so it gets our LLVM's name.
  words.insert(words.begin(), std::string(our_compiler) + (is_cpp ? "++" : ""));
  clang::tooling::addTargetAndModeForProgramName(words, base_name(compiler));
  const bool is_target = std::ranges::count(name.TargetPrefix, '-') >= 2 && !name.TargetIsValid;
  return is_target ? name.TargetPrefix : "";
}

std::vector<std::string> compiler_for(const std::string& file) {
  using namespace clang::driver::types;
  const llvm::StringRef extension = llvm::sys::path::extension(file);
  const ID type = lookupTypeForExtension(extension.empty() ? extension : extension.drop_front());
  if (type == TY_C || type == TY_PP_C) return {"clang"};
  if (type == TY_CHeader) return {"clang++", "-x", "c++-header"};
  return {"clang++"};
}

}  // namespace ferrule::cli
