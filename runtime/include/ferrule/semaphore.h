// Semaphore: a number of permits, of which each thread takes one.
#pragma once

#include <ferrule/detail/raw_condvar.h>
#include <ferrule/detail/verdict.h>
#include <ferrule/mutex.h>

#include <cstddef>

namespace ferrule {

/// Any thread may call anything at any time; who releases need not be who acquired. std: counting_semaphore. Rust has
/// none. Nothing throws. Each call costs constant time, apart from the waiting.
class Semaphore {
 public:
  constexpr explicit Semaphore(std::size_t permits) noexcept : permits_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Waits for a permit and takes it.
  void acquire() const noexcept { acquire_before(nullptr); }
  [[nodiscard]] bool try_acquire() const noexcept {
    detail::RawLock lock(mutex_);
    if (permits_ == 0) return false;
    --permits_;
    return true;
  }
  /// False if there was no permit in time.
  template <detail::Duration D>
  [[nodiscard]] bool try_acquire_for(const D& duration) const {
    auto deadline = detail::deadline_after(duration);
    return acquire_before(&deadline);
  }
  void release(std::size_t count = 1) const noexcept {
    // Notifies under the lock: afterwards a thread that got its permit may already have destroyed the semaphore.
    detail::RawLock lock(mutex_);
    permits_ += count;
    for (; count != 0; --count) released_.notify_one();
  }

 private:
  bool acquire_before(const detail::Deadline* deadline) const noexcept {
    detail::RawLock lock(mutex_);
    while (permits_ == 0) {
      if (!released_.wait(mutex_, deadline) && permits_ == 0) return false;
    }
    --permits_;
    return true;
  }

  mutable detail::RawMutex mutex_;
  mutable detail::RawCondvar released_;
  mutable std::size_t permits_;
};

template <>
inline constexpr bool claims_send<Semaphore> = true;
template <>
inline constexpr bool claims_synchronized<Semaphore> = true;

}  // namespace ferrule
