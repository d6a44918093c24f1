// What a thread can say and do about itself: its identity, sleeping, yielding, park and unpark.
#pragma once

#include <ferrule/detail/cgroup.h>
#include <ferrule/detail/cpu.h>
#include <ferrule/detail/futex.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/spin.h>
#include <ferrule/mutex.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#if FERRULE_DETAIL_LINUX_FUTEX
#include <cerrno>
#include <ctime>
#else
#include <thread>
#endif

namespace ferrule {

/// Distinguishes all threads that a process ever has. Rust: ThreadId. std: thread::id. Any thread may copy it. Nothing
/// throws. Costs eight bytes.
class ThreadId {
 public:
  constexpr ThreadId() noexcept = default;
  friend constexpr bool operator==(ThreadId, ThreadId) noexcept = default;
  friend constexpr auto operator<=>(ThreadId, ThreadId) noexcept = default;
  /// The number itself: never 0 for a thread, and never used again.
  constexpr std::uint64_t value() const noexcept { return value_; }

 private:
  friend class Thread;
  explicit constexpr ThreadId(std::uint64_t value) noexcept : value_(value) {}
  std::uint64_t value_ = 0;
};

/// A handle to a running (or finished) thread, by which others can wake it. Any thread may copy and use it at any
/// time. Rust: Thread. std has none. Making one throws std::bad_alloc, nothing else throws. Costs one allocation for
/// each thread.
class Thread {
 public:
  Thread() : Thread(std::string()) {}
  explicit Thread(std::string name) : inner_(new Inner(std::move(name))) {}

  /// What distinguishes it from all other threads.
  ThreadId id() const noexcept { return ThreadId(inner_->id); }
  /// The name given by Builder, or "".
  const std::string& name() const noexcept { return inner_->name; }
  /// Lets the thread's current or next `park` return.
  void unpark() const noexcept {
    if (inner_->token.exchange(notified, std::memory_order_release) == parked) futex_wake(inner_->token);
  }

 private:
  friend void park();
  template <detail::Duration D>
  friend bool park_for(const D&);

  static constexpr std::uint32_t empty = 0, notified = 1, parked = 2;

  struct Inner : detail::Counted {
    explicit Inner(std::string n) : name(std::move(n)), id(next_id()) {}
    std::string name;
    std::uint64_t id;
    detail::FutexWord token{empty};
  };

  static std::uint64_t next_id() noexcept {
    static detail::Atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  static void futex_wake(detail::FutexWord& word) noexcept { detail::futex_wake_one(&word); }

  bool wait(const detail::Deadline* deadline) const noexcept {
    auto& token = inner_->token;
    std::uint32_t seen = notified;
    if (token.compare_exchange_strong(seen, empty, std::memory_order_acquire)) return true;
    seen = empty;
    if (!token.compare_exchange_strong(seen, parked, std::memory_order_acquire)) {
      token.store(empty, std::memory_order_relaxed);
      return true;
    }
    bool in_time = true;
    while (in_time && token.load(std::memory_order_relaxed) == parked) {
      in_time = detail::futex_wait(token, parked, deadline);
    }
    return token.exchange(empty, std::memory_order_acquire) == notified;
  }

  detail::Shared<Inner> inner_;
};

namespace detail {

/// The calling thread's handle. A bare pointer, so that destructors of other thread-locals can still ask; a second
/// thread-local deletes it.
inline Thread*& thread_slot() noexcept {
  thread_local Thread* slot = nullptr;
  return slot;
}

inline Thread& enter_thread(Thread identity) {
  struct Leave {
    ~Leave() { delete std::exchange(thread_slot(), nullptr); }
  };
  thread_local Leave leave;
  (void)leave;
  thread_slot() = new Thread(std::move(identity));
  return *thread_slot();
}

inline Thread& this_thread() {
  Thread* thread = thread_slot();
  return thread != nullptr ? *thread : enter_thread(Thread());
}

}  // namespace detail

/// The calling thread. Throws std::bad_alloc if it was not made by the runtime and asks for the first time.
[[nodiscard]] inline Thread current() { return detail::this_thread(); }

/// Sleeps until somebody calls `unpark` on this thread's handle; at once if it was called since the last `park`.
/// Unlike Rust's, it does not return without a cause. Throws as `current`.
inline void park() { detail::this_thread().wait(nullptr); }

/// The same with a time limit. False if it passed first. Throws as `current`.
template <detail::Duration D>
bool park_for(const D& duration) {
  auto deadline = detail::deadline_after(duration);
  return detail::this_thread().wait(&deadline);
}

namespace detail {

inline void sleep_before(Deadline deadline) noexcept {
#if FERRULE_DETAIL_LINUX_FUTEX
  const std::timespec until = deadline.to_timespec();
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
#else
  std::this_thread::sleep_until(deadline.to_time_point());
#endif
}

}  // namespace detail

/// Lets other threads run first.
inline void yield_now() noexcept { detail::os_yield(); }

/// Sleeps at least that long. Throws nothing.
template <detail::Duration D>
void sleep_for(const D& duration) {
  detail::sleep_before(detail::deadline_after(duration));
}
/// Sleeps at least until then. Throws what its clock throws.
template <detail::TimePoint P>
void sleep_until(const P& time) {
  while (P::clock::now() < time) detail::sleep_before(detail::deadline_at(time));  // its clock may be set meanwhile
}

/// How many threads can run at once: the processors that this process may use, or fewer if its container has a quota;
/// at least 1. Reads files, so ask once. Rust: available_parallelism. std: thread::hardware_concurrency.
[[nodiscard]] inline std::size_t available_parallelism() noexcept {
  const std::size_t processors = detail::processor_count(), quota = detail::cgroup_quota();
  return quota != 0 && quota < processors ? quota : processors;
}

}  // namespace ferrule

template <>
struct std::hash<ferrule::ThreadId> {
  std::size_t operator()(ferrule::ThreadId id) const noexcept { return std::hash<std::uint64_t>()(id.value()); }
};
