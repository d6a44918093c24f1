// Places as small integers: one node per root or step, shared by all functions, so that comparing, extending and
// substituting them is cheap.
#pragma once

#include "checks/model/place.h"
#include "checks/program/program.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// Index of a node in a PlaceTable. `no_place` is storage that nobody could name.
using PlaceId = std::uint32_t;
inline constexpr PlaceId no_place = 0;

/// Grows as places are met; an id stays valid. Not thread-safe.
class PlaceTable {
 public:
  PlaceTable();
  PlaceTable(const PlaceTable&) = delete;  // its index refers to its names
  PlaceTable& operator=(const PlaceTable&) = delete;

  /// Longer paths are cut to `no_place`: recursive structures would never end.
  static constexpr unsigned max_depth = 7;

  PlaceId root(Root root, unsigned index = 0, std::string_view key = {});
  PlaceId step(PlaceId from, Step::Kind kind, std::string_view field = {});
  PlaceId field(PlaceId from, std::string_view key) { return step(from, Step::Kind::Field, key); }
  PlaceId deref(PlaceId from) { return step(from, Step::Kind::Deref); }
  PlaceId element(PlaceId from) { return step(from, Step::Kind::Element); }

  /// The step that leads to `like`, from another place.
  PlaceId step_like(PlaceId from, PlaceId like) { return named_step(from, nodes_[like].step, nodes_[like].name); }

  PlaceId intern(const Place& place);
  Place expand(PlaceId id) const;

  bool is_root(PlaceId id) const { return nodes_[id].parent == no_place; }
  PlaceId parent(PlaceId id) const { return nodes_[id].parent; }
  PlaceId root_of(PlaceId id) const { return nodes_[id].root; }
  Root root_kind(PlaceId id) const { return nodes_[nodes_[id].root].kind; }
  unsigned root_index(PlaceId id) const { return nodes_[nodes_[id].root].index; }
  const std::string& root_key(PlaceId id) const { return names_[nodes_[nodes_[id].root].name]; }
  Step::Kind step_kind(PlaceId id) const { return nodes_[id].step; }
  const std::string& field_key(PlaceId id) const { return names_[nodes_[id].name]; }
  unsigned depth(PlaceId id) const { return nodes_[id].depth; }

  /// Is `prefix` the same as `id` or a place that `id` goes through?
  bool has_prefix(PlaceId id, PlaceId prefix) const;
  /// Does the way from `prefix` to `id` (one of its extensions) follow a pointer?
  bool derefs_between(PlaceId prefix, PlaceId id) const;
  /// `id` with `prefix` replaced by `other`.
  PlaceId rebase(PlaceId id, PlaceId prefix, PlaceId other);
  /// The outermost place of `id` below its root ("this->stats_" of "this->stats_.hits"); the root itself if no step.
  PlaceId first_step(PlaceId id) const;
  /// Does any step follow a pointer?
  bool has_deref(PlaceId id) const { return nodes_[id].derefs; }

 private:
  struct Node {
    PlaceId parent = no_place;
    PlaceId root = no_place;
    std::uint32_t name = 0;
    unsigned index = 0;
    Root kind = Root::Unknown;
    Step::Kind step = Step::Kind::Field;
    std::uint8_t depth = 0;
    bool derefs = false;
    PlaceId pointee = no_place;  ///< no_place: nobody asked yet; the same of `element`
    PlaceId element = no_place;
  };
  struct Key {
    PlaceId parent;
    std::uint32_t name;
    std::uint32_t tag;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t mixed = (std::uint64_t{key.parent} << 32 | key.name) * 0x9E3779B97F4A7C15u;
      return static_cast<std::size_t>((mixed ^ key.tag) * 0xC2B2AE3D27D4EB4Fu >> 16);
    }
  };

  std::uint32_t name(std::string_view text);
  PlaceId add(const Key& key, Node node);
  PlaceId named_step(PlaceId from, Step::Kind kind, std::uint32_t name);

  std::vector<Node> nodes_;
  std::deque<std::string> names_;  // they stay where they are
  std::unordered_map<std::string_view, std::uint32_t> name_ids_;
  std::unordered_map<Key, PlaceId, Hash> ids_;
};

/// A place in words for people: "hits_", "entry->next", "g_table"; for a name that only the function gives
/// (parameters, locals), that name.
std::string describe(const Place& place, const Function& function, const Program& program);

}  // namespace ferrule
