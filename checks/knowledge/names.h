// Names in knowledge: one entry may stand for several.
#pragma once

#include <string>
#include <vector>

namespace ferrule::knowledge {

/// "a::{b,c}::d" stands for "a::b::d" and "a::c::d". Throws std::runtime_error if a brace is not closed.
std::vector<std::string> expand_braces(const std::string& name);

}  // namespace ferrule::knowledge
