// Once, OnceLock and LazyLock: what happens, or is made, exactly once.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/futex.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/verdict.h>
#include <ferrule/expected.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Any thread may call anything at any time. Calling `call` from the function that `call` runs deadlocks. Rust: Once.
/// std: once_flag with call_once. Throws only what the function throws. Costs four bytes, and one atomic load once it
/// is completed.
class Once {
 public:
  constexpr Once() noexcept = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  /// Runs `f` unless a call has completed; waits for one that is under way. If `f` throws, the next call runs its own.
  template <std::invocable F>
  void call(F&& f) const {
    if (is_completed()) return;
    if (!enter()) return;
    struct Leave {
      const Once& once;
      std::uint32_t result = incomplete;
      ~Leave() { once.leave(result); }
    } leave{*this};
    detail::invoke(std::forward<F>(f));
    leave.result = complete;
  }

  /// Waits until a call has completed, without running anything itself. For ever if nobody calls.
  void wait() const noexcept {
    while (!is_completed()) {
      std::uint32_t seen = state_.load(std::memory_order_relaxed);
      if (seen == complete) continue;
      const std::uint32_t asleep = seen == incomplete || seen == incomplete_awaited ? incomplete_awaited : awaited;
      if (seen == asleep || state_.compare_exchange_weak(seen, asleep, std::memory_order_relaxed)) {
        detail::futex_wait(state_, asleep);
      }
    }
  }

  /// True once a call has completed; what it did is visible then.
  bool is_completed() const noexcept { return state_.load(std::memory_order_acquire) == complete; }

 private:
  template <class T>
  friend class OnceLock;

  static constexpr std::uint32_t incomplete = 0, running = 1, awaited = 2, complete = 3, incomplete_awaited = 4;

  /// True if this thread is to run the function, false if it has been run.
  bool enter() const noexcept {
    std::uint32_t seen = state_.load(std::memory_order_acquire);
    for (;;) {
      if (seen == complete) return false;
      if (seen == incomplete || seen == incomplete_awaited) {
        const std::uint32_t taken = seen == incomplete ? running : awaited;
        if (state_.compare_exchange_weak(seen, taken, std::memory_order_acquire)) return true;
        continue;
      }
      if (seen == running && !state_.compare_exchange_weak(seen, awaited, std::memory_order_acquire)) continue;
      detail::futex_wait(state_, awaited);
      seen = state_.load(std::memory_order_acquire);
    }
  }
  void leave(std::uint32_t result) const noexcept {
    if (state_.exchange(result, std::memory_order_acq_rel) == awaited) detail::futex_wake_all(&state_);
  }

  mutable detail::FutexWord state_{incomplete};
};

/// A place for a T that is filled at most once and read by anybody from then on. All const member functions may be
/// called by several threads at once. Rust: OnceLock. std: a function's static variable. Throws only what making the T
/// throws. Reading costs one atomic load.
template <class T>
class OnceLock {
 public:
  constexpr OnceLock() noexcept = default;
  OnceLock(const OnceLock&) = delete;
  OnceLock& operator=(const OnceLock&) = delete;

  /// The value, or null if there is none yet. Never waits.
  const T* get() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return once_.is_completed() ? &*value_ : nullptr; }

  /// Fills the place, or gives the value back if it is filled already.
  Expected<void, T> set(T value) const {
    bool is_mine = false;
    once_.call([&] {
      value_.emplace(std::move(value));
      is_mine = true;
    });
    if (is_mine) return {};
    return Unexpected<T>{std::move(value)};
  }

  /// The value, made by `make` if there is none; of several callers one makes it, the others wait. If `make` throws,
  /// the place stays empty.
  template <std::invocable F>
    requires std::convertible_to<std::invoke_result_t<F>, T>
  const T& get_or_init(F&& make) const FERRULE_DETAIL_LIFETIMEBOUND {
    if (!once_.is_completed()) [[unlikely]] {
      once_.call([&] { value_.emplace(detail::invoke(std::forward<F>(make))); });
    }
    return *value_;
  }

  /// The value, waiting until somebody has filled the place. For ever if nobody does.
  const T& wait() const noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    once_.wait();
    return *value_;
  }

  /// The value to change, or null: who has the OnceLock itself is alone with it.
  T* get_mut() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_ ? &*value_ : nullptr; }
  /// The value, if there is one; the place is empty afterwards and may be filled again.
  std::optional<T> take() & {
    std::optional<T> taken = std::move(value_);
    value_.reset();
    once_.state_.store(Once::incomplete, std::memory_order_relaxed);
    return taken;
  }
  /// The value, if there is one.
  std::optional<T> into_inner() && { return std::move(value_); }

 private:
  Once once_;
  mutable std::optional<T> value_;
};

/// A T that is made by `F` when it is first needed. Several threads may use it at once. Rust: LazyLock. std: a
/// function's static variable. Throws only what `F` throws. Reading costs one atomic load.
template <class T, class F = T (*)()>
class LazyLock {
 public:
  constexpr explicit LazyLock(F make) : make_(std::move(make)) {}

  /// Makes the T if need be. Throws what `F` throws; the next use tries again.
  const T& operator*() const FERRULE_DETAIL_LIFETIMEBOUND { return value_.get_or_init(make_); }
  const T* operator->() const FERRULE_DETAIL_LIFETIMEBOUND { return &**this; }

  /// The T if it has been made, else null. Never waits.
  const T* get() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_.get(); }

 private:
  OnceLock<T> value_;
  mutable F make_;
};

template <class F>
LazyLock(F) -> LazyLock<std::invoke_result_t<F>, F>;

template <>
inline constexpr bool claims_send<Once> = true;
template <>
inline constexpr bool claims_synchronized<Once> = true;

namespace detail {

template <class T, class Seen>
struct SendOf<OnceLock<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<OnceLock<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};
template <class T, class F, class Seen>
struct SendOf<LazyLock<T, F>, Seen> : VerdictConstant<worst(SendOf<T, Seen>::value, SendOf<F, Seen>::value)> {};
template <class T, class F, class Seen>
struct SyncOf<LazyLock<T, F>, Seen> : VerdictConstant<worst(shared_ownership<T, Seen>(), SendOf<F, Seen>::value)> {};

}  // namespace detail
}  // namespace ferrule
