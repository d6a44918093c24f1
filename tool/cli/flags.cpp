#include "tool/cli/flags.h"

#include "tool/cli/plain/error.h"

#include <clang/Driver/Driver.h>
#include <clang/Driver/ToolChain.h>
#include <llvm/Option/Arg.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace ferrule::cli {
namespace {

const llvm::opt::OptTable& option_table() {
  using namespace clang;          // where LLVM 22 has it
  using namespace clang::driver;  // where LLVM 19 has it
  return getDriverOptTable();
}

bool is_launcher(std::string_view program) {
  constexpr std::array<std::string_view, 5> launchers = {"ccache", "sccache", "distcc", "icecc", "env"};
  return std::ranges::find(launchers, llvm::sys::path::filename(program).str()) != launchers.end();
}

// "ccache g++ -c x.cpp": the compiler is the first word that is no launcher and no NAME=VALUE for env.
std::size_t compiler_index(const std::vector<std::string>& arguments) {
  std::size_t index = 0;
  while (index + 1 < arguments.size() &&
         (is_launcher(arguments[index]) || (index > 0 && arguments[index].find('=') != std::string::npos))) {
    ++index;
  }
  return index;
}

// "@file" stands for the words in the file.
std::vector<std::string> expand_response_files(const Command& command, std::size_t first) {
  std::vector<std::string> expanded;
  for (std::size_t i = first; i < command.arguments.size(); ++i) {
    const std::string& word = command.arguments[i];
    if (!word.starts_with('@')) {
      expanded.push_back(word);
      continue;
    }
    const std::filesystem::path path = std::filesystem::path(command.directory) / word.substr(1);
    if (const auto text = llvm::MemoryBuffer::getFile(path.string())) {
      const auto words = split_command((*text)->getBuffer());
      expanded.insert(expanded.end(), words.begin(), words.end());
    }
  }
  return expanded;
}

// Words after -Xclang that load plugins or precompiled headers of another Clang, with the number of operands (each
// after an -Xclang of its own).
int front_end_operands(std::string_view word) {
  constexpr std::array<std::string_view, 4> with_operand = {"-load", "-add-plugin", "-plugin", "-include-pch"};
  return std::ranges::find(with_operand, word) != with_operand.end() ? 1 : -1;
}

std::vector<std::string> without_front_end_plugins(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool passes_on = words[i] == "-Xclang" && i + 1 < words.size();
    if (passes_on && words[i + 1].starts_with("-plugin-arg-")) {
      i += 3;
    } else if (passes_on && front_end_operands(words[i + 1]) == 1) {
      i += 3;
    } else {
      kept.push_back(words[i]);
    }
  }
  return kept;
}

bool only_for_the_build(std::string_view spelling) {
  constexpr std::array<std::string_view, 23> exact = {"-o",
                                                      "-c",
                                                      "-S",
                                                      "-E",
                                                      "-M",
                                                      "-MM",
                                                      "-MD",
                                                      "-MMD",
                                                      "-MF",
                                                      "-MT",
                                                      "-MQ",
                                                      "-MP",
                                                      "-MG",
                                                      "-MV",
                                                      "-MJ",
                                                      "-g",
                                                      "-w",
                                                      "-v",
                                                      "-###",
                                                      "--analyze",
                                                      "-pedantic",
                                                      "-include-pch",
                                                      "-pedantic-errors"};
  if (std::ranges::find(exact, spelling) != exact.end()) return true;
  constexpr std::array<std::string_view, 7> prefixes = {
      "-save-temps",    "-fplugin",           "--serialize-diagnostics", "-ftime-trace", "-fsave-optimization-record",
      "-fdiagnostics-", "-fcolor-diagnostics"};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return spelling.starts_with(prefix); });
}

bool is_warning(std::string_view text) {
  return text.starts_with("-W") && !text.starts_with("-Wp,") && !text.starts_with("-Wa,") && !text.starts_with("-Wl,");
}

bool is_unknown(const llvm::opt::Arg& arg) { return arg.getOption().getKind() == llvm::opt::Option::UnknownClass; }

bool is_dropped(const llvm::opt::Arg& arg, std::string_view text) {
  return only_for_the_build(arg.getSpelling()) || is_warning(text) || text.starts_with("-Wp,-M");
}

std::vector<std::string> front(const std::string& compiler, const std::string& resource_directory) {
  const auto name = clang::driver::ToolChain::getTargetAndModeFromProgramName(compiler);
  const bool is_cpp = name.DriverMode != nullptr && std::string_view(name.DriverMode) == "--driver-mode=g++";
  // The driver looks for what lies beside itself (libc++, the resource directory), so it gets our LLVM's name.
  std::vector<std::string> words = {FERRULE_LLVM_ROOT "/bin/clang" + std::string(is_cpp ? "++" : "")};
  if (is_cpp) words.push_back(name.DriverMode);
  if (name.TargetIsValid) words.push_back("--target=" + name.TargetPrefix);
  words.push_back("-resource-dir=" + resource_directory);
  return words;
}

}  // namespace

Adjusted adjust(const Command& command, const std::string& resource_directory) {
  const std::size_t compiler = compiler_index(command.arguments);
  const auto words = without_front_end_plugins(expand_response_files(command, compiler + 1));
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());

  unsigned missing_index = 0;
  unsigned missing_count = 0;
  const llvm::opt::InputArgList parsed =
      option_table().ParseArgs(pointers, missing_index, missing_count, llvm::opt::Visibility(llvm::opt::DefaultVis));

  Adjusted adjusted{front(command.arguments[compiler], resource_directory)};
  for (const llvm::opt::Arg* arg : parsed) {
    const std::string text = arg->getAsString(parsed);
    if (is_unknown(*arg)) {
      if (std::ranges::find(adjusted.dropped, text) == adjusted.dropped.end() && !is_warning(text)) {
        adjusted.dropped.push_back(text);
      }
    } else if (!is_dropped(*arg, text)) {
      llvm::opt::ArgStringList rendered;
      arg->render(parsed, rendered);
      adjusted.arguments.insert(adjusted.arguments.end(), rendered.begin(), rendered.end());
    }
  }
  // Warnings that Clang makes errors by default are not the user's compiler's opinion: off with all of them.
  for (const char* word : {"-fsyntax-only", "-w", "-Wno-everything"}) adjusted.arguments.emplace_back(word);
  return adjusted;
}

std::string find_resource_directory() {
  std::string directory = FERRULE_LLVM_ROOT "/lib/clang/" FERRULE_LLVM;
  if (!llvm::sys::fs::exists(directory + "/include/stddef.h")) {
    throw UsageError("'" + directory + "' has no Clang headers; install libclang-common-" FERRULE_LLVM "-dev");
  }
  return directory;
}

}  // namespace ferrule::cli
