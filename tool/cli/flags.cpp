#include "tool/cli/flags.h"

#include "tool/cli/compiler.h"
#include "tool/cli/plain/error.h"

#include <clang/Driver/Driver.h>
#include <clang/Driver/Types.h>
#include <llvm/Option/Arg.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace ferrule::cli {
namespace {

/// Why a command cannot be analysed.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const llvm::opt::OptTable& option_table() {
  using namespace clang;          // where LLVM 22 has it
  using namespace clang::driver;  // where LLVM 19 has it
  return getDriverOptTable();
}

// "@file" stands for the words in the file, and in those that it names. What cannot be read stays as it is.
std::vector<std::string> expand_response_files(const Command& command, std::size_t first) {
  llvm::SmallVector<const char*> words;
  for (std::size_t i = first; i < command.arguments.size(); ++i) words.push_back(command.arguments[i].c_str());
  llvm::BumpPtrAllocator storage;
  llvm::cl::ExpansionContext context(storage, llvm::cl::TokenizeGNUCommandLine);
  context.setCurrentDir(command.directory);
  std::string failure = llvm::toString(context.expandResponseFiles(words));
  if (!failure.empty()) throw Unusable("its response file: " + failure);
  return {words.begin(), words.end()};
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
  // clang-format off
  constexpr std::array<std::string_view, 23> exact = {
      "-o", "-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MF", "-MT", "-MQ", "-MP", "-MG", "-MV", "-MJ", "-g", "-w", "-v",
      "-###", "--analyze", "-pedantic", "-include-pch", "-pedantic-errors"};
  // clang-format on
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

bool is_input(const llvm::opt::Arg& arg) { return arg.getOption().getKind() == llvm::opt::Option::InputClass; }

bool is_dashes(const llvm::opt::Arg& arg) { return arg.getSpelling() == "--"; }

struct Input {
  std::string file;
  std::string_view language;  // after "-x", "" if its name says what it is
};

std::vector<Input> inputs(const llvm::opt::InputArgList& parsed) {
  std::vector<Input> all;
  std::string_view language;
  for (const llvm::opt::Arg* arg : parsed) {
    if (arg->getSpelling() == "-x" || arg->getSpelling() == "--language=") language = arg->getValue();
    if (is_input(*arg) || is_dashes(*arg))
      for (const char* file : arg->getValues()) all.push_back({file, language == "none" ? "" : language});
  }
  return all;
}

bool is_file(const Command& command, const std::string& input) {
  namespace fs = std::filesystem;
  const fs::path path = (fs::path(command.directory) / input).lexically_normal();
  std::error_code error;
  return path == command.file || fs::equivalent(path, command.file, error);
}

// What the unit is written in if that is neither C nor C++ nor one of their kin that Clang can parse like them.
std::string other_language(const std::string& file, std::string_view given) {
  using namespace clang::driver::types;
  const std::string extension = std::filesystem::path(file).extension().string();
  const ID type = given.empty() ? lookupTypeForExtension(extension.empty() ? "" : extension.substr(1))
                                : lookupTypeForTypeSpecifier(std::string(given).c_str());
  if (type == TY_INVALID || type == TY_Object) return extension.empty() ? "no known language" : extension.substr(1);
  const bool is_parsed = isDerivedFromC(type) && !isCuda(type) && !isHIP(type) && !isOpenCL(type);
  return is_parsed ? "" : getTypeName(type);
}

llvm::opt::InputArgList parse(const std::vector<std::string>& words) {
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  unsigned missing_index = 0;
  unsigned missing_count = 0;
  return option_table().ParseArgs(pointers, missing_index, missing_count,
                                  llvm::opt::Visibility(llvm::opt::DefaultVis));
}

// Of the inputs, the one that is the unit. Throws Unusable if the command is another file's.
Input own_input(const Command& command, const std::vector<Input>& all) {
  // Neither Clang's own reader nor GCC's expands what cannot be read.
  const auto missing = std::ranges::find_if(all, [](const Input& input) { return input.file.starts_with('@'); });
  if (missing != all.end()) throw Unusable("its response file '" + missing->file.substr(1) + "' cannot be read");
  const auto own = std::ranges::find_if(all, [&](const Input& input) { return is_file(command, input.file); });
  if (own != all.end()) return *own;
  if (all.empty()) throw Unusable("its command names no source file");
  throw Unusable("its command compiles '" + all.front().file + "' instead");
}

void check_readable(const Command& command) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(command.file, error);
  if (!fs::exists(status)) throw Unusable("it does not exist");
  if (fs::is_directory(status)) throw Unusable("it is a directory");
  if (fs::is_fifo(status) || fs::is_socket(status)) throw Unusable("it is no regular file");
}

