// What goes wrong because of what the user gave.
#pragma once

#include <stdexcept>
#include <string>

namespace ferrule::cli {

/// Wrong use or bad input: one sentence that starts with the user's own thing in quotes. Ends the program with
/// status 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum ExitStatus : int { exit_clean = 0, exit_findings = 1, exit_misuse = 2, exit_incomplete = 3 };

}  // namespace ferrule::cli
