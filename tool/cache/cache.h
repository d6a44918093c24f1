// What a run keeps for the next: the facts of units, and what was judged of programs.
#pragma once

#include "tool/cache/entries.h"
#include "tool/cache/inputs.h"
#include "tool/cache/world.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cache {

/// What came of a unit, without the facts themselves.
struct Outcome {
  std::string failure = {};  ///< why there are no facts, "" if there are
  std::string errors = {};   ///< the compiler's
  Digest facts = {};         ///< of their bytes

  bool operator==(const Outcome&) const = default;
};

template <class Archive>
constexpr void visit(Archive& archive, Outcome& it) {
  archive(it.failure, it.errors, it.facts);
}

struct KeptUnit {
  Outcome outcome = {};
  Entry facts = {};  ///< empty if there are none
};

/// The build of the program that runs, with all libraries that it has loaded: another one reads nothing of this one's.
const std::string& program_identity();

/// What a unit's facts may depend on beside the file system. `command` is all that tells it from other units.
Digest unit_key(const std::vector<std::string>& command);

class Cache {
 public:
  explicit Cache(std::string directory) : entries_(std::move(directory)) {}

  /// What came of a command while all that it reads was as it is now.
  std::optional<KeptUnit> find(const Digest& unit);
  /// "" or what was in the way. Safe in any process.
  std::string keep(const Digest& unit, const std::vector<Input>& inputs, const Outcome& outcome,
                   std::string_view facts);

  Entries& entries() { return entries_; }
  const Entries& entries() const { return entries_; }

 private:
  Entries entries_;
  World world_;
};

/// The user's: in $XDG_CACHE_HOME, or in ~/.cache. "" if there is no such place.
std::string default_directory();

constexpr std::uint64_t size_limit = std::uint64_t(5) << 30;  ///< of a cache, as with 'ccache'

}  // namespace ferrule::cache
