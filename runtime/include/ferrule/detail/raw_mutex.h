// The lock under Mutex, the rendezvous channel and the rest: four bytes, three states.
#pragma once

#include <ferrule/detail/futex.h>
#include <ferrule/detail/spin.h>

#include <cstdint>

namespace ferrule::detail {

class RawMutex {
 public:
  constexpr RawMutex() noexcept = default;
  RawMutex(const RawMutex&) = delete;
  RawMutex& operator=(const RawMutex&) = delete;

  bool try_lock() noexcept {
    std::uint32_t seen = unlocked;
    return state_.compare_exchange_strong(seen, locked, std::memory_order_acquire, std::memory_order_relaxed);
  }

  void lock() noexcept {
    if (!try_lock()) lock_slowly(nullptr);
  }

  /// False if the deadline passed first.
  bool try_lock_until(const Deadline& deadline) noexcept { return try_lock() || lock_slowly(&deadline); }

  void unlock() noexcept {
    if (state_.exchange(unlocked, std::memory_order_release) == contended) futex_wake_one(&state_);
  }

 private:
  static constexpr std::uint32_t unlocked = 0, locked = 1, contended = 2;

  bool lock_slowly(const Deadline* deadline) noexcept {
    if (spin() && try_lock()) return true;
    // From here on we say "contended" even if we are alone: the unlocker then wakes one too many, never one too few.
    while (state_.exchange(contended, std::memory_order_acquire) != unlocked) {
      if (!futex_wait(state_, contended, deadline)) {
        return state_.exchange(contended, std::memory_order_acquire) == unlocked;
      }
    }
    return true;
  }

  /// True if the lock was seen free while nobody slept for it.
  bool spin() const noexcept {
    if (!may_spin()) return false;
    for (int i = 0; i < 16; ++i) {
      std::uint32_t seen = state_.load(std::memory_order_relaxed);
      if (seen != locked) return seen == unlocked;
      if (i < 12) {
        cpu_pause();
      } else {
        os_yield();
      }
    }
    return false;
  }

  FutexWord state_{unlocked};
};

/// `std::lock_guard` without its header.
class RawLock {
 public:
  explicit RawLock(RawMutex& mutex) noexcept : mutex_(mutex) { mutex_.lock(); }
  ~RawLock() { mutex_.unlock(); }
  RawLock(const RawLock&) = delete;
  RawLock& operator=(const RawLock&) = delete;

 private:
  RawMutex& mutex_;
};

}  // namespace ferrule::detail
