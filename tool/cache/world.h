// The file system as it is now. Each question is asked once: units share most of their headers.
#pragma once

#include "tool/cache/inputs.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace ferrule::cache {

/// Not thread-safe.
class World {
 public:
  World();

  /// Is the answer still the same? Of a file that was read, an equal stamp is enough; otherwise its content decides,
  /// and the input gets a new stamp.
  bool holds(Input& input);

  /// Of the file at the path as it is now; nothing if it is no regular file. The stamp proves nothing (`changed` is 0)
  /// if the file is so new that a change could follow within the same tick.
  std::optional<Stamp> stamp_of(const std::string& path);

 private:
  struct State {
    Input::Kind kind = Input::Kind::Absent;  // Absent, Directory or File
    bool is_regular = false;
    Stamp stamp = {};
    std::optional<Digest> content = {};
    std::optional<Digest> listing = {};
  };

  State& state_of(const std::string& path);
  bool has_content(const Input& input, State& state);

  std::uint64_t settled_;  // what was changed before is not going to be changed with the same stamp
  std::unordered_map<std::string, State> states_;
};

/// Of the names in a directory, in any order.
Digest listing_digest(std::vector<std::string> names);

}  // namespace ferrule::cache
