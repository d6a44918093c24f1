// `ferrule check`.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec check_spec;

/// Runs the command and returns the exit status. Throws UsageError.
int run_check(const Arguments& arguments);

}  // namespace ferrule::cli
