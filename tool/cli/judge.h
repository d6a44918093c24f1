// The programs of an analysis, judged one after the other.
#pragma once

#include "checks/knowledge/configuration.h"
#include "checks/model/finding.h"
#include "checks/rules/check.h"
#include "tool/cli/analysis.h"

#include <set>
#include <string>
#include <vector>

namespace ferrule::cli {

struct Judged {
  std::vector<Finding> findings = {};
  std::vector<Finding> turned_off = {};  ///< findings where the configuration says "off"
  std::vector<Finding> below = {};       ///< findings that their files' profiles do not report
  std::vector<Incompleteness> incomplete = {};  ///< where the analysis stopped, sorted
  std::set<std::string> files = {};      ///< that the programs are made of
  std::vector<std::string> notes = {};   ///< claims of the configuration that no program has a class for
};

/// What is found in several programs is there once. Uses up the programs.
Judged judge(Programs& programs, CheckOptions options);

/// The claims that none of the programs seen so far has a class for.
class UnseenClaims {
 public:
  explicit UnseenClaims(const Configuration& configuration) : configuration_(configuration) {}
  void see(const std::vector<Facts>& program);
  const std::vector<const ConfiguredClaim*>& left() const { return left_; }
  /// With the class that was probably meant.
  std::vector<std::string> notes() const;

 private:
  const Configuration& configuration_;
  bool is_first_ = true;
  std::vector<const ConfiguredClaim*> left_;
  std::set<std::string> names_;  // of classes, while there are claims left
};

}  // namespace ferrule::cli
