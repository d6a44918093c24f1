// `ferrule check`.
#pragma once

#include "tool/cli/plain/arguments.h"

#include <string_view>

namespace ferrule::cli {

extern const CommandSpec check_spec;

/// Runs the command and returns the exit status. With a form, there is one report, of that form. Throws UsageError.
int run_check(const Arguments& arguments, std::string_view form);
int run_check(const Arguments& arguments);

}  // namespace ferrule::cli
