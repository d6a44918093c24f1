// Sets that thousands of accesses have in common: copied by reference, empty for free.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace ferrule {

/// An immutable set (or map) behind a counted pointer. Assign a new set to change it. Thread-safe to read.
template <class Set>
class Shared {
 public:
  Shared() = default;
  Shared(Set set) : set_(set.empty() ? nullptr : std::make_shared<const Set>(std::move(set))) {}

  const Set& operator*() const {
    static const Set none;
    return set_ ? *set_ : none;
  }
  auto begin() const { return (**this).begin(); }
  auto end() const { return (**this).end(); }
  bool empty() const { return !set_; }
  std::size_t size() const { return set_ ? set_->size() : 0; }
  template <class Key>
  bool contains(const Key& key) const {
    return set_ && set_->contains(key);
  }
  template <class Key>
  std::size_t count(const Key& key) const {
    return set_ ? set_->count(key) : 0;
  }
  template <class Key>
  auto find(const Key& key) const {
    return (**this).find(key);
  }

  /// This and all of `others`; shares when there is nothing to add.
  void add(const Set& others) {
    if (others.empty()) return;
    Set all = **this;
    all.insert(others.begin(), others.end());
    if (all.size() != size()) *this = Shared(std::move(all));
  }

  /// The same set, or one that was equal the last time: what follows each other in a body mostly agrees.
  static Shared like(const Set& set, Shared& last) {
    if (set.empty()) return {};
    if (*last != set) last = Shared(set);
    return last;
  }

  friend bool operator==(const Shared& a, const Shared& b) { return a.set_ == b.set_ || *a == *b; }
  friend bool operator<(const Shared& a, const Shared& b) { return a.set_ != b.set_ && *a < *b; }

 private:
  std::shared_ptr<const Set> set_;
};

}  // namespace ferrule
