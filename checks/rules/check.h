// The one entry that every host uses: facts in, findings out.
#pragma once

#include "checks/model/facts.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

struct CheckOptions {
  Profile profile = Profile::Default;
  std::vector<std::string> rules = {};  ///< names; empty for all
};

/// Judges the merged facts of `units` and runs the rules. Findings come sorted by place, rule and message, without
/// duplicates, and only those that `profile` reports. Deterministic: the order of `units` does not matter.
std::vector<Finding> check(std::vector<Facts> units, const CheckOptions& options);

}  // namespace ferrule
