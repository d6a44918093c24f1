// Source lines as a terminal shows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ferrule {

/// `text` with control characters, and bytes that are not UTF-8, written as Clang writes them: <U+001B>, <FF>.
std::string printable(std::string_view text);

struct Snippet {
  std::string line;
  std::size_t caret = 0;  ///< how many columns of the terminal stand before what the caret points at
};

/// The line with its tabs as blanks, cut to `width` columns around the byte `column` (from 1).
Snippet snippet(std::string_view line, unsigned column, std::size_t width);

}  // namespace ferrule
