// Snapshot<T>: the latest version of something that many read and few replace.
#pragma once

#include <ferrule/arc.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/raw_mutex.h>

#include <concepts>
#include <utility>

namespace ferrule {

/// Publishes versions of a T. Readers take the current one and keep it as long as they like; writers put a new one in
/// its place. Several threads may call all const member functions at once; none waits longer than it takes to copy a
/// handle. std: atomic<shared_ptr<const T>>. Rust has none; crates.io: arc-swap. Throws only what making a T throws,
/// and std::bad_alloc. Reading costs a short lock and one atomic addition.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(Arc<T> first) noexcept : current_(std::move(first)) {}
  explicit Snapshot(T first) : current_(Arc<T>::make(std::move(first))) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// The current version.
  [[nodiscard]] Arc<T> load() const noexcept {
    detail::RawLock lock(mutex_);
    return current_;
  }

  /// Puts `next` in; who has the version before keeps it.
  void store(Arc<T> next) const noexcept { swap_in(next); }
  void store(T next) const { store(Arc<T>::make(std::move(next))); }

  /// Puts `next` in and returns what was there.
  Arc<T> exchange(Arc<T> next) const noexcept {
    swap_in(next);
    return next;
  }

  /// Puts `next` in if `expected` is still the current version.
  bool compare_exchange(const Arc<T>& expected, Arc<T> next) const noexcept {
    detail::RawLock lock(mutex_);
    if (!ptr_eq(current_, expected)) return false;
    std::swap(current_, next);
    return true;
  }

  /// Replaces the current version by `f(version)`, again if another writer was faster.
  template <class F>
    requires std::convertible_to<std::invoke_result_t<F&, const T&>, T>
  void update(F f) const {
    for (;;) {
      Arc<T> seen = load();
      if (compare_exchange(seen, Arc<T>::make(detail::invoke(f, *seen)))) return;
    }
  }

 private:
  /// The old version dies outside the lock, with `next`.
  void swap_in(Arc<T>& next) const noexcept {
    detail::RawLock lock(mutex_);
    std::swap(current_, next);
  }

  mutable detail::RawMutex mutex_;
  mutable Arc<T> current_;
};

namespace detail {

template <class T, class Seen>
struct SendOf<Snapshot<T>, Seen> : SendOf<Arc<T>, Seen> {};
template <class T, class Seen>
struct SyncOf<Snapshot<T>, Seen> : SendOf<Arc<T>, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<Snapshot<T>, Seen> : SendOf<Arc<T>, Seen> {};

}  // namespace detail
}  // namespace ferrule
