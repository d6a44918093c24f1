// ReentrantLock<T>: a lock that its owner may take again, and that therefore gives only const access.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/deadline.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/read_copy.h>
#include <ferrule/detail/thread_mark.h>
#include <ferrule/detail/verdict.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class ReentrantLock;

/// Const access to the data of a ReentrantLock while it lives. Neither copied nor moved. Rust: ReentrantLockGuard.
/// std: unique_lock. Stays on the thread that locked. Nothing throws. Costs a pointer.
template <class T>
class [[nodiscard("the lock is released at once if the guard is dropped")]] ReentrantGuard {
 public:
  ReentrantGuard(const ReentrantGuard&) = delete;
  ReentrantGuard& operator=(const ReentrantGuard&) = delete;
  ~ReentrantGuard() { lock_->unlock(); }

  const T& operator*() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND { return lock_->value_; }
  /// On a guard that dies with the expression: a copy.
  detail::CopyOut<T> operator*() const&&
    requires std::copy_constructible<T>
  {
    return detail::CopyOut<T>(lock_->value_);
  }
  void operator*() const&&
    requires(!std::copy_constructible<T>)
  = delete;

  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &lock_->value_; }

 private:
  friend class ReentrantLock<T>;
  explicit ReentrantGuard(const ReentrantLock<T>& lock) noexcept : lock_(&lock) {}
  const ReentrantLock<T>* lock_;
};

/// A T behind a lock that one thread may take several times. Since a thread can hold two guards, they give `const T&`
/// only; interior mutability (a Cell, an atomic) makes the data changeable. Several threads may use it at once. Rust:
/// ReentrantLock. std: recursive_mutex. Throws only what a callback throws. Costs 24 bytes beside the T; locking again
/// costs one atomic load.
template <class T>
class ReentrantLock {
 public:
  constexpr explicit ReentrantLock(T value) : value_(std::move(value)) {}
  template <class... Args>
    requires std::constructible_from<T, Args...>
  constexpr explicit ReentrantLock(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}
  ReentrantLock(const ReentrantLock&) = delete;
  ReentrantLock& operator=(const ReentrantLock&) = delete;

  /// Waits until no other thread holds the lock.
  ReentrantGuard<T> lock() const& FERRULE_DETAIL_LIFETIMEBOUND {
    if (!is_mine()) {
      raw_.lock();
      claim();
    }
    ++depth_;
    return ReentrantGuard<T>(*this);
  }
  void lock() const&& = delete;

  /// Nothing if another thread holds the lock.
  [[nodiscard]] std::optional<ReentrantGuard<T>> try_lock() const& FERRULE_DETAIL_LIFETIMEBOUND {
    if (!enter_at_once()) return std::nullopt;
    return std::optional<ReentrantGuard<T>>(std::in_place, Entered{*this});
  }
  void try_lock() const&& = delete;

  /// Nothing if another thread held the lock all that time.
  template <detail::Duration D>
  [[nodiscard]] std::optional<ReentrantGuard<T>> try_lock_for(const D& duration) const& FERRULE_DETAIL_LIFETIMEBOUND {
    if (!enter_at_once()) {
      if (!raw_.try_lock_until(detail::deadline_after(duration))) return std::nullopt;
      claim();
      ++depth_;
    }
    return std::optional<ReentrantGuard<T>>(std::in_place, Entered{*this});
  }
  template <detail::Duration D>
  void try_lock_for(const D& duration) const&& = delete;

  /// Calls `f` with the data, locked. What it returns may not be a reference or a pointer. Throws what `f` throws.
  template <class F>
    requires std::invocable<F, const T&> && detail::LeavesNothingBehind<std::invoke_result_t<F, const T&>>
  std::invoke_result_t<F, const T&> with_lock(F&& f) const {
    auto guard = lock();
    return detail::invoke(std::forward<F>(f), *guard);
  }

  /// Calls `f` with the data, if the lock can be had at once; true if so. Throws what `f` throws.
  template <std::invocable<const T&> F>
  bool try_with_lock(F&& f) const {
    if (!enter_at_once()) return false;
    ReentrantGuard<T> guard(*this);
    detail::invoke(std::forward<F>(f), *guard);
    return true;
  }

  /// The data without locking: who has the ReentrantLock itself, not a const reference, is alone with it.
  [[nodiscard]] T& get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_; }
  [[nodiscard]] T into_inner() && { return std::move(value_); }

 private:
  friend class ReentrantGuard<T>;

  /// Converts to a guard of a lock that this thread has entered, in the place where it shall live.
  struct Entered {
    const ReentrantLock& lock;
    operator ReentrantGuard<T>() const noexcept { return ReentrantGuard<T>(lock); }
  };

  bool enter_at_once() const noexcept {
    if (!is_mine()) {
      if (!raw_.try_lock()) return false;
      claim();
    }
    ++depth_;
    return true;
  }

  void claim() const noexcept { owner_.store(detail::thread_mark(), std::memory_order_relaxed); }
  // Only this thread writes its own mark, so it sees it exactly while it owns the lock.
  bool is_mine() const noexcept { return owner_.load(std::memory_order_relaxed) == detail::thread_mark(); }
  void unlock() const noexcept {
    if (--depth_ != 0) return;
    owner_.store(0, std::memory_order_relaxed);
    raw_.unlock();
  }

  mutable detail::RawMutex raw_;
  mutable std::size_t depth_ = 0;  // guarded by raw_
  mutable detail::Atomic<std::uintptr_t> owner_{0};
  T value_;
};

namespace detail {

template <class T, class Seen>
struct SendOf<ReentrantLock<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<ReentrantLock<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<ReentrantGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<ReentrantGuard<T>, Seen> : SyncOf<T, Seen> {};

}  // namespace detail
}  // namespace ferrule
