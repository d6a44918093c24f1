// What of a program is asked for, and what is said of paths that it does not have.
#pragma once

#include "checks/knowledge/configuration.h"
#include "checks/model/facts.h"
#include "tool/cli/plain/arguments.h"
#include "tool/cli/plain/scope.h"
#include "tool/cli/units.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace ferrule::cli {

/// From the PATHs and "--changed-since"; with "--", the files are the program and not a part of it. Throws UsageError.
Scope scope_of(const Arguments& arguments);

/// Adds the files that the facts are of.
void add_files(std::span<const Facts> units, std::set<std::string>& files);

/// The files of all commands and units.
std::set<std::string> files_of(const UnitList& list);

/// The PATHs that are sources and that no command compiles, so that nothing can be said of them.
std::vector<FailedUnit> not_compiled(const Arguments& arguments, const UnitList& list);

/// Notes for people: PATHs, and patterns of the configuration, that nothing of the program matches.
std::vector<std::string> notes_on_paths(Scope& scope, const Arguments& arguments, const Configuration& configuration,
                                        const std::set<std::string>& files);

}  // namespace ferrule::cli
