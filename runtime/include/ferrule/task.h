// Task<T>: a coroutine that begins when it is awaited. co_await takes tasks and what else the runtime gives.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/promise.h>
#include <ferrule/detail/strand.h>
#include <ferrule/traits.h>

#include <coroutine>
#include <exception>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

// Lets Clang put the frame of a task that is awaited at once into the frame of the one that awaits it.
#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::coro_await_elidable)
#define FERRULE_DETAIL_ELIDABLE [[clang::coro_await_elidable]]
#endif
#endif
#ifndef FERRULE_DETAIL_ELIDABLE
#define FERRULE_DETAIL_ELIDABLE
#endif

namespace ferrule {

namespace detail {

[[noreturn]] inline void throw_no_task() {
  throw std::system_error(std::make_error_code(std::errc::invalid_argument), "this task was already awaited or moved");
}

}  // namespace detail

/// A coroutine's result to be. It begins when it is awaited, and runs as part of the task that awaits it. Move-only;
/// belongs to one thread at a time, and may be handed to another thread if all that lies in its frame may. To destroy
/// it destroys the frame, wherever the coroutine stands: that is how a task is cancelled. What a coroutine refers to
/// must outlive it: its reference parameters, and the captures of a lambda, which are the closure's and not the
/// frame's. Rust: what an async fn returns. std: execution::task (C++26). Throws what the coroutine throws, from
/// co_await, and std::system_error if it was awaited or moved before; std::bad_alloc where it is made. Costs a pointer
/// and its frame, whose memory a thread uses again.
template <class T = void>
class FERRULE_DETAIL_ELIDABLE [[nodiscard("a task does nothing until it is awaited or spawned")]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    Task old(std::move(other));
    std::swap(coroutine_, old.coroutine_);
    return *this;
  }
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  /// What `co_await` needs; for the language, not for programs.
  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { coroutine_.destroy(); }

    bool await_ready() const noexcept { return false; }
    template <detail::Promise P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> awaiting) const noexcept {
      promise_type& promise = coroutine_.promise();
      promise.strand = awaiting.promise().strand;
      promise.awaiter = awaiting;
      return detail::transfer(*promise.strand, coroutine_);
    }
    T await_resume() const { return coroutine_.promise().outcome.take(); }

   private:
    std::coroutine_handle<promise_type> coroutine_;
  };
  /// Runs it to its end, and gives its result or throws its exception. Throws std::system_error if it was already
  /// awaited or moved.
  Awaiter operator co_await() && {
    if (!coroutine_) detail::throw_no_task();
    return Awaiter(std::exchange(coroutine_, nullptr));
  }

  /// False after a move, or once it was awaited.
  explicit operator bool() const noexcept { return coroutine_ != nullptr; }

 private:
  friend detail::TaskPromiseBase<T>;
  friend struct detail::TaskAccess;
  explicit Task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T>
Task<T> TaskPromiseBase<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(static_cast<TaskPromise<T>&>(*this)));
}

/// For those who run tasks.
struct TaskAccess {
  /// The task's coroutine begins when the strand advances, and ends it.
  template <class T>
  static void begin(Task<T>& task, Strand& strand) {
    if (!task.coroutine_) throw_no_task();
    task.coroutine_.promise().strand = &strand;
    strand.await(task.coroutine_);
  }
  /// After the strand's end.
  template <class T>
  static Outcome<T>& outcome(Task<T>& task) noexcept {
    return task.coroutine_.promise().outcome;
  }
};

template <class A>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

/// What `co_await std::move(awaitable)` gives; nothing for what cannot be awaited, so that overloads can ask.
template <class A>
struct ResultOfAwait {};
template <class A>
  requires requires { typename A::Awaiter; }
struct ResultOfAwait<A> {
  using type = decltype(std::declval<A>().operator co_await().await_resume());
};
template <class A>
  requires(
      !requires { typename A::Awaiter; } && requires(A& awaitable) { awaitable.await_resume(); })
struct ResultOfAwait<A> {
  using type = decltype(std::declval<A&>().await_resume());
};
template <class A>
using AwaitResult = typename ResultOfAwait<A>::type;

/// The awaitable as a task: itself if it is one.
template <class T>
Task<T> as_task(Task<T>&& task) noexcept {
  return std::move(task);
}
template <class A>
  requires(OwnAwaitable<A> && !is_task<A>)
Task<AwaitResult<A>> as_task(A awaitable) {
  co_return co_await std::move(awaitable);
}
template <class A>
using AsTask = decltype(detail::as_task(std::declval<A>()));

/// Awaited once, by value.
template <class A>
concept Awaited = OwnAwaitable<A> && !std::is_reference_v<A>;

template <class F>
class PollFn final : public EventAwaiter {
  using Answer = std::invoke_result_t<F&, const Waker&>;

 public:
  explicit PollFn(F f) : f_(std::move(f)) {}
  bool poll(Strand& strand) noexcept override {
    try {
      answer_ = detail::invoke(f_, strand.waker());
      return static_cast<bool>(answer_);
    } catch (...) {
      exception_ = std::current_exception();
      return true;
    }
  }
  auto await_resume() {
    if (exception_) std::rethrow_exception(exception_);
    if constexpr (!std::is_same_v<Answer, bool>) return std::move(*answer_);
  }

 private:
  F f_;
  Answer answer_{};
  std::exception_ptr exception_;
};

}  // namespace detail

/// Makes an awaitable of a foreign event. `f(waker)` says whether it has happened: by a bool, or by a
/// std::optional of what co_await shall give. If it has not, `f` has seen to it that the waker is called when it is
/// worth while to ask again. Throws, from co_await, what `f` throws. Rust: future::poll_fn.
template <class F>
  requires requires(F& f, const Waker& waker) { static_cast<bool>(detail::invoke(f, waker)); }
[[nodiscard]] auto poll_fn(F f) {
  return detail::PollFn<F>(std::move(f));
}

namespace detail {

// A frame may hold anything: the language sees the result only, the analyser sees the frame.
template <class T, class Seen>
struct SendOf<Task<T>, Seen> : VerdictConstant<worst(SendOf<T, Seen>::value, Verdict::Unknown)> {};
template <class T, class Seen>
struct SyncOf<Task<T>, Seen> : VerdictConstant<Verdict::Unknown> {};

}  // namespace detail
}  // namespace ferrule
