#include "tool/cli/facts_command.h"

#include "checks/store/archive.h"
#include "checks/store/fact_file.h"
#include "tool/cache/recorder.h"
#include "tool/cli/output_file.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/prefix_map.h"
#include "tool/cli/plain/workers.h"
#include "tool/cli/reports.h"
#include "tool/cli/unit.h"
#include "tool/cli/units.h"

#include <unistd.h>

#include <array>
#include <cstdio>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 6> facts_options = {{
    {"-o", "FILE", "where the facts go"},
    {"--depfile", "FILE", "where the names of the files that were read go, as a rule of make"},
    {"--path-prefix-map", "OLD=NEW", "write NEW where a path begins with OLD; may be repeated", true},
    {"--color", "auto|always|never", "colours in the compiler's errors (default: on a terminal)"},
    {"--quiet", "", "no notes"},
    {"--help", "", "this text"},
}};

struct Made {
  std::string failure = {};
  std::string errors = {};
  std::string file = {};
  std::vector<std::string> read = {};
};

template <class Archive>
constexpr void visit(Archive& archive, Made& it) {
  archive(it.failure, it.errors, it.file, it.read);
}

// Macros that stand for the file's name are as long as it is.
std::vector<std::string> with_macro_map(std::vector<std::string> arguments, const PrefixMap& map) {
  for (const auto& [before, after] : map) arguments.push_back("-fmacro-prefix-map=" + before + "=" + after);
  return arguments;
}

Made make(const Unit& unit, const PrefixMap& map, bool color) {
  cache::Recorder recorder;
  UnitCommand command = unit.command;
  command.arguments = with_macro_map(std::move(command.arguments), map);
  UnitResult result = analyse_unit(command, color, &recorder);
  Made made{.failure = result.failure, .errors = result.errors};
  if (made.failure.empty()) made.file = to_fact_file({std::move(result.facts), unit.targets}, map);
  made.read = recorder.files_read();
  return made;
}

/// In a process of its own: Clang may crash.
Made make_apart(const Unit& unit, const PrefixMap& map, bool color) {
  Made made;
  const auto receive = [&](TaskResult result) {
    auto read = store::read<Made>(result.bytes);
    if (!result.death.empty() || !read)
      made.failure = "the analysis of it " + (result.death.empty() ? "was lost" : result.death);
    else
      made = std::move(*read);
  };
  const auto work = [&](std::size_t) { return store::written(make(unit, map, color)); };
  if (!run_in_workers(1, 1, work, receive)) receive({0, work(0), ""});
  return made;
}

// As make and Ninja read it.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == ' ' || c == '#' || c == '\\') text += '\\';
    if (c == '$') text += '$';
    text += c;
  }
  return text;
}

std::string dependencies(const std::string& target, const std::vector<std::string>& files) {
  std::string text = escaped(target) + ":";
  for (const std::string& file : files) text += " \\\n  " + escaped(file);
  return text + "\n";
}

}  // namespace

const CommandSpec facts_spec = {
    "facts",
    "facts FILE -o FACTS [--depfile DEPS] -- CLANG-FLAGS",
    "Writes the facts of one unit to a file, for 'ferrule link': the two halves of 'check', for build systems.\n"
    "Reads no configuration and no cache. Exit status: 0 written, 2 wrong use, 3 the unit was not analysed.",
    facts_options,
};

int run_facts(const Arguments& arguments) {
  if (!arguments.after_dashes) throw UsageError("'ferrule facts' needs the compiler's flags, behind '--'");
  if (arguments.positional.size() != 1) throw UsageError("'ferrule facts' takes one file before '--'");
  const std::string output = arguments.value("-o", "");
  if (output.empty()) throw UsageError("'ferrule facts' needs '-o FILE', where the facts go");
  const PrefixMap map = prefix_map(arguments);
  const UnitList list = list_units(arguments, Configuration());
  const std::string depfile = arguments.value("--depfile", "");
  refuse_input_as_output(output, {arguments.positional.front()}, "-o");
  if (!depfile.empty()) refuse_input_as_output(depfile, {arguments.positional.front()}, "--depfile");
  OutputFile facts(output);
  std::optional<OutputFile> names;
  if (!depfile.empty()) names.emplace(depfile);
  if (!arguments.has("--quiet")) print_dropped_flags(list);

  const Unit& unit = list.units.front();
  const Made made = unit.failure.empty() ? make_apart(unit, map, wants_color(arguments, STDERR_FILENO))
                                         : Made{.failure = unit.failure};
  std::fwrite(made.errors.data(), 1, made.errors.size(), stderr);
  if (!made.failure.empty()) {
    if (made.errors.empty()) std::fprintf(stderr, "%s: error: %s\n", unit.command.file.c_str(), made.failure.c_str());
    return exit_incomplete;
  }
  facts.write(made.file);
  if (names) names->write(dependencies(output, made.read));
  return exit_clean;
}

}  // namespace ferrule::cli
