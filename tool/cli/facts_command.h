// ferrule facts: the first half of 'check', for a build system: one unit in, its facts out.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec facts_spec;

/// Throws UsageError.
int run_facts(const Arguments& arguments);

}  // namespace ferrule::cli
