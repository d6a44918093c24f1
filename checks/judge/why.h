// `ferrule why TYPE`: the derivation of a type's three verdicts as text.
#pragma once

#include "checks/judge/program.h"
#include "checks/judge/verdicts.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// The key of the type that a person means: its spelling or a class's name, exactly, or without spaces, `std::` and the
/// namespaces around it if that is unambiguous. Null if the program has none.
const Type* find_type(const Program& program, std::string_view query);

/// Spellings near to `query`, best first, at most `count`.
std::vector<std::string> near_types(const Program& program, std::string_view query, std::size_t count = 3);

/// The tree of reasons for each question, collapsed where it repeats; nullopt if the program has no such type.
std::optional<std::string> why(const Program& program, const Verdicts& verdicts, std::string_view query);

}  // namespace ferrule
