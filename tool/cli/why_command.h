// `ferrule why TYPE`.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec why_spec;

/// Prints the derivation of Send, Sync and Synchronized. Returns the exit status. Throws UsageError.
int run_why(const Arguments& arguments);

}  // namespace ferrule::cli
