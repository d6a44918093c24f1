// What a unit has asked of the file system, and what the answer was. As long as the answers are the same, its facts
// are.
#pragma once

#include "tool/cache/digest.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ferrule::cache {

/// What changes whenever a file's content does, except within a tick of the clock.
struct Stamp {
  std::uint64_t size = 0;
  std::uint64_t modified = 0;  ///< in nanoseconds
  std::uint64_t changed = 0;   ///< the same, of the inode; 0 for a stamp that proves nothing
  std::uint64_t inode = 0;
  std::uint64_t device = 0;

  bool operator==(const Stamp&) const = default;
};

struct Input {
  enum class Kind : unsigned char {
    Absent,     ///< there is nothing, or nothing that may be looked at
    Directory,  ///< it is a directory
    File,       ///< it is something else; its content was not read
    Content,    ///< it was read
    Listing,    ///< the names in it were read
    RealPath,   ///< where its links lead to
  };
  std::string path = {};  ///< absolute
  Kind kind = Kind::Absent;
  Digest content = {};  ///< Content, Listing, RealPath: of what was read
  Stamp stamp = {};     ///< Content
};

constexpr unsigned last_of(Input::Kind) { return static_cast<unsigned>(Input::Kind::RealPath); }

template <class Archive>
constexpr void visit(Archive& archive, Stamp& it) {
  archive(it.size, it.modified, it.changed, it.inode, it.device);
}

template <class Archive>
constexpr void visit(Archive& archive, Input& it) {
  archive(it.path, it.kind, it.content, it.stamp);
}

}  // namespace ferrule::cache
