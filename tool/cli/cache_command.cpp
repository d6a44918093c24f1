#include "tool/cli/cache_command.h"

#include "tool/cache/entries.h"
#include "tool/cli/cache_options.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/standard_output.h"
#include "tool/report/report.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 5> cache_options = {{
    {"--stats", "", "how much there is, and whether all of it is sound"},
    {"--clear", "", "remove all of it"},
    {"--prune", "SIZE", "remove what was not used for longest until at most SIZE is left: '500M', '2G'"},
    {"--cache", "DIR", "the folder (default: 'ferrule' in $XDG_CACHE_HOME, or in ~/.cache)"},
    {"--help", "", "this text"},
}};

std::uint64_t parse_size(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
  const bool is_unit = unit.empty() || shift > 0;
  if (error != std::errc() || !is_unit || number == 0 || number > std::numeric_limits<std::uint64_t>::max() >> shift)
    throw UsageError("'" + text +
                     "' is not a size; '--prune' takes a number of bytes, or one with K, M or G behind it");
  return number << shift;
}

std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text.data();
}

void print_stats(const std::string& directory) {
  const cache::Usage usage = cache::usage_of(directory);
  print("folder      " + directory + "\nunits       " + std::to_string(usage.units) + "\njudgements  " +
        std::to_string(usage.judgements) + "\nfiles       " + std::to_string(usage.files) + "\nsize        " +
        megabytes(usage.bytes) + " of at most " + megabytes(cache::size_limit) + "\ndamaged     " +
        std::to_string(usage.damaged) + "\n");
}

}  // namespace

const CommandSpec cache_spec = {
    "cache",
    "cache --stats|--clear|--prune SIZE [--cache DIR]",
    "Shows or removes what is kept between runs: the facts of units, and what was found.\n"
    "It may be removed at any time, and costs the next run its time. Exit status: 0 done, 2 wrong use.",
    cache_options,
};

int run_cache(const Arguments& arguments) {
  if (!arguments.positional.empty())
    throw UsageError("'" + arguments.positional.front() + "' is one word too many for 'ferrule cache'");
  const int actions = int(arguments.has("--stats")) + int(arguments.has("--clear")) + int(arguments.has("--prune"));
  if (actions != 1) throw UsageError("'ferrule cache' needs one of '--stats', '--clear' and '--prune'");
  const std::string directory = cache_directory(arguments);
  if (directory.empty()) throw UsageError("there is no cache: neither XDG_CACHE_HOME nor HOME names a folder");
  if (arguments.has("--clear")) {
    const std::string problem = cache::clear(directory);
    if (!problem.empty()) throw UsageError("'" + directory + "' cannot be cleared: " + problem);
  } else if (arguments.has("--prune")) {
    cache::prune(directory, parse_size(arguments.value("--prune", "")), true);
  } else {
    print_stats(directory);
  }
  return exit_clean;
}

}  // namespace ferrule::cli
