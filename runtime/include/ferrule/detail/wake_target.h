// What a waker wakes.
#pragma once

#include <ferrule/detail/atomic.h>

#include <cstddef>

namespace ferrule::detail {

/// What a waker wakes. Counted: a waker may outlive the task, and then wakes nothing.
class WakeTarget {
 public:
  WakeTarget(const WakeTarget&) = delete;
  WakeTarget& operator=(const WakeTarget&) = delete;

  /// Any thread, at any time. What it did before is seen by the task when it looks again.
  virtual void wake() noexcept = 0;

  void retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  explicit WakeTarget(std::size_t owners = 1) noexcept : owners_(owners) {}
  virtual ~WakeTarget() = default;

 private:
  Atomic<std::size_t> owners_;
};

}  // namespace ferrule::detail
