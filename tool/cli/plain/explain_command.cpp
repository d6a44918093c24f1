#include "tool/cli/plain/explain_command.h"

#include "checks/rules/rule.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/pages.h"
#include "tool/cli/plain/rules.h"
#include "tool/cli/plain/standard_output.h"

#include <array>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 1> explain_options = {{{"--help", "", "this text"}}};

}  // namespace

const CommandSpec explain_spec = {"explain", "explain [RULE]", "Prints a rule's page; without RULE, the list of rules.",
                                  explain_options};

int run_explain(const Arguments& arguments) {
  if (arguments.positional.size() > 1) {
    throw UsageError("'" + arguments.positional[1] + "' is one rule too many; 'ferrule explain' takes one");
  }
  if (arguments.positional.empty()) {
    for (const Rule& rule : all_rules()) print(std::string(rule.name) + ": " + std::string(rule.summary) + "\n");
    return exit_clean;
  }
  const std::string name = parse_rule(arguments.positional.front());
  const auto pages = rule_pages();
  const auto page = pages.find(name);
  if (page == pages.end()) throw UsageError("'" + name + "' has no page in this build");
  print(page->second);
  return exit_clean;
}

}  // namespace ferrule::cli
