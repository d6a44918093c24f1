// Time in tasks: async::sleep_for, async::sleep_until, async::yield_now, and timeout. They let the thread do other
// things.
#pragma once

#include <ferrule/detail/timers.h>
#include <ferrule/expected.h>
#include <ferrule/task.h>

#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

/// The time was up first; the task was cancelled. Rust: tokio's Elapsed.
struct TimedOut {
  friend constexpr bool operator==(TimedOut, TimedOut) noexcept = default;
};

namespace detail {

class Sleep final : public EventAwaiter {
 public:
  explicit Sleep(Deadline deadline) noexcept : timer_(deadline) {}
  Sleep(Sleep&& other) noexcept : timer_(other.timer_.deadline()) {}
  bool poll(Strand& strand) noexcept override {
    try {
      return timer_.poll(strand.waker());
    } catch (...) {
      exception_ = std::current_exception();
      return true;
    }
  }
  void await_resume() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  Timer timer_;
  std::exception_ptr exception_;
};

/// For a clock that may be set meanwhile: asked again whenever the time seems to have come.
template <class P>
Task<void> sleep_until_time(P time) {
  while (P::clock::now() < time) co_await Sleep(deadline_at(time));
}

class Yield final : public EventAwaiter {
 public:
  bool poll(Strand& strand) noexcept override {
    if (std::exchange(has_yielded_, true)) return true;
    strand.target().wake();
    return false;
  }
  void await_resume() const noexcept {}

  Yield() = default;
  Yield(Yield&&) noexcept {}

 private:
  bool has_yielded_ = false;
};

template <class T>
class WithTimeout final : public EventAwaiter {
 public:
  WithTimeout(Deadline deadline, Task<T> task) noexcept : sleep_(deadline), task_(std::move(task)) {}
  WithTimeout(WithTimeout&& other) noexcept : sleep_(std::move(other.sleep_)), task_(std::move(other.task_)) {}

  /// The task is asked first: what is there in time is taken, even late.
  bool poll(Strand& strand) noexcept override {
    if (!inner_) {
      inner_.emplace(strand.target());
      TaskAccess::begin(*task_, *inner_);
    }
    inner_->wake_now(strand.target());
    is_done_ = inner_->advance();
    if (is_done_) return true;
    if (!sleep_.poll(strand)) return false;
    task_.reset();
    return true;
  }
  Expected<T, TimedOut> await_resume() {
    if (!is_done_) {
      sleep_.await_resume();
      return Unexpected{TimedOut()};
    }
    if constexpr (std::is_void_v<T>) {
      TaskAccess::outcome(*task_).take();
      return {};
    } else {
      return TaskAccess::outcome(*task_).take();
    }
  }

 private:
  Sleep sleep_;
  std::optional<Task<T>> task_;
  std::optional<Strand> inner_;
  bool is_done_ = false;
};

}  // namespace detail

/// The awaitable forms of what ferrule:: has for threads under the same names.
namespace async {

/// Awaits that much time. One thread of the process keeps the time for all. Throws, from co_await, std::system_error if
/// the system has no thread to give. Rust: tokio::time::sleep.
template <detail::Duration D>
[[nodiscard("a sleep does nothing until it is awaited")]] detail::Sleep sleep_for(const D& duration) {
  return detail::Sleep(detail::deadline_after(duration));
}
/// Awaits that time, of any clock. Throws the same, and what the clock throws.
template <detail::TimePoint P>
[[nodiscard("a sleep does nothing until it is awaited")]] Task<void> sleep_until(P time) {
  return detail::sleep_until_time(std::move(time));
}
/// Lets the executor's other tasks run first.
[[nodiscard("it does nothing until it is awaited")]] inline detail::Yield yield_now() noexcept { return {}; }

}  // namespace async

/// Awaits `awaitable` for that long; cancels it if it has not ended then. Throws, from co_await, what it throws, and
/// std::system_error if the system has no thread to give. Rust: tokio::time::timeout.
template <detail::Duration D, class A>
  requires detail::Awaited<A>
[[nodiscard("it does nothing until it is awaited")]] auto timeout(const D& duration, A&& awaitable) {
  return detail::WithTimeout<detail::AwaitResult<A>>(detail::deadline_after(duration),
                                                     detail::as_task(std::forward<A>(awaitable)));
}

}  // namespace ferrule
