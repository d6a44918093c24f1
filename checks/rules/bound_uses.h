// Objects that belong to one thread, and are used in another through the object that holds them.
#pragma once

#include "checks/rules/type_findings.h"

#include <optional>

namespace ferrule {

/// Where the other thread changes an object that may be used by one thread only, and that it reaches through `part`
/// (a captured `this`, or the object that a member function runs on). Nothing if none is seen: the rest of such an
/// object may be used there.
std::optional<Location> bound_use(const CrossedPart& part, const Judgement& judgement);

}  // namespace ferrule
