#include "tool/cli/baseline_command.h"

#include "tool/cli/check_command.h"
#include "tool/cli/plain/error.h"

#include <array>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 12> baseline_options = {{
    {"-p", "BUILD", "the folder of compile_commands.json, or the file (default: found upwards)"},
    {"--output", "FILE", "where the baseline goes (default: standard output)"},
    {"--profile", "default|strict", "which findings: where there is evidence, or all that is not proved"},
    {"--config", "FILE", "the configuration (default: '.ferrule.json', found upwards)"},
    {"--rules", "LIST", "only these rules, separated by commas; may be repeated", true},
    {"-j", "N", "units analysed at once (default: one a processor)"},
    {"--cache", "DIR", "where facts are kept between runs (default: 'ferrule' in $XDG_CACHE_HOME, or in ~/.cache)"},
    {"--no-cache", "", "neither read nor keep anything between runs"},
    {"--color", "auto|always|never", "colours in the compiler's errors (default: on a terminal)"},
    {"--incomplete", "note|fail", "units that cannot be analysed: only noted, or status 3 (default)"},
    {"--quiet", "", "no progress and no notes"},
    {"--help", "", "this text"},
}};

}  // namespace

const CommandSpec baseline_spec = {
    "baseline",
    "baseline [-p BUILD] [--output FILE] [PATH…]\n       ferrule baseline [--output FILE] FILE… -- CLANG-FLAGS",
    "Writes the findings that there are, for 'ferrule check --baseline FILE' to hide.\n"
    "Exit status: 0 written, 2 wrong use, 3 written, but some unit was not analysed.",
    baseline_options,
};

int run_baseline(const Arguments& arguments) {
  const int status = run_check(arguments, "baseline");
  return status == exit_findings ? exit_clean : status;
}

}  // namespace ferrule::cli
