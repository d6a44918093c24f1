// The one entry that every host uses: facts in, findings out.
#pragma once

#include "checks/knowledge/configuration.h"
#include "checks/model/facts.h"
#include "checks/model/finding.h"
#include "checks/model/incompleteness.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

struct CheckOptions {
  std::optional<Profile> profile = {};           ///< goes before what the configuration says of a file
  std::vector<std::string> rules = {};           ///< names; empty for what the configuration says
  const Configuration* configuration = nullptr;  ///< null for none
  std::vector<Finding>* below = nullptr;         ///< gets those that the file's profile does not report
  std::function<void(std::string_view what, double seconds)> timed = nullptr;  ///< is told how long each rule takes
  std::vector<Finding>* turned_off = nullptr;    ///< gets, too, what lies where the configuration says "off"
};

/// Judges the merged facts of `units` and runs the rules. Findings come sorted by place, rule and message, without
/// duplicates, and only those that the file's
/// profile reports. Deterministic: the order of `units` does not matter.
/// `incomplete`, if given, gets the places where the analysis stopped, sorted.
std::vector<Finding> check(std::vector<Facts> units, const CheckOptions& options,
                           std::vector<Incompleteness>* incomplete = nullptr);

/// Sorts by place, rule and message, and keeps one finding for each: instantiations, units that share a header, and
/// programs that share a unit say the same.
void order(std::vector<Finding>& findings);

}  // namespace ferrule
