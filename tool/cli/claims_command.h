// `ferrule claims`.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec claims_spec;

/// Lists every claim with its place, reason and state. Returns the exit status. Throws UsageError.
int run_claims(const Arguments& arguments);

}  // namespace ferrule::cli