void adjust_words(const Command& command, const std::string& resource_directory, Adjusted& adjusted) {
  adjusted.language = other_language(command.file, "");
  const std::size_t compiler = compiler_index(command);
  const auto words = without_front_end_plugins(expand_response_files(command, compiler + 1));
  const llvm::opt::InputArgList parsed = parse(words);
  const std::vector<Input> all = inputs(parsed);
  const auto own = std::ranges::find_if(all, [&](const Input& input) { return is_file(command, input.file); });
  if (own != all.end()) adjusted.language = other_language(command.file, own->language);
  if (!adjusted.language.empty()) return;
  if (is_msvc(command.arguments[compiler]))
    throw Unusable("'" + command.arguments[compiler] + "' takes the options of MSVC, which are not understood");
  check_readable(command);
  const Input input = own_input(command, all);

  adjusted.object = command.output;
  for (const llvm::opt::Arg* arg : parsed) {
    const std::string text = arg->getAsString(parsed);
    if (arg->getSpelling() == "-o")
      adjusted.object = (std::filesystem::path(command.directory) / arg->getValue()).lexically_normal().string();
    if (is_unknown(*arg)) {
      if (std::ranges::find(adjusted.dropped, text) == adjusted.dropped.end() && !is_warning(text)) {
        adjusted.dropped.push_back(text);
      }
    } else if (is_input(*arg) || is_dashes(*arg)) {
      const bool is_own = std::ranges::any_of(arg->getValues(), [&](const char* file) { return file == input.file; });
      if (is_own) adjusted.arguments.push_back(input.file.starts_with('-') ? "./" + input.file : input.file);
    } else if (!is_dropped(*arg, text)) {
      llvm::opt::ArgStringList rendered;
      arg->render(parsed, rendered);
      adjusted.arguments.insert(adjusted.arguments.end(), rendered.begin(), rendered.end());
    }
  }
  // Warnings that Clang makes errors by default are not the user's compiler's opinion: off with all of them.
  for (const char* word : {"-fsyntax-only", "-w", "-Wno-everything"}) adjusted.arguments.emplace_back(word);
  adjusted.arguments.push_back("-resource-dir=" + resource_directory);
  const std::string unknown_target = add_compiler(adjusted.arguments, command.arguments[compiler]);
  if (!unknown_target.empty()) adjusted.dropped.push_back("--target=" + unknown_target);
}

}  // namespace

Adjusted adjust(const Command& command, const std::string& resource_directory) {
  Adjusted adjusted;
  try {
    adjust_words(command, resource_directory, adjusted);
  } catch (const Unusable& problem) {
    adjusted.failure = problem.what();
  }
  return adjusted;
}

std::string first_input(const std::vector<std::string>& flags) {
  const llvm::opt::InputArgList parsed = parse(flags);
  const std::vector<Input> all = inputs(parsed);
  return all.empty() ? "" : all.front().file;
}

std::string find_resource_directory() {
  std::string directory = FERRULE_LLVM_ROOT "/lib/clang/" FERRULE_LLVM;
  if (!llvm::sys::fs::exists(directory + "/include/stddef.h")) {
    throw UsageError("'" + directory + "' has no Clang headers; install libclang-common-" FERRULE_LLVM "-dev");
  }
  return directory;
}

}  // namespace ferrule::cli
