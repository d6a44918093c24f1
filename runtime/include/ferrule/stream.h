// Stream<T>: a coroutine that gives one value after the other, by co_yield.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/promise.h>
#include <ferrule/detail/strand.h>
#include <ferrule/task.h>
#include <ferrule/traits.h>

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace ferrule {

template <class T>
class Stream;

namespace detail {

/// A stream's coroutine has a strand of its own, which goes on only while somebody awaits the next value: so whoever
/// gives up waiting leaves the stream as it is.
template <class T>
struct StreamPromise : PromiseBase, AwaitsOwn {
  std::optional<T> value;
  std::exception_ptr exception;
  std::optional<Strand> own;

  /// After a value: waits until it was taken.
  class Taken final : public EventAwaiter {
   public:
    explicit Taken(std::optional<T>& value) noexcept : value_(value) {}
    bool poll(Strand&) noexcept override { return !value_; }
    void await_resume() const noexcept {}

   private:
    std::optional<T>& value_;
  };

  Stream<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
  void return_void() const noexcept {}
  template <class U = T>
    requires std::convertible_to<U, T>
  Taken yield_value(U&& next) {
    value.emplace(std::forward<U>(next));
    return Taken(value);
  }
};

}  // namespace detail

/// Values that come one after the other: `while (auto value = co_await stream.next())`. A coroutine with this result
/// gives them by co_yield, and awaits what it likes in between; it runs only while the next one is awaited. Move-only;
/// belongs to one thread at a time. What the coroutine refers to must outlive it, as for Task. Rust: Stream,
/// async-stream. std: generator (C++23), which cannot await. Throws what the coroutine throws, from co_await, and
/// std::bad_alloc where it is made. Costs a pointer and its frame.
template <class T>
class [[nodiscard("a stream does nothing until its next value is awaited")]] Stream {
 public:
  using promise_type = detail::StreamPromise<T>;

  Stream(Stream&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Stream& operator=(Stream&& other) noexcept {
    Stream old(std::move(other));
    std::swap(coroutine_, old.coroutine_);
    return *this;
  }
  ~Stream() {
    if (coroutine_) coroutine_.destroy();
  }

  /// What `co_await stream.next()` needs; for the language, not for programs.
  class Next final : public detail::EventAwaiter {
   public:
    explicit Next(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
    Next(Next&&) noexcept = default;

    bool poll(detail::Strand& strand) noexcept override {
      if (!coroutine_) return true;
      promise_type& promise = coroutine_.promise();
      if (!promise.own) {
        promise.own.emplace(strand.target());
        promise.strand = &*promise.own;
        promise.own->await(coroutine_);
      }
      promise.own->wake_now(strand.target());
      return promise.own->advance() || promise.value.has_value();
    }
    std::optional<T> await_resume() {
      if (!coroutine_) return std::nullopt;
      promise_type& promise = coroutine_.promise();
      if (promise.exception) std::rethrow_exception(std::exchange(promise.exception, nullptr));
      return std::exchange(promise.value, std::nullopt);
    }

   private:
    std::coroutine_handle<promise_type> coroutine_;
  };
  /// The next value; nothing once the coroutine has ended, or after a move.
  [[nodiscard("nothing comes until it is awaited")]] Next next() & noexcept { return Next(coroutine_); }

 private:
  friend promise_type;
  explicit Stream(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T>
Stream<T> StreamPromise<T>::get_return_object() noexcept {
  return Stream<T>(std::coroutine_handle<StreamPromise<T>>::from_promise(*this));
}

// As Task.
template <class T, class Seen>
struct SendOf<Stream<T>, Seen> : VerdictConstant<worst(SendOf<T, Seen>::value, Verdict::Unknown)> {};
template <class T, class Seen>
struct SyncOf<Stream<T>, Seen> : VerdictConstant<Verdict::Unknown> {};

}  // namespace detail
}  // namespace ferrule
