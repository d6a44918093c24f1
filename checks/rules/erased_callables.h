// What a callable that hides its type (`std::function`, `std::packaged_task`) holds, where that can be seen.
#pragma once

#include "checks/rules/type_findings.h"

#include <optional>

namespace ferrule {

/// The closure that the function of the crossing itself has put into the part, and nothing else. Nothing if the part
/// hides no callable, or if that may be another one.
std::optional<CrossedPart> closure_inside(const CrossedPart& part, const Judgement& judgement);

}  // namespace ferrule
