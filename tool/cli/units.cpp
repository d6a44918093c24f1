#include "tool/cli/units.h"

#include "tool/cli/compiler.h"
#include "tool/cli/flags.h"
#include "tool/cli/git.h"
#include "tool/cli/plain/database.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/link.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <tuple>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

void check_exists(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw UsageError("'" + path + "' " + (error ? "cannot be read" : "does not exist"));
}

std::vector<Command> commands_from_dashes(const Arguments& arguments) {
  if (arguments.has("-p")) throw UsageError("'-p' and '--' exclude each other: flags come from one place");
  if (arguments.has("--units")) throw UsageError("'--units' and '--' exclude each other: units come from one place");
  if (arguments.positional.empty()) throw UsageError("'--' gives flags but no file is named before it");
  if (const std::string input = first_input(*arguments.after_dashes); !input.empty())
    throw UsageError("'" + input + "' after '--' is no flag; files stand before it, and the compiler is left out");
  std::vector<Command> commands;
  for (const std::string& file : arguments.positional) {
    std::error_code error;
    check_exists(file);
    if (fs::is_directory(file, error)) throw UsageError("'" + file + "' is a directory, and '--' needs files");
    Command command{fs::current_path().string(), fs::absolute(file).lexically_normal().string(), compiler_for(file)};
    command.arguments.insert(command.arguments.end(), arguments.after_dashes->begin(), arguments.after_dashes->end());
    command.arguments.push_back(file);
    commands.push_back(std::move(command));
  }
  return commands;
}

// Where the search for a database begins: in the folder of the first path that is named, or of what is left of it.
fs::path start_of_search(const Arguments& arguments) {
  const std::vector<std::string> units = arguments.values("--units");
  fs::path start = !arguments.positional.empty() ? arguments.positional.front() : units.empty() ? "." : units.front();
  std::error_code error;
  if (!fs::is_directory(start, error)) start = start.parent_path();
  return start.empty() ? "." : start;
}

std::vector<Command> commands_from_database(const Arguments& arguments, const Configuration& configuration,
                                            UnitList& list) {
  const std::vector<std::string> chosen = arguments.values("--units");
  for (const std::string& path : chosen) check_exists(path);
  for (const std::string& path : arguments.positional)
    if (!is_deleted(path)) check_exists(path);
  const std::string given = arguments.value("-p", "");
  const fs::path database = given.empty() ? find_database(start_of_search(arguments)) : database_at(given);
  std::vector<Command> commands = read_database(database);
  for (const Command& command : commands) list.files.push_back(command.file);
  commands = select(std::move(commands), chosen, database);
  list.excluded = std::erase_if(commands, [&](const Command& command) { return configuration.excludes(command.file); });
  if (commands.empty())
    throw UsageError("'" + configuration.file() + "' excludes every unit, and there is nothing to analyse");
  return commands;
}

void add_target(Unit& unit, const std::string& object) {
  std::string target = target_of_object(object);
  if (target.empty() || std::ranges::find(unit.targets, target) != unit.targets.end()) return;
  unit.targets.push_back(std::move(target));
}

}  // namespace

UnitList list_units(const Arguments& arguments, const Configuration& configuration) {
  UnitList list;
  const auto commands =
      arguments.after_dashes ? commands_from_dashes(arguments) : commands_from_database(arguments, configuration, list);
  const std::string resource_directory = find_resource_directory();
  std::map<std::tuple<std::string, std::string, std::vector<std::string>>, std::size_t> seen;
  for (const Command& command : commands) {
    Adjusted adjusted = adjust(command, resource_directory);
    if (!adjusted.language.empty()) {
      list.other_languages.push_back({command.file, adjusted.language});
      continue;
    }
    ++list.commands;
    for (const std::string& flag : adjusted.dropped) ++list.dropped_flags[flag];
    if (!adjusted.failure.empty()) {
      list.units.push_back({{command.file, command.directory}, 1, adjusted.failure});
      continue;
    }
    const auto [entry, is_new] =
        seen.try_emplace({command.file, command.directory, adjusted.arguments}, list.units.size());
    if (is_new) {
      list.units.push_back({{command.file, command.directory, std::move(adjusted.arguments)}});
    } else {
      ++list.units[entry->second].commands;
    }
    add_target(list.units[entry->second], adjusted.object);
  }
  if (list.units.empty())
    throw UsageError("'" + list.other_languages.front().file + "' is neither C nor C++ (" +
                     list.other_languages.front().reason + "), and there is nothing else to analyse");
  // In a fixed order whatever the database's: of two facts that say the same, the first unit's stays.
  std::ranges::stable_sort(list.units, {}, [](const Unit& unit) { return unit.command.file; });
  return list;
}

void print_dropped_flags(const UnitList& list) {
  for (const auto& [flag, units] : list.dropped_flags) {
    std::fprintf(stderr, "ferrule: note: '%s' is unknown to Clang and left out, in %zu unit%s\n", flag.c_str(), units,
                 units == 1 ? "" : "s");
  }
}

}  // namespace ferrule::cli
