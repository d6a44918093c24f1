// Condvar: waiting, with a Mutex released, until somebody says that its data changed.
#pragma once

#include <ferrule/detail/raw_condvar.h>
#include <ferrule/mutex.h>

#include <utility>

namespace ferrule {

/// Any thread may call anything at any time. All waiters use guards of one Mutex. The predicates say while to go on
/// waiting, as in Rust, not until when, as in std. Rust: Condvar. std: condition_variable. Throws only what a
/// predicate throws. Costs four bytes; a call costs constant time, apart from the waiting.
class Condvar {
 public:
  constexpr Condvar() noexcept = default;
  Condvar(const Condvar&) = delete;
  Condvar& operator=(const Condvar&) = delete;

  /// Unlocks, sleeps until notified, locks again. May return without a cause: look at the data.
  template <class T>
  void wait(MutexGuard<T>& guard) const noexcept FERRULE_DETAIL_UNCHECKED {
    wait_before(guard, nullptr);
  }

  /// Waits while `condition(data)` holds. Throws what `condition` throws, with the lock held.
  template <class T, std::predicate<T&> F>
  void wait_while(MutexGuard<T>& guard, F&& condition) const FERRULE_DETAIL_UNCHECKED {
    while (detail::invoke(condition, *guard)) wait_before(guard, nullptr);
  }

  /// False if nobody notified in that time.
  template <class T, detail::Duration D>
  bool wait_timeout(MutexGuard<T>& guard, const D& duration) const FERRULE_DETAIL_UNCHECKED {
    auto deadline = detail::deadline_after(duration);
    return wait_before(guard, &deadline);
  }

  /// False if `condition(data)` still held after that time.
  template <class T, detail::Duration D, std::predicate<T&> F>
  bool wait_timeout_while(MutexGuard<T>& guard, const D& duration, F&& condition) const FERRULE_DETAIL_UNCHECKED {
    auto deadline = detail::deadline_after(duration);
    while (detail::invoke(condition, *guard)) {
      if (!wait_before(guard, &deadline)) return !detail::invoke(condition, *guard);
    }
    return true;
  }

  /// Wakes one, or all, of those who wait now.
  void notify_one() const noexcept { raw_.notify_one(); }
  void notify_all() const noexcept { raw_.notify_all(); }

 private:
  template <class T>
  bool wait_before(MutexGuard<T>& guard, const detail::Deadline* deadline) const noexcept FERRULE_DETAIL_UNCHECKED {
    const Mutex<T>& mutex = detail::MutexAccess::mutex(guard);
    auto& watch = detail::MutexAccess::watch(mutex);
    watch.unlocked(&mutex);
    bool in_time = raw_.wait(detail::MutexAccess::raw(mutex), deadline);
    watch.locked(&mutex);
    return in_time;
  }

  mutable detail::RawCondvar raw_;
};

template <>
inline constexpr bool claims_send<Condvar> = true;
template <>
inline constexpr bool claims_synchronized<Condvar> = true;

}  // namespace ferrule
