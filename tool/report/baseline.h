// The findings that a code base had when Ferrule came to it: a file that is committed, and that only shrinks.
#pragma once

#include "checks/model/finding.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

struct BaselineEntry {
  std::string file;  ///< relative to the root of the reports if it is below it
  std::string rule;
  std::string message;
  std::string fingerprint;
  Profile profile = Profile::Default;  ///< the quietest profile that reports it

  auto operator<=>(const BaselineEntry&) const = default;
};

constexpr int baseline_version = 1;

BaselineEntry entry_of(const Finding& finding, std::string_view root);

/// JSON, sorted, one finding a line, each line with a comma at its end, so that branches merge.
std::string baseline_text(std::vector<BaselineEntry> entries);

struct Compared {
  std::vector<Finding> fresh = {};
  std::vector<Finding> known = {};
  std::vector<BaselineEntry> kept = {};  ///< of what is known, with its places as they are now
  std::vector<BaselineEntry> left = {};  ///< entries that no finding belongs to
};

/// Each entry stands for one finding with its fingerprint: one in its own file, or else, if its file is gone (renamed),
/// one in any.
Compared compare(const std::vector<BaselineEntry>& entries, std::vector<Finding> findings, std::string_view root,
                 const std::function<bool(const std::string& file)>& exists);

}  // namespace ferrule
