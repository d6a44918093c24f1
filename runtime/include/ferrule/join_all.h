// join_all and race: several tasks at once, within the one that awaits them.
#pragma once

#include <ferrule/detail/promise.h>
#include <ferrule/detail/unit.h>
#include <ferrule/task.h>

#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ferrule {

namespace detail {

template <class T>
using Valued = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// A task beside others, on a strand of its own that wakes the same task.
template <class T>
class Branch {
 public:
  explicit Branch(Task<T> task) noexcept : task_(std::move(task)) {}
  /// Before the first `advance` only.
  Branch(Branch&& other) noexcept : task_(std::move(other.task_)) {}

  /// True once it has ended.
  bool advance(Strand& strand) noexcept {
    if (has_ended_) return true;
    if (!own_) {
      own_.emplace(strand.target());
      TaskAccess::begin(*task_, *own_);
    }
    own_->wake_now(strand.target());
    if (!own_->advance()) return false;
    // What the frame still holds (a sender, say, whose end another task waits for) dies now.
    outcome_.set_from([this]() -> T { return TaskAccess::outcome(*task_).take(); });
    task_.reset();
    return has_ended_ = true;
  }
  bool has_ended() const noexcept { return has_ended_; }
  void cancel() noexcept { task_.reset(); }
  std::exception_ptr exception() const noexcept { return outcome_.exception(); }
  Valued<T> take() {
    if constexpr (std::is_void_v<T>) {
      outcome_.take();
      return {};
    } else {
      return outcome_.take();
    }
  }

 private:
  std::optional<Task<T>> task_;
  std::optional<Strand> own_;
  Outcome<T> outcome_;
  bool has_ended_ = false;
};

/// A movable place for the first exception.
class FirstException {
 public:
  template <class T>
  void note(Branch<T>& ended) noexcept {
    if (!exception_) exception_ = ended.exception();
  }
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::exception_ptr exception_;
};

template <class... Ts>
class JoinAll final : public EventAwaiter {
 public:
  explicit JoinAll(Task<Ts>... tasks) noexcept : branches_(Branch<Ts>(std::move(tasks))...) {}
  JoinAll(JoinAll&& other) noexcept : branches_(std::move(other.branches_)) {}

  bool poll(Strand& strand) noexcept override {
    return std::apply([&](auto&... each) { return (true & ... & advance(each, strand)); }, branches_);
  }
  std::tuple<Valued<Ts>...> await_resume() {
    first_.rethrow();
    return std::apply([](auto&... each) { return std::tuple<Valued<Ts>...>(each.take()...); }, branches_);
  }

 private:
  template <class T>
  bool advance(Branch<T>& branch, Strand& strand) noexcept {
    if (branch.has_ended()) return true;
    if (!branch.advance(strand)) return false;
    first_.note(branch);
    return true;
  }

  std::tuple<Branch<Ts>...> branches_;
  FirstException first_;
};

template <class T>
class JoinRange final : public EventAwaiter {
 public:
  explicit JoinRange(std::vector<Branch<T>> branches) noexcept : branches_(std::move(branches)) {}
  JoinRange(JoinRange&& other) noexcept : branches_(std::move(other.branches_)) {}

  bool poll(Strand& strand) noexcept override {
    bool all = true;
    for (Branch<T>& branch : branches_) {
      if (branch.has_ended()) continue;
      if (branch.advance(strand)) {
        first_.note(branch);
      } else {
        all = false;
      }
    }
    return all;
  }
  std::conditional_t<std::is_void_v<T>, void, std::vector<Kept<T>>> await_resume() {
    first_.rethrow();
    if constexpr (!std::is_void_v<T>) {
      std::vector<Kept<T>> results;
      results.reserve(branches_.size());
      for (Branch<T>& branch : branches_) results.push_back(branch.take());
      return results;
    }
  }

 private:
  std::vector<Branch<T>> branches_;
  FirstException first_;
};

template <class... Ts>
class Race final : public EventAwaiter {
 public:
  explicit Race(Task<Ts>... tasks) noexcept : branches_(Branch<Ts>(std::move(tasks))...) {}
  Race(Race&& other) noexcept : branches_(std::move(other.branches_)) {}

  bool poll(Strand& strand) noexcept override { return poll(strand, std::index_sequence_for<Ts...>()); }
  std::variant<Valued<Ts>...> await_resume() { return take<0>(); }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  template <std::size_t... Is>
  bool poll(Strand& strand, std::index_sequence<Is...>) noexcept {
    ((winner_ == none && std::get<Is>(branches_).advance(strand) ? void(winner_ = Is) : void()), ...);
    if (winner_ == none) return false;
    ((winner_ != Is ? std::get<Is>(branches_).cancel() : void()), ...);
    return true;
  }
  template <std::size_t I>
  std::variant<Valued<Ts>...> take() {
    if constexpr (I < sizeof...(Ts)) {
      if (winner_ != I) return take<I + 1>();
      return std::variant<Valued<Ts>...>(std::in_place_index<I>, std::get<I>(branches_).take());
    } else {
      __builtin_unreachable();
    }
  }

  std::tuple<Branch<Ts>...> branches_;
  std::size_t winner_ = none;
};

template <class... As>
concept AllAwaited = sizeof...(As) != 0 && (Awaited<As> && ...);

template <class R>
concept RangeOfTasks = !std::is_reference_v<R> && requires(R& range) { std::end(range); } &&
                       OwnAwaitable<std::remove_cvref_t<decltype(*std::begin(std::declval<R&>()))>>;

}  // namespace detail

/// Runs several tasks (or other awaitables) side by side, within the task that awaits this, and gives their results as
/// a tuple, std::monostate for void. Throws, from co_await, the first exception, when all have ended; std::bad_alloc.
/// Each wake-up asks every one of them that has not ended again: spawn them where they are many. Rust: join!.
template <class... As>
  requires detail::AllAwaited<As...>
[[nodiscard("it does nothing until it is awaited")]] auto join_all(As&&... awaitables) {
  return detail::JoinAll<detail::AwaitResult<As>...>(detail::as_task(std::forward<As>(awaitables))...);
}
/// The same for a range of them, such as a vector; gives a vector of their results, or nothing for void. Throws the
/// same. Rust: future::join_all.
template <class Range>
  requires detail::RangeOfTasks<Range>
[[nodiscard("it does nothing until it is awaited")]] auto join_all(Range&& range) {
  using T = detail::AwaitResult<std::remove_cvref_t<decltype(*std::begin(range))>>;
  std::vector<detail::Branch<T>> branches;
  for (auto& each : range) branches.emplace_back(detail::as_task(std::move(each)));
  return detail::JoinRange<T>(std::move(branches));
}

/// Runs several tasks (or other awaitables) side by side until one of them has ended, and cancels the others. Gives a
/// std::variant whose index says which one it was; std::monostate for void. In each round they go on in the order in
/// which they stand here, so that of several that could end the first does. Throws, from co_await, what the first one
/// that ends throws; std::bad_alloc. Rust: select!, the Book's race.
template <class... As>
  requires detail::AllAwaited<As...>
[[nodiscard("it does nothing until it is awaited")]] auto race(As&&... awaitables) {
  return detail::Race<detail::AwaitResult<As>...>(detail::as_task(std::forward<As>(awaitables))...);
}

}  // namespace ferrule
