// In which order functions are summarised: callees first, and functions that call one another together.
#pragma once

#include "checks/program/components.h"
#include "checks/program/program.h"

#include <utility>
#include <vector>

namespace ferrule {

/// Indices into `program.facts().functions`: caller, callee.
using CallEdge = std::pair<unsigned, unsigned>;

/// The components of the call graph as far as bodies' text shows it: direct calls, overriders, constructors and
/// destructors, closures that are made and functions that are named. `more` are calls that the analysis found itself.
std::vector<Component> call_order(const Program& program, const std::vector<CallEdge>& more);

}  // namespace ferrule
