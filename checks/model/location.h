// Places in source text. Plain values, thread-safe to share once built.
#pragma once

#include <compare>
#include <string>

namespace ferrule {

/// A point in a source file. `file` is the path as the host names it (absolute in fact files); `line` and
/// `column` count from 1. Line 0 means "no place".
struct Location {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;

  auto operator<=>(const Location&) const = default;
  explicit operator bool() const { return line != 0; }
};

}  // namespace ferrule
