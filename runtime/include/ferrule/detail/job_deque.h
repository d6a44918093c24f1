// The queue of one worker: it pushes and pops at one end, thieves take from the other.
//
// The deque of Chase and Lev (2005) in the version of Lê, Pop, Cohen and Zappa Nardelli, "Correct and Efficient
// Work-Stealing for Weak Memory Models" (2013). Differences: it does not grow, a push into a full one fails; and
// where theirs has fences, the operations beside them are sequentially consistent, because neither ThreadSanitizer nor
// a model checker sees fences.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/job.h>

#include <cstddef>

// The model checker makes it small.
#ifndef FERRULE_DETAIL_DEQUE_ROOM
#define FERRULE_DETAIL_DEQUE_ROOM 1024
#endif

namespace ferrule::detail {

class JobDeque {
 public:
  JobDeque() = default;
  JobDeque(const JobDeque&) = delete;
  JobDeque& operator=(const JobDeque&) = delete;

  /// Owner: false if there is no room. Sequentially consistent, so that who looks for sleeping workers afterwards finds
  /// those who did not see the job.
  bool push(Job& job) noexcept {
    const std::ptrdiff_t bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_.load(std::memory_order_acquire) >= room) return false;
    slot(bottom).store(&job, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_seq_cst);
    return true;
  }

  /// Owner: the latest, or null.
  Job* pop() noexcept {
    const std::ptrdiff_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
    if (bottom < top_.load(std::memory_order_relaxed)) return nullptr;
    bottom_.store(bottom, std::memory_order_seq_cst);
    std::ptrdiff_t top = top_.load(std::memory_order_seq_cst);
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return nullptr;
    }
    Job* job = slot(bottom).load(std::memory_order_relaxed);
    if (top == bottom) {  // the last one: thieves may want it, too
      if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed))
        job = nullptr;
      bottom_.store(bottom + 1, std::memory_order_relaxed);
    }
    return job;
  }

  /// Anybody: the oldest, or null if there is none.
  Job* steal() noexcept {
    for (;;) {
      std::ptrdiff_t top = top_.load(std::memory_order_seq_cst);
      if (top >= bottom_.load(std::memory_order_seq_cst)) return nullptr;
      Job* job = slot(top).load(std::memory_order_relaxed);
      if (top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) return job;
    }
  }

  /// Anybody; sequentially consistent as `push` is.
  bool is_empty() const noexcept {
    const std::ptrdiff_t top = top_.load(std::memory_order_seq_cst);
    return top >= bottom_.load(std::memory_order_seq_cst);
  }

 private:
  static constexpr std::ptrdiff_t room = FERRULE_DETAIL_DEQUE_ROOM;
  static_assert((room & (room - 1)) == 0);

  Atomic<Job*>& slot(std::ptrdiff_t index) noexcept { return slots_[index & (room - 1)]; }

  alignas(cache_line) Atomic<std::ptrdiff_t> top_{0};
  alignas(cache_line) Atomic<std::ptrdiff_t> bottom_{0};
  Atomic<Job*> slots_[room] = {};
};

}  // namespace ferrule::detail
