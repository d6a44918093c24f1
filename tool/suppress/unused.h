// The rule 'unused-suppression': NOLINT comments of Ferrule's rules that hide nothing, or do not say why.
#pragma once

#include "checks/model/fix.h"
#include "tool/suppress/suppress.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

struct SuppressionOptions {
  std::span<const std::string_view> rules = {};  ///< all that there are
  std::span<const std::string> run = {};         ///< those that have run; empty for all
  bool is_whole = false;  ///< the whole program was judged: what has hidden nothing hides nothing
  bool wants_reasons = false;
};

struct WrongSuppressions {
  std::vector<Finding> findings = {};
  Fixes fixes = {};
};

/// What is wrong with the suppressions of `files`, after `take_from` has seen all findings of every profile. A comment
/// between '#if' and '#endif' is not called unused: another build may need it.
WrongSuppressions wrong_suppressions(Suppressions& suppressions, SourceCache& sources,
                                     std::span<const std::string> files, const SuppressionOptions& options);

}  // namespace ferrule
