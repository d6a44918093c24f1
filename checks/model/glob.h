// Patterns in which `*` stands for any characters.
#pragma once

#include <string_view>

namespace ferrule {

/// Does the whole of `text` match? Only `*` is special, as in clang-tidy's lists of checks. Never takes longer than the
/// product of the two lengths.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace ferrule
