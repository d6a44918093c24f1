// The flow as text, for whoever works on Ferrule.
#pragma once

#include "checks/flow/flow.h"

#include <string>

namespace ferrule {

/// One paragraph for each function: accesses with their locks, crossings, call sites and who may call it.
std::string dump(const Flow& flow);

}  // namespace ferrule
