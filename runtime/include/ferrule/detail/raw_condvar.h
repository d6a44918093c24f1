// The waiting under Condvar and the mpmc channel: four bytes.
#pragma once

#include <ferrule/detail/raw_mutex.h>

namespace ferrule::detail {

class RawCondvar {
 public:
  constexpr RawCondvar() noexcept = default;
  RawCondvar(const RawCondvar&) = delete;
  RawCondvar& operator=(const RawCondvar&) = delete;

  /// Releases `mutex`, sleeps until notified, takes it again. May return without a cause. False if the deadline passed.
  bool wait(RawMutex& mutex, const Deadline* deadline = nullptr) noexcept {
    // Whoever notifies after the unlock changes the word that was read before it.
    std::uint32_t seen = notifications_.load(std::memory_order_relaxed);
    mutex.unlock();
    bool in_time = futex_wait(notifications_, seen, deadline);
    mutex.lock();
    return in_time;
  }

  void notify_one() noexcept {
    notifications_.fetch_add(1, std::memory_order_relaxed);
    futex_wake_one(&notifications_);
  }
  void notify_all() noexcept {
    notifications_.fetch_add(1, std::memory_order_relaxed);
    futex_wake_all(&notifications_);
  }

 private:
  FutexWord notifications_{0};
};

}  // namespace ferrule::detail
