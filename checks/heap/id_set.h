// A set of small integers as a sorted vector: most points-to sets are tiny, and the large ones are read more than
// written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ferrule::heap {

class IdSet {
 public:
  bool contains(std::uint32_t id) const { return std::binary_search(ids_.begin(), ids_.end(), id); }
  /// True if it was not there.
  bool insert(std::uint32_t id) {
    const auto at = std::lower_bound(ids_.begin(), ids_.end(), id);
    if (at != ids_.end() && *at == id) return false;
    ids_.insert(at, id);
    return true;
  }
  /// Adds all of `other`; what was new goes to `added` as well. True if there was anything new.
  bool insert_all(const IdSet& other, IdSet& added) {
    if (other.ids_.size() == 1) {
      if (!insert(other.ids_.front())) return false;
      added.insert(other.ids_.front());
      return true;
    }
    std::vector<std::uint32_t> fresh;
    std::set_difference(other.ids_.begin(), other.ids_.end(), ids_.begin(), ids_.end(), std::back_inserter(fresh));
    if (fresh.empty()) return false;
    merge(ids_, fresh);
    merge(added.ids_, fresh);
    return true;
  }
  void insert_all(const IdSet& other) { merge(ids_, other.ids_); }

  auto begin() const { return ids_.begin(); }
  auto end() const { return ids_.end(); }
  std::size_t size() const { return ids_.size(); }
  bool empty() const { return ids_.empty(); }
  void clear() { ids_.clear(); }
  bool operator==(const IdSet&) const = default;
  const std::vector<std::uint32_t>& ids() const { return ids_; }

 private:
  static void merge(std::vector<std::uint32_t>& into, const std::vector<std::uint32_t>& from) {
    std::vector<std::uint32_t> both;
    both.reserve(into.size() + from.size());
    std::set_union(into.begin(), into.end(), from.begin(), from.end(), std::back_inserter(both));
    into = std::move(both);
  }

  std::vector<std::uint32_t> ids_;
};

}  // namespace ferrule::heap
