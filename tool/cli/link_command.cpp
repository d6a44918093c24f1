#include "tool/cli/link_command.h"

#include "checks/store/fact_file.h"
#include "tool/cli/analysis.h"
#include "tool/cli/check_command.h"
#include "tool/cli/configuration.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/prefix_map.h"

#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <array>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 15> link_options = {{
    {"--path-prefix-map", "OLD=NEW", "read NEW where a path in the facts begins with OLD; may be repeated", true},
    {"--profile", "default|strict", "what to report: where there is evidence, or all that is not proved"},
    {"--config", "FILE", "the configuration (default: none; no file is looked for)"},
    {"--rules", "LIST", "only these rules, separated by commas; may be repeated", true},
    {"--format", "text|concise|json|sarif|github|gitlab|junit",
     "form of the report; may be repeated, each with its --output", true},
    {"--output", "FILE", "where the --format before it goes (default: standard output)", true},
    {"--baseline", "FILE", "hides the findings that are in the file; 'ferrule baseline' writes it"},
    {"--visible-only", "", "SARIF without what NOLINT or the baseline hides"},
    {"--require-reasons", "", "report NOLINT comments of Ferrule's rules that do not say why"},
    {"--color", "auto|always|never", "colours in text (default: on a terminal)"},
    {"--explain-incomplete", "", "each place where the analysis stopped, on standard error"},
    {"--quiet", "", "no notes and no summary"},
    {"--statistics", "", "findings by rule and by file, on standard error"},
    {"--timing", "", "seconds by stage and rule, and peak memory, on standard error"},
    {"--help", "", "this text"},
}};

FactFile read_facts(const std::string& name, const PrefixMap& map) {
  auto buffer = llvm::MemoryBuffer::getFile(name, false, false);
  if (!buffer) throw UsageError("'" + name + "' cannot be read: " + buffer.getError().message());
  FactFile file;
  const std::string problem = read_fact_file((*buffer)->getBuffer(), map, file);
  if (!problem.empty()) throw UsageError("'" + name + "' " + problem);
  return file;
}

struct Named {
  Unit unit;
  std::string file;
};

// As 'check' orders them.
std::vector<Named> read_units(const Arguments& arguments, const PrefixMap& map) {
  std::vector<Named> all;
  for (const std::string& name : arguments.positional) {
    FactFile file = read_facts(name, map);
    all.push_back({{.command = {file.facts.unit, ""}, .targets = std::move(file.targets)}, name});
  }
  std::ranges::stable_sort(all, {}, [](const Named& named) { return named.unit.command.file; });
  return all;
}

UnitList list_of(const std::vector<Named>& units) {
  UnitList list;
  for (const Named& named : units) {
    list.units.push_back(named.unit);
    list.files.push_back(named.unit.command.file);
  }
  list.commands = list.units.size();
  return list;
}

}  // namespace

const CommandSpec link_spec = {
    "link",
    "link FACTS…",
    "Reports what 'check' would report of the units whose facts the files have.\n"
    "Exit status: 0 clean, 1 findings, 2 wrong use.",
    link_options,
};

int run_link(const Arguments& arguments) {
  if (arguments.positional.empty())
    throw UsageError("'ferrule link' needs files with facts; 'ferrule facts' writes them");
  const PrefixMap map = prefix_map(arguments);
  std::vector<Named> units;
  Arguments asked = arguments;
  asked.positional.clear();  // no paths of the program
  return report_on(
      asked, "",
      {.configuration = [&] { return arguments.has("--config") ? load_configuration(asked) : Configuration(); },
       .units =
           [&](const Configuration&) {
             units = read_units(arguments, map);
             return list_of(units);
           },
       .facts =
           [&](const UnitList& list, const AnalyseOptions&) {
             return analysis_of(list.units, [&](std::size_t unit) { return read_facts(units[unit].file, map).facts; });
           },
       .files = arguments.positional});
}

}  // namespace ferrule::cli
