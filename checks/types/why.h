// `ferrule why TYPE`: the derivation of a type's three verdicts as text.
#pragma once

#include "checks/program/program.h"
#include "checks/types/verdicts.h"

#include <string>
#include <string_view>

namespace ferrule {

/// The tree of reasons for each question, collapsed where it repeats; "" if the program has no such type. Paths below
/// `directory` are shown relative to it.
std::string why(const Program& program, const Verdicts& verdicts, std::string_view type_key,
                std::string_view directory = {});

}  // namespace ferrule
