// NOLINT comments, with the meaning that clang-tidy gives them.
#pragma once

#include "checks/model/finding.h"
#include "tool/source/source.h"

#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// Does a comma-separated list of globs ("ferrule-*,-ferrule-lock-order") select `name`? The last glob that matches
/// decides; one that starts with '-' takes away.
bool glob_list_matches(std::string_view list, std::string_view name);

/// Is the finding suppressed by NOLINT on its line, NOLINTNEXTLINE on the line before, or between NOLINTBEGIN and
/// NOLINTEND? Only the finding's own place counts, not its notes'.
bool is_suppressed(const Finding& finding, SourceCache& sources);

/// Removes the suppressed findings and returns how many there were.
std::size_t remove_suppressed(std::vector<Finding>& findings, SourceCache& sources);

}  // namespace ferrule
