// `ferrule baseline`.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec baseline_spec;

/// Writes the findings that there are. Returns the exit status. Throws UsageError.
int run_baseline(const Arguments& arguments);

}  // namespace ferrule::cli
