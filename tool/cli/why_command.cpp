#include "tool/cli/why_command.h"

#include "checks/judge/flow.h"
#include "checks/judge/program.h"
#include "checks/judge/verdicts.h"
#include "checks/judge/why.h"
#include "tool/cli/configuration.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/units.h"
#include "tool/report/report.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 5> why_options = {{
    {"-p", "BUILD", "the folder of compile_commands.json, or the file (default: found upwards)"},
    {"--config", "FILE", "the configuration (default: '.ferrule.json', found upwards)"},
    {"-j", "N", "units analysed at once (default: one a processor)"},
    {"--quiet", "", "no progress and no notes"},
    {"--help", "", "this text"},
}};

[[noreturn]] void unknown_type(const Program& program, const std::string& type) {
  std::string sentence = "'" + type + "' is no type of the program";
  const auto near = near_types(program, type);
  for (std::size_t i = 0; i < near.size(); ++i) sentence += (i == 0 ? "; did you mean '" : "', '") + near[i];
  throw UsageError(near.empty() ? sentence : sentence + "'?");
}

}  // namespace

const CommandSpec why_spec = {
    "why",
    "why TYPE [-p BUILD] [PATH…]\n       ferrule why TYPE FILE… -- CLANG-FLAGS",
    "Prints why a type is or is not Send, Sync and Synchronized.\n"
    "TYPE is written as in the source; the namespaces around it may be left out where that is clear.",
    why_options,
};

int run_why(const Arguments& given) {
  if (given.positional.empty()) throw UsageError("'ferrule why' needs a type");
  Arguments arguments = given;
  const std::string type = arguments.positional.front();
  arguments.positional.erase(arguments.positional.begin());

  const Configuration configuration = load_configuration(arguments);
  const UnitList list = list_units(arguments);
  const bool progress = is_terminal(STDERR_FILENO) && !arguments.has("--quiet");
  Analysis analysis = analyse(list.units, {.jobs = job_count(arguments), .progress = progress});
  std::fwrite(analysis.errors.data(), 1, analysis.errors.size(), stderr);
  const Report report{.units = list.commands, .failed = std::move(analysis.failed)};
  if (!report.failed.empty()) {
    std::fprintf(stderr, "ferrule: %s\n", not_analysed(report, std::filesystem::current_path().string()).c_str());
  }

  configuration.claim(analysis.facts);
  const Program program(std::move(analysis.facts));
  const Flow flow(program, configuration.concurrency());
  const Verdicts verdicts(program, &flow, configuration.types());
  const auto text = why(program, verdicts, type);
  if (!text) unknown_type(program, type);
  std::fwrite(text->data(), 1, text->size(), stdout);
  return report.failed.empty() ? exit_clean : exit_incomplete;
}

}  // namespace ferrule::cli
