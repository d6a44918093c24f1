// Waker: how an event tells a task to look again. And how a thread waits for one.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/futex.h>
#include <ferrule/detail/spin.h>
#include <ferrule/detail/wake_target.h>
#include <ferrule/traits.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace ferrule {

/// Wakes a task: it looks again at what it waits for. Copies wake the same task; any thread may call anything of its
/// own copy at any time, also after the task has ended. For those who write awaitables of their own: see poll_fn. Rust:
/// task::Waker. std has none. Throws nothing. Costs a pointer; a copy costs one atomic addition.
class Waker {
 public:
  /// Wakes nothing.
  Waker() noexcept = default;
  explicit Waker(detail::WakeTarget& target) noexcept : target_(&target) { target.retain(); }
  Waker(const Waker& other) noexcept : target_(other.target_) {
    if (target_ != nullptr) target_->retain();
  }
  Waker(Waker&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Waker& operator=(Waker other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Waker() {
    if (target_ != nullptr) target_->release();
  }

  /// Lets the task look again. Several calls before it does so count as one.
  void wake() const noexcept {
    if (target_ != nullptr) target_->wake();
  }
  /// True if both wake the same task.
  bool will_wake(const Waker& other) const noexcept { return target_ == other.target_; }

 private:
  detail::WakeTarget* target_ = nullptr;
};

template <>
inline constexpr bool claims_send<Waker> = true;
template <>
inline constexpr bool claims_sync<Waker> = true;

namespace detail {

/// A thread that waits, again and again, for anybody to wake it.
class ThreadWaker final : public WakeTarget {
 public:
  void wake() noexcept override {
    if (word_.exchange(notified, std::memory_order_release) == asleep) futex_wake_one(&word_);
  }

  /// Returns after a `wake` since the last return. False if the deadline passed first.
  bool sleep(const Deadline* deadline = nullptr) noexcept {
    if (!is_notified()) spin_.poll([this] { return is_notified(); });
    std::uint32_t seen = empty;
    if (!word_.compare_exchange_strong(seen, asleep, std::memory_order_acquire)) return consume();
    while (word_.load(std::memory_order_relaxed) == asleep) {
      if (!futex_wait(word_, asleep, deadline)) break;
    }
    return consume();
  }

 private:
  static constexpr std::uint32_t empty = 0, notified = 1, asleep = 2;

  bool is_notified() const noexcept { return word_.load(std::memory_order_relaxed) == notified; }
  bool consume() noexcept { return word_.exchange(empty, std::memory_order_acquire) == notified; }

  FutexWord word_{empty};
  AdaptiveSpin spin_;
};

}  // namespace detail
}  // namespace ferrule
