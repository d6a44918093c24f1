// async_scope: tasks that may borrow from the frame that awaits them.
#pragma once

#include <ferrule/detail/owner.h>
#include <ferrule/detail/root.h>
#include <ferrule/join_all.h>
#include <ferrule/task.h>

#include <concepts>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

namespace detail {

/// A task of an AsyncScope; its result is not asked for.
class ScopedTask {
 public:
  virtual ~ScopedTask() = default;
  /// True once it has ended.
  virtual bool advance(Strand& strand) noexcept = 0;
  virtual void note(FirstException& first) noexcept = 0;

  Box<ScopedTask> next;
};

template <class T>
class ScopedTaskOf final : public ScopedTask {
 public:
  explicit ScopedTaskOf(Task<T> task) noexcept : branch_(std::move(task)) {}
  bool advance(Strand& strand) noexcept override { return branch_.advance(strand); }
  void note(FirstException& first) noexcept override { first.note(branch_); }

 private:
  Branch<T> branch_;
};

template <class F>
class RunScope;

}  // namespace detail

/// What async_scope gives to its callable. Stays with the task that runs it, whatever thread
/// that is on. Rust: moro's Scope. std: counting_scope
/// (C++26). Throws std::bad_alloc. Spawning costs a piece of memory beside the frame.
class AsyncScope {
 public:
  AsyncScope(const AsyncScope&) = delete;
  AsyncScope& operator=(const AsyncScope&) = delete;

  /// Lets a task (or another awaitable) run beside the others of the scope. It may refer to anything that outlives the
  /// await of the scope. Its result is dropped; an exception comes out of the scope.
  template <class A>
    requires detail::Awaited<A>
  void spawn(A&& awaitable) {
    add(new detail::ScopedTaskOf<detail::AwaitResult<A>>(detail::as_task(std::forward<A>(awaitable))));
  }
  /// Calls `f(args...)`, and awaits the task that it gives. Callable and arguments live as long as the task.
  template <class F, class... Args>
    requires detail::MakesTask<F, Args...>
  void spawn(F&& f, Args&&... args) {
    using T = detail::CallResult<F, Args...>;
    add(new detail::ScopedTaskOf<T>(detail::call_and_await<T, std::decay_t<F>, std::decay_t<Args>...>(
        std::forward<F>(f), std::forward<Args>(args)...)));
  }

 private:
  template <class F>
  friend class detail::RunScope;
  AsyncScope() = default;

  void add(detail::ScopedTask* task) noexcept {
    detail::Box<detail::ScopedTask>* last = &first_;
    while (*last) last = &(*last)->next;
    *last = detail::Box<detail::ScopedTask>(task);
  }

  /// True once all have ended. One that runs may spawn more: they stand behind it, and are run in the same round.
  bool advance(detail::Strand& strand, detail::FirstException& first) noexcept {
    for (detail::Box<detail::ScopedTask>* link = &first_; *link;) {
      if ((*link)->advance(strand)) {
        (*link)->note(first);
        detail::Box<detail::ScopedTask> ended = std::move(*link);
        *link = std::move(ended->next);
      } else {
        link = &(*link)->next;
      }
    }
    return !first_;
  }

  detail::Box<detail::ScopedTask> first_;
};

namespace detail {

template <class F>
class RunScope final : public EventAwaiter {
  using Body = std::invoke_result_t<F&, AsyncScope&>;
  using T = typename Awaitee<Body>::type;

 public:
  explicit RunScope(F f) noexcept(std::is_nothrow_move_constructible_v<F>) : f_(std::move(f)) {}
  RunScope(RunScope&& other) : f_(std::move(other.f_)) {}

  bool poll(Strand& strand) noexcept override {
    try {
      if (!body_) body_.emplace(detail::invoke(f_, scope_));
    } catch (...) {  // where the frame cannot be had
      exception_ = std::current_exception();
      return true;
    }
    const bool had_ended = body_->has_ended();
    const bool has_body_ended = body_->advance(strand);
    if (has_body_ended && !had_ended) first_.note(*body_);
    const bool have_all_ended = scope_.advance(strand, first_);
    return has_body_ended && have_all_ended;
  }
  T await_resume() {
    if (exception_) std::rethrow_exception(exception_);
    first_.rethrow();
    if constexpr (std::is_void_v<T>) {
      body_->take();
    } else {
      return body_->take();
    }
  }

 private:
  F f_;
  std::optional<Branch<T>> body_;
  AsyncScope scope_;  // its tasks die before what they may refer to: the body's frame, and the callable
  FirstException first_;
  std::exception_ptr exception_;
};

template <class F>
concept ScopeBody = std::invocable<F&, AsyncScope&> && is_task<std::invoke_result_t<F&, AsyncScope&>>;

}  // namespace detail

/// Awaits `f(scope)` and then all tasks that were spawned on the scope; gives what the task of `f` gives. They run side
/// by side within the task that awaits this, so they may refer to its locals, and need not be Send; destroying that
/// task destroys them. Throws, from co_await, the first exception when all have ended, and std::bad_alloc. Rust: moro's
/// async_scope!.
template <class F>
  requires detail::ScopeBody<F>
[[nodiscard("it does nothing until it is awaited")]] auto async_scope(F f) {
  return detail::RunScope<F>(std::move(f));
}

}  // namespace ferrule
