// `ferrule explain RULE`.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec explain_spec;

/// Prints the rule's page, or the list of rules if none is named. Returns the exit status. Throws UsageError.
int run_explain(const Arguments& arguments);

}  // namespace ferrule::cli
