// Finds an entity by its key: a hash table in one piece of memory, since almost every step of the judge starts with
// such a search, and a large program's nodes and buckets would each be a miss of the processor's caches.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace ferrule {

/// Keeps pointers to entities that have a `key`. Filled once; then safe to read from many threads.
template <class Entity>
class KeyTable {
 public:
  /// Room for `count` entities; more than that must not be added.
  void reserve(std::size_t count) { slots_.assign(std::bit_ceil(2 * count + 1), {}); }

  /// Of two with one key the first stays.
  void add(const Entity& entity) {
    const std::uint64_t hash = std::hash<std::string_view>()(entity.key);
    Slot& slot = slots_[index_of(hash, entity.key)];
    if (!slot.entity) slot = {hash, &entity};
  }

  /// Null if there is none.
  const Entity* find(std::string_view key) const {
    return slots_.empty() ? nullptr : slots_[index_of(std::hash<std::string_view>()(key), key)].entity;
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const Entity* entity = nullptr;
  };

  // The entity's slot, or the empty one where it would be.
  std::size_t index_of(std::uint64_t hash, std::string_view key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].entity && (slots_[at].hash != hash || slots_[at].entity->key != key)) at = (at + 1) & mask;
    return at;
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them taken
};

}  // namespace ferrule
