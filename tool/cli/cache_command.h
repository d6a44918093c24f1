// ferrule cache: what is kept between runs.
#pragma once

#include "tool/cli/plain/arguments.h"

namespace ferrule::cli {

extern const CommandSpec cache_spec;

/// Throws UsageError.
int run_cache(const Arguments& arguments);

}  // namespace ferrule::cli
