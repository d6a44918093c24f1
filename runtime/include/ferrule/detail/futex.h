// Sleeping until a word changes: the kernel's futex on Linux, elsewhere (or with FERRULE_PORTABLE_FUTEX) a table of
// condition variables. Not std::atomic::wait: libstdc++ 12 shares 16 buckets among all waiters of a process and has no
// timed wait.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/deadline.h>

#include <cstdint>

#ifndef FERRULE_MODEL_HEADER

#if FERRULE_DETAIL_LINUX_FUTEX
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>
#else
#include <condition_variable>
#include <mutex>
#endif

namespace ferrule::detail {

#if FERRULE_DETAIL_LINUX_FUTEX

inline long futex_call(const void* word, int operation, std::uint32_t value, const std::timespec* until) noexcept {
  return ::syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, until, nullptr, FUTEX_BITSET_MATCH_ANY);
}

/// Sleeps while `word` is `expected`, until woken or until the deadline. May return early without a cause. False only
/// if the deadline has passed.
inline bool futex_wait(const FutexWord& word, std::uint32_t expected, const Deadline* deadline = nullptr) noexcept {
  std::timespec until{};
  if (deadline != nullptr) until = deadline->to_timespec();
  int saved = errno;
  long result = futex_call(&word, FUTEX_WAIT_BITSET, expected, deadline != nullptr ? &until : nullptr);
  bool in_time = result == 0 || errno != ETIMEDOUT;
  errno = saved;
  return in_time;
}

/// Wakes one sleeper; false if perhaps nobody slept. The address is not read: the word may already be gone.
inline bool futex_wake_one(const FutexWord* word) noexcept {
  return futex_call(word, FUTEX_WAKE_BITSET, 1, nullptr) > 0;
}
inline void futex_wake_all(const FutexWord* word) noexcept { futex_call(word, FUTEX_WAKE_BITSET, INT_MAX, nullptr); }

#else

struct alignas(cache_line) FutexBucket {
  std::mutex mutex;
  std::condition_variable changed;
};

inline FutexBucket& futex_bucket(const void* word) noexcept {
  // Not destroyed: threads may sleep here while static objects are being destroyed.
  static FutexBucket* const buckets = new FutexBucket[64];
  auto mixed = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(word)) * 0x9e3779b97f4a7c15u;
  return buckets[mixed >> 58];
}

inline bool futex_wait(const FutexWord& word, std::uint32_t expected, const Deadline* deadline = nullptr) noexcept {
  FutexBucket& bucket = futex_bucket(&word);
  std::unique_lock lock(bucket.mutex);
  if (word.load(std::memory_order_seq_cst) != expected) return true;
  if (deadline == nullptr) {
    bucket.changed.wait(lock);
    return true;
  }
  return bucket.changed.wait_until(lock, deadline->to_time_point()) == std::cv_status::no_timeout;
}

/// Wakes everybody of the bucket: who was not meant goes back to sleep.
inline void futex_wake_all(const FutexWord* word) noexcept {
  FutexBucket& bucket = futex_bucket(word);
  {
    std::lock_guard lock(bucket.mutex);
  }
  bucket.changed.notify_all();
}
inline bool futex_wake_one(const FutexWord* word) noexcept {
  futex_wake_all(word);
  return false;
}

#endif

}  // namespace ferrule::detail

#endif  // FERRULE_MODEL_HEADER
