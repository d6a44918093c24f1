// What a run has to say. The writers in writers.h turn it into text for people and for programs.
#pragma once

#include "checks/model/fix.h"
#include "checks/model/incompleteness.h"
#include "tool/report/baseline.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// A unit that was not analysed, and why.
struct FailedUnit {
  std::string file;
  std::string reason;  ///< a short phrase: "it does not parse"
};

struct Report {
  std::vector<Finding> findings = {};
  Fixes fixes = {};                                ///< of some of them
  std::size_t units = 0;                           ///< all that were asked for
  std::vector<SuppressedFinding> suppressed = {};  ///< by NOLINT, in the order of `findings`
  std::size_t elsewhere = 0;             ///< findings that are not asked for: they lie in other paths or lines
  std::size_t turned_off = 0;            ///< findings where the configuration's profile is "off"
  std::size_t excluded = 0;              ///< units that the configuration leaves out; not among `units`
  std::vector<Finding> known = {};       ///< in the baseline
  std::vector<BaselineEntry> gone = {};  ///< of the baseline: nothing is found any more
  bool has_baseline = false;
  std::vector<FailedUnit> failed = {};
  std::vector<Incompleteness> incomplete = {};   ///< where the analysis stopped in units that it read
  std::vector<FailedUnit> other_languages = {};  ///< what Ferrule does not read, with its language
};

/// `path` relative to `directory` where it is below it, else unchanged.
std::string displayed_path(const std::string& path, std::string_view directory);

/// "1 finding", "2 findings".
std::string count_of(std::size_t n, std::string_view noun);

/// The fingerprints of `findings`, made unique: where several have the same, all but the first get "-2", "-3", … in the
/// order given.
std::vector<std::string> unique_fingerprints(const std::vector<Finding>& findings);

/// One line for people: how many findings in how many units, and what was not analysed.
std::string summary(const Report& report, std::string_view directory);

/// What was not analysed: "not analysed: 1 of 2 units: 'b.cpp' (it does not parse)"; "" if nothing.
std::string not_analysed(const Report& report, std::string_view directory);

}  // namespace ferrule
