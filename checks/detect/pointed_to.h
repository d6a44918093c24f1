// What a pointer that crosses to another thread points to, where all of that is known.
#pragma once

#include "checks/flow/flow.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule {

/// The types of all objects that a value of `function` may point to, by key, sorted; none if it is a null pointer or a
/// number. Nothing if some of what it may point to is not known: it comes from outside, or its type does.
std::optional<std::vector<std::string>> types_pointed_to(const Flow& flow, const Function& function,
                                                         const Value& value);

/// The same for what the functions return.
std::optional<std::vector<std::string>> types_returned(const Flow& flow, const std::vector<std::string>& functions);

}  // namespace ferrule
