#include "tool/cli/why_command.h"

#include "checks/flow/flow.h"
#include "checks/program/program.h"
#include "checks/types/verdicts.h"
#include "checks/types/why.h"
#include "checks/types/why_find.h"
#include "tool/cli/analysis.h"
#include "tool/cli/cache_options.h"
#include "tool/cli/configuration.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/standard_output.h"
#include "tool/cli/units.h"
#include "tool/report/report.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 8> why_options = {{
    {"-p", "BUILD", "the folder of compile_commands.json, or the file (default: found upwards)"},
    {"--units", "PATH", "analyse only the units in PATH, as if they were the program; may be repeated", true},
    {"--config", "FILE", "the configuration (default: '.ferrule.json', found upwards)"},
    {"-j", "N", "units analysed at once (default: one a processor)"},
    {"--cache", "DIR", "where facts are kept between runs (default: 'ferrule' in $XDG_CACHE_HOME, or in ~/.cache)"},
    {"--no-cache", "", "neither read nor keep anything between runs"},
    {"--quiet", "", "no progress and no notes"},
    {"--help", "", "this text"},
}};

[[noreturn]] void unknown_type(const Program& program, const std::string& type, const FoundType& found) {
  const bool is_ambiguous = !found.several.empty();
  std::string sentence = "'" + type + (is_ambiguous ? "' may mean '" : "' is no type of the program");
  std::vector<std::string> names = is_ambiguous ? found.several : near_types(program, type);
  constexpr std::size_t most_names = 5;
  const std::size_t count = std::min(names.size(), most_names);
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 0 && !is_ambiguous) sentence += "; did you mean '";
    if (i > 0) sentence += i + 1 == count && count == names.size() && is_ambiguous ? "' or '" : "', '";
    sentence += names[i];
  }
  if (names.size() > most_names) sentence += "' or one of " + std::to_string(names.size() - most_names) + " others";
  if (count > 0 && names.size() <= most_names) sentence += is_ambiguous ? "'" : "'?";
  throw UsageError(sentence);
}

/// What there is to choose from, without the bodies.
Program names_of(const std::vector<Facts>& units) {
  std::vector<Facts> names;
  for (const Facts& unit : units)
    names.push_back({.unit = unit.unit, .types = unit.types, .records = unit.records, .aliases = unit.aliases});
  return Program(std::move(names));
}

/// The key of the type that is meant; the facts then have it. Throws UsageError.
std::string choose_type(std::vector<Facts>& units, const std::string& type) {
  const Program names = names_of(units);
  FoundType found = find_type(names, type);
  if (found.key.empty()) unknown_type(names, type, found);
  std::move(found.made.begin(), found.made.end(), std::back_inserter(units.front().types));
  return found.key;
}

// A name may mean one thing in one program and another in another: each answer is given once.
std::string why_in(Programs& programs, const std::string& type, const Configuration& configuration) {
  std::vector<std::string> answers;
  std::string refusal;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    std::vector<Facts> facts = programs.load(i);
    try {
      const std::string key = choose_type(facts, type);
      configuration.claim(facts);
      const Program program(std::move(facts));
      const Flow flow(program, configuration.concurrency());
      const Verdicts verdicts(program, &flow, configuration.types());
      std::string answer = why(program, verdicts, key, std::filesystem::current_path().string());
      if (std::ranges::find(answers, answer) == answers.end()) answers.push_back(std::move(answer));
    } catch (const UsageError& error) {
      refusal = error.what();
    }
  }
  if (answers.empty()) throw UsageError(refusal);
  std::string text;
  for (const std::string& answer : answers) text += (text.empty() ? "" : "\n") + answer;
  return text;
}

}  // namespace

const CommandSpec why_spec = {
    "why",
    "why TYPE [-p BUILD]\n       ferrule why TYPE FILE… -- CLANG-FLAGS",
    "Prints why a type is or is not Send, Sync and Synchronized.\n"
    "TYPE is written as in the source, or as an alias; the namespaces around it may be left out where that is clear.\n"
    "What has no name is named by its place: 'lambda at main.cpp:12'.",
    why_options,
};

int run_why(const Arguments& given) {
  if (given.positional.empty() || given.positional.front().empty()) throw UsageError("'ferrule why' needs a type");
  Arguments arguments = given;
  const std::string type = arguments.positional.front();
  arguments.positional.erase(arguments.positional.begin());
  if (!arguments.positional.empty() && !arguments.after_dashes)
    throw UsageError("'" + arguments.positional.front() +
                     "' is one word too many; 'ferrule why' takes a type, and '--units' chooses units");

  const Configuration configuration = load_configuration(arguments);
  const UnitList list = list_units(arguments, configuration);
  const bool progress = is_terminal(STDERR_FILENO) && !arguments.has("--quiet");
  std::optional<cache::Cache> cache = cache_of(arguments);
  Analysis analysis = analyse(list.units, {.jobs = job_count(arguments), .progress = progress, .cache = cache ? &*cache : nullptr});
  std::fwrite(analysis.errors.data(), 1, analysis.errors.size(), stderr);
  const Report report{.units = list.commands, .failed = std::move(analysis.failed)};
  if (!report.failed.empty()) {
    std::fprintf(stderr, "ferrule: %s\n", not_analysed(report, std::filesystem::current_path().string()).c_str());
  }

  print(why_in(analysis.programs, type, configuration));
  return report.failed.empty() ? exit_clean : exit_incomplete;
}

}  // namespace ferrule::cli
