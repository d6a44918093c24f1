#include "tool/cli/scoping.h"

#include "checks/program/program.h"
#include "tool/cli/git.h"
#include "tool/report/report.h"

#include <algorithm>
#include <filesystem>

namespace ferrule::cli {

namespace fs = std::filesystem;

Scope scope_of(const Arguments& arguments) {
  Scope scope;
  if (!arguments.after_dashes)
    for (const std::string& path : arguments.positional) scope.add_path(path);
  if (arguments.has("--changed-since")) scope.set_changes(changes_since(arguments.value("--changed-since", "")));
  return scope;
}

void add_files(std::span<const Facts> units, std::set<std::string>& files) {
  const auto add = [&](const auto& entities) {
    for (const auto& entity : entities) files.insert(entity.where.file);
  };
  for (const Facts& unit : units) {
    add(unit.records);
    add(unit.globals);
    add(unit.functions);
  }
}

std::set<std::string> files_of(const UnitList& list) {
  std::set<std::string> files(list.files.begin(), list.files.end());
  for (const Unit& unit : list.units) files.insert(unit.command.file);
  return files;
}

std::vector<FailedUnit> not_compiled(const Arguments& arguments, const UnitList& list) {
  std::vector<FailedUnit> failed;
  if (arguments.after_dashes) return failed;
  Scope sources;
  for (const std::string& path : arguments.positional) {
    std::error_code error;
    if (!is_header(path) && fs::is_regular_file(path, error)) sources.add_path(path);
  }
  for (const std::string& path : sources.without_files(list.files))
    failed.push_back({normal_path(path), "no command compiles it"});
  return failed;
}

std::vector<std::string> notes_on_paths(Scope& scope, const Arguments& arguments, const Configuration& configuration,
                                        const std::set<std::string>& all_files) {
  std::vector<std::string> notes;
  const std::vector<std::string> files(all_files.begin(), all_files.end());
  for (const std::string& path : scope.without_files(files)) {
    std::error_code error;
    const bool is_source = !is_header(path) && fs::is_regular_file(path, error);  // see not_compiled
    if (!is_source && fs::exists(path, error)) notes.push_back("'" + path + "' holds nothing of the program");
  }
  for (const std::string& path : arguments.positional)
    if (configuration.excludes(normal_path(path)))
      notes.push_back("'" + path + "' is excluded by '" + configuration.file() + "'");
  // Of a part of the program it says nothing that a pattern matches none of it.
  if (arguments.after_dashes || arguments.has("--units")) return notes;
  const std::string directory = fs::current_path().string();
  for (const PathPattern* pattern : configuration.unmatched(files))
    notes.push_back("'" + pattern->text + "' in " + displayed_path(pattern->where.file, directory) + ":" +
                    std::to_string(pattern->where.line) + ":" + std::to_string(pattern->where.column) +
                    " matches no file of the program");
  return notes;
}

}  // namespace ferrule::cli
