// Which `.ferrule.json` a command uses.
#pragma once

#include "checks/knowledge/configuration.h"
#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

/// What "--config" names; else the nearest `.ferrule.json` in or above the folder of the first PATH (or the current
/// one), else in or above the folder of the database. Throws UsageError.
Configuration load_configuration(const Arguments& arguments);

}  // namespace ferrule::cli
