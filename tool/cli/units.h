// The units of a run: which they are, and how each is compiled.
#pragma once

#include "checks/knowledge/configuration.h"
#include "tool/cli/plain/arguments.h"
#include "tool/cli/unit.h"
#include "tool/report/report.h"

#include <map>
#include <string>
#include <vector>

namespace ferrule::cli {

struct Unit {
  UnitCommand command;
  std::size_t commands = 1;               ///< how many commands compile it in this way
  std::string failure = {};               ///< why it cannot be analysed, "" if it can
  std::vector<std::string> targets = {};  ///< of the build, that its objects belong to; none if that is not known
};

struct UnitList {
  std::vector<Unit> units = {};
  std::size_t commands = 0;                               ///< of all units
  std::vector<FailedUnit> other_languages = {};           ///< what is neither C nor C++, with its language
  std::vector<std::string> files = {};                    ///< of all commands, chosen or not
  std::size_t excluded = 0;                               ///< commands that the configuration leaves out
  std::map<std::string, std::size_t> dropped_flags = {};  ///< unknown flag → in how many units
};

/// From "-p" and "--units", or the files before "--" with the flags behind it, without what the configuration excludes.
/// Commands that differ in their outputs alone are one unit. Throws UsageError.
UnitList list_units(const Arguments& arguments, const Configuration& configuration);

/// On standard error: what Clang does not know of the commands.
void print_dropped_flags(const UnitList& list);

}  // namespace ferrule::cli
