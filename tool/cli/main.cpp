// The command line: finds the command and turns what goes wrong into a sentence and an exit status.
#include "checks/model/nearest.h"
#include "tool/cli/baseline_command.h"
#include "tool/cli/cache_command.h"
#include "tool/cli/check_command.h"
#include "tool/cli/claims_command.h"
#include "tool/cli/facts_command.h"
#include "tool/cli/link_command.h"
#include "tool/cli/plain/arguments.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/explain_command.h"
#include "tool/cli/plain/standard_output.h"
#include "tool/cli/why_command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

namespace ferrule::cli {
namespace {

struct Entry {
  const CommandSpec* spec;
  int (*run)(const Arguments&);
};

const std::array<Entry, 8> commands = {{{&check_spec, run_check},
                                        {&baseline_spec, run_baseline},
                                        {&why_spec, run_why},
                                        {&claims_spec, run_claims},
                                        {&cache_spec, run_cache},
                                        {&facts_spec, run_facts},
                                        {&link_spec, run_link},
                                        {&explain_spec, run_explain}}};

std::string overview() {
  std::string text = "usage: ferrule COMMAND …\n\ncommands:\n";
  for (const Entry& entry : commands) {
    text += "  " + std::string(entry.spec->name) + std::string(10 - entry.spec->name.size(), ' ') +
            std::string(entry.spec->help.substr(0, entry.spec->help.find('\n'))) + "\n";
  }
  return text + "\n'ferrule COMMAND --help' says more; 'ferrule --version' says which this is\n";
}

const Entry& command_named(const std::string& name) {
  const auto entry = std::ranges::find(commands, name, [](const Entry& known) { return known.spec->name; });
  if (entry != commands.end()) return *entry;
  std::vector<std::string_view> names;
  for (const Entry& known : commands) names.push_back(known.spec->name);
  names.insert(names.end(), {"--help", "--version"});
  const std::string hint = did_you_mean(name, names);
  throw UsageError("'" + name + "' is not a command" + (hint.empty() ? "; 'ferrule --help' lists them" : hint));
}

void refuse_more(const std::vector<std::string>& words, std::size_t count) {
  if (words.size() > count)
    throw UsageError("'" + words[count] + "' is one word too many after '" + words[count - 1] + "'");
}

void check_current_folder() {
  std::error_code error;
  static_cast<void>(std::filesystem::current_path(error));
  if (error) throw UsageError("'.' cannot be read, the current folder: " + error.message());
}

int run(const std::vector<std::string>& words) {
  if (words.empty())
    throw UsageError(
        "'ferrule' needs a command: check, baseline, why, claims, cache, facts, link or explain; 'ferrule --help' "
        "lists them");
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    const bool is_of_command = words.size() > 1 && !words[1].starts_with('-');
    refuse_more(words, is_of_command ? 2 : 1);
    print(is_of_command ? help(*command_named(words[1]).spec) : overview());
    return exit_clean;
  }
  if (words[0] == "--version") {
    refuse_more(words, 1);
    print("ferrule " FERRULE_VERSION " (LLVM " FERRULE_LLVM ")\n");
    return exit_clean;
  }
  const Entry& entry = command_named(words[0]);
  const Arguments arguments = parse_arguments(*entry.spec, std::span(words).subspan(1));
  if (arguments.has("--help")) {
    print(help(*entry.spec));
    return exit_clean;
  }
  check_current_folder();
  return entry.run(arguments);
}

}  // namespace
}  // namespace ferrule::cli

int main(int argc, char** argv) {
  ferrule::cli::open_standard_streams();
  try {
    return ferrule::cli::run({argv + 1, argv + argc});
  } catch (const ferrule::cli::UsageError& error) {
    std::fprintf(stderr, "ferrule: %s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ferrule: 'ferrule' failed: %s\n", error.what());
  }
  return ferrule::cli::exit_misuse;
}
