// What every rule is: a name and a function from verdicts to findings.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"
#include "checks/program/program.h"
#include "checks/types/verdicts.h"

#include <span>
#include <string_view>
#include <vector>

namespace ferrule {

struct Judgement {
  const Program& program;
  const Flow& flow;                   ///< crossings, accesses with locksets, evidence of concurrency
  const Verdicts& verdicts;           ///< Send, Sync, Synchronized of every type
  Profile loudest = Profile::Strict;  ///< what only a louder one reports need not be looked for
};

struct Rule {
  std::string_view name;     ///< "non-moved-capture"
  std::string_view summary;  ///< one line for lists
  void (*run)(const Judgement&, std::vector<Finding>&);
};

/// All rules, in the order of the documentation.
std::span<const Rule> all_rules();

}  // namespace ferrule
