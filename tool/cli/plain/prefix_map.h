// "--path-prefix-map OLD=NEW", as often as wanted.
#pragma once

#include "checks/store/fact_file.h"
#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

/// Throws UsageError for what is no map between absolute paths.
PrefixMap prefix_map(const Arguments& arguments);

}  // namespace ferrule::cli
