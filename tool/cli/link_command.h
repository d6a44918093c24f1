// ferrule link: the second half of 'check', for a build system: the facts of all units in, findings out.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec link_spec;

/// Throws UsageError.
int run_link(const Arguments& arguments);

}  // namespace ferrule::cli
