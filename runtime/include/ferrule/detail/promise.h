// The promise of Task: how its result is kept, and what it may await.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/strand.h>
#include <ferrule/detail/unit.h>

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class Task;

namespace detail {

struct TaskAccess;

/// How a result lies in an object: void as a Unit, a reference as a pointer.
template <class T>
using Kept = std::conditional_t<std::is_void_v<T>, Unit,
                                std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, std::remove_cv_t<T>>>;

template <class T>
T from_kept(Kept<T>&& kept) {
  if constexpr (std::is_reference_v<T>) {
    return static_cast<T>(*kept);
  } else if constexpr (!std::is_void_v<T>) {
    return std::move(kept);
  }
}

/// A result or an exception, once there is one.
template <class T>
class Outcome {
 public:
  template <class U>
  void set(U&& value) {
    if constexpr (std::is_reference_v<T>) {
      value_.emplace(__builtin_addressof(value));
    } else {
      value_.emplace(std::forward<U>(value));
    }
  }
  void set_exception(std::exception_ptr exception) noexcept { exception_ = std::move(exception); }
  std::exception_ptr exception() const noexcept { return exception_; }

  /// What `call` returns or throws.
  template <class Call>
  void set_from(Call&& call) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        std::forward<Call>(call)();
        set(Unit());
      } else {
        set(std::forward<Call>(call)());
      }
    } catch (...) {
      set_exception(std::current_exception());
    }
  }

  /// The result, once, or the exception.
  T take() {
    if (exception_) std::rethrow_exception(exception_);
    return from_kept<T>(std::move(*value_));
  }
  void clear() noexcept {
    value_.reset();
    exception_ = nullptr;
  }

 private:
  std::optional<Kept<T>> value_;
  std::exception_ptr exception_;
};

/// The end of a coroutine: whoever awaits it goes on.
struct Ending {
  bool await_ready() const noexcept { return false; }
  template <Promise P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> ended) const noexcept {
    PromiseBase& promise = ended.promise();
    if (!promise.awaiter) return std::noop_coroutine();
    return transfer(*promise.strand, promise.awaiter);
  }
  void await_resume() const noexcept {}
};

/// What a coroutine of the runtime can await: tasks, and events that say so. Others would resume it by themselves, on
/// a thread that does not run its task; poll_fn and oneshot make awaitables of foreign events.
template <class A>
concept OwnAwaitable = std::derived_from<std::remove_cvref_t<A>, EventAwaiter> || requires { typename A::Awaiter; };

struct AwaitsOwn {
  template <class A>
    requires OwnAwaitable<A>
  A&& await_transform(A&& awaitable) const noexcept {
    static_assert(!std::is_lvalue_reference_v<A>, "an awaitable is awaited once: co_await std::move(it)");
    return std::forward<A>(awaitable);
  }
};

template <class T>
struct TaskPromise;

template <class T>
struct TaskPromiseBase : PromiseBase, AwaitsOwn {
  Outcome<T> outcome;

  Task<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Ending final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { outcome.set_exception(std::current_exception()); }
};

template <class T>
struct TaskPromise : TaskPromiseBase<T> {
  template <class U = T>
    requires std::convertible_to<U, T>
  void return_value(U&& value) {
    this->outcome.set(static_cast<std::conditional_t<std::is_reference_v<T>, T, U&&>>(value));
  }
};
template <>
struct TaskPromise<void> : TaskPromiseBase<void> {
  void return_void() { outcome.set(Unit()); }
};

}  // namespace detail
}  // namespace ferrule
