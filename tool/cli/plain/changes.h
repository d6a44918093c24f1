// What a version control system says has changed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

struct LineRange {
  unsigned first;
  unsigned last;

  auto operator<=>(const LineRange&) const = default;
};

/// Canonical file → its changed lines, in their order. Of a file that has none, all are new.
using Changes = std::map<std::string, std::vector<LineRange>>;

/// From a unified diff without context, whose files are relative to `root` and begin with "b/". Where lines are only
/// gone, those before and after count as changed.
Changes parse_diff(std::string_view diff, const std::string& root);

bool is_changed(const Changes& changes, const std::string& file, unsigned line);

}  // namespace ferrule::cli
