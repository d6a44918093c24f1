// Latch: a counter that is counted down once; who waits goes on at zero.
#pragma once

#include <ferrule/detail/futex.h>
#include <ferrule/detail/verdict.h>
#include <ferrule/mutex.h>

#include <cstdint>
#include <cstdlib>

namespace ferrule {

/// Any thread may call anything at any time. std: latch. Rust has none. Nothing throws. Each call costs constant time,
/// apart from the waiting.
class Latch {
 public:
  constexpr explicit Latch(std::uint32_t count) noexcept : count_(count) {}
  Latch(const Latch&) = delete;
  Latch& operator=(const Latch&) = delete;

  /// Never waits. To count below zero is a mistake that ends the program.
  void count_down(std::uint32_t by = 1) const noexcept {
    std::uint32_t before = count_.fetch_sub(by, std::memory_order_acq_rel);
    if (before < by) std::abort();
    if (before == by && by != 0) detail::futex_wake_all(&count_);
  }
  bool try_wait() const noexcept { return count_.load(std::memory_order_acquire) == 0; }
  void wait() const noexcept { wait_before(nullptr); }
  /// False if the counter was not zero in time.
  template <detail::Duration D>
  bool wait_for(const D& duration) const {
    auto deadline = detail::deadline_after(duration);
    return wait_before(&deadline);
  }
  void arrive_and_wait() const noexcept {
    count_down();
    wait();
  }

 private:
  bool wait_before(const detail::Deadline* deadline) const noexcept {
    for (;;) {
      std::uint32_t left = count_.load(std::memory_order_acquire);
      if (left == 0) return true;
      if (!detail::futex_wait(count_, left, deadline)) return try_wait();
    }
  }

  mutable detail::FutexWord count_;
};

template <>
inline constexpr bool claims_send<Latch> = true;
template <>
inline constexpr bool claims_synchronized<Latch> = true;

}  // namespace ferrule
