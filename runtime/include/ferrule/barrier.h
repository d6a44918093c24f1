// Barrier: threads that wait for each other, again and again.
#pragma once

#include <ferrule/detail/raw_condvar.h>
#include <ferrule/detail/verdict.h>

#include <cstddef>
#include <cstdint>

namespace ferrule {

/// Any thread may call `wait` at any time. Rust: Barrier. std: barrier. Nothing throws. Each call costs constant time,
/// apart from the waiting.
class Barrier {
 public:
  /// For `count` threads; 0 counts as 1.
  constexpr explicit Barrier(std::size_t count) noexcept : count_(count == 0 ? 1 : count) {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Waits until `count` threads have come; then the next round begins. True for exactly one of them.
  bool wait() const noexcept {
    detail::RawLock lock(mutex_);
    if (++arrived_ == count_) {
      arrived_ = 0;
      ++round_;
      all_here_.notify_all();
      return true;
    }
    const std::uint64_t mine = round_;
    while (mine == round_) all_here_.wait(mutex_);
    return false;
  }

 private:
  const std::size_t count_;
  mutable detail::RawMutex mutex_;
  mutable detail::RawCondvar all_here_;
  mutable std::size_t arrived_ = 0;
  mutable std::uint64_t round_ = 0;
};

template <>
inline constexpr bool claims_send<Barrier> = true;
template <>
inline constexpr bool claims_synchronized<Barrier> = true;

}  // namespace ferrule
