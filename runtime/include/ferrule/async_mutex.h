// AsyncMutex<T>: a lock for tasks, whose guard may live across co_await.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/strand.h>
#include <ferrule/detail/waiter_list.h>
#include <ferrule/traits.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class AsyncMutex;

/// Exclusive access to the data of an AsyncMutex while it lives. Neither copied nor moved; lives in the frame of the
/// task that locked, and goes with it to other threads. Rust: tokio's MutexGuard. std has none. Nothing throws. Costs a
/// pointer.
template <class T>
class [[nodiscard("the lock is released at once if the guard is dropped")]] AsyncMutexGuard {
 public:
  AsyncMutexGuard(const AsyncMutexGuard&) = delete;
  AsyncMutexGuard& operator=(const AsyncMutexGuard&) = delete;
  ~AsyncMutexGuard() { mutex_->unlock(); }

  T& operator*() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return mutex_->value_; }
  const T& operator*() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND { return mutex_->value_; }
  /// On a guard that dies with the expression there is no access that could outlive it.
  void operator*() const&& = delete;

  T* operator->() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &mutex_->value_; }
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &mutex_->value_; }

 private:
  friend class AsyncMutex<T>;
  explicit AsyncMutexGuard(const AsyncMutex<T>& mutex) noexcept : mutex_(&mutex) {}

  const AsyncMutex<T>* mutex_;
};

/// A T behind a lock for tasks. A task that waits for it lets its thread do other things, and its guard may live across
/// co_await; for a short section without co_await, Mutex<T> is faster. Any thread may call all const member functions
/// at once. Who came first gets it first. Not recursive. Rust: tokio's Mutex. std has none. Throws only what making a T
/// throws. Locking costs a short lock, and so does unlocking; no memory.
template <class T>
class AsyncMutex {
 public:
  AsyncMutex()
    requires std::default_initializable<T>
  = default;
  explicit AsyncMutex(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  AsyncMutex(const AsyncMutex&) = delete;
  AsyncMutex& operator=(const AsyncMutex&) = delete;

  /// What `co_await mutex.lock()` needs; for the language, not for programs.
  class Lock final : public detail::EventAwaiter {
   public:
    explicit Lock(const AsyncMutex& mutex) noexcept : mutex_(mutex) {}
    Lock(Lock&& other) noexcept : mutex_(other.mutex_) {}
    ~Lock() {
      if (is_waiting_) mutex_.give_up(node_);
    }
    bool poll(detail::Strand& strand) noexcept override {
      is_waiting_ = !mutex_.take_or_wait(node_, strand.waker());
      return !is_waiting_;
    }
    AsyncMutexGuard<T> await_resume() noexcept { return AsyncMutexGuard<T>(mutex_); }

   private:
    const AsyncMutex& mutex_;
    bool is_waiting_ = false;
    detail::WaiterList::Node node_;
  };
  /// `auto guard = co_await mutex.lock();`: waits until nobody else holds the lock.
  [[nodiscard("nothing is locked until it is awaited")]] Lock lock() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return Lock(*this);
  }
  void lock() const&& = delete;

  /// Nothing if another one holds the lock.
  [[nodiscard]] std::optional<AsyncMutexGuard<T>> try_lock() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    {
      detail::RawLock lock(mutex_);
      if (std::exchange(is_locked_, true)) return std::nullopt;
    }
    return std::optional<AsyncMutexGuard<T>>(std::in_place, Adopt{*this});
  }
  void try_lock() const&& = delete;

  /// The data without locking: who has the AsyncMutex itself, not a const reference, is alone with it.
  [[nodiscard]] T& get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_; }
  [[nodiscard]] T into_inner() && { return std::move(value_); }

 private:
  friend class AsyncMutexGuard<T>;

  struct Adopt {
    const AsyncMutex& mutex;
    operator AsyncMutexGuard<T>() const noexcept { return AsyncMutexGuard<T>(mutex); }
  };

  /// The lock is handed to the one who was called: it stays locked meanwhile.
  bool take_or_wait(detail::WaiterList::Node& node, Waker waker) const noexcept {
    detail::RawLock lock(mutex_);
    if (std::exchange(node.was_called, false)) return true;
    if (!std::exchange(is_locked_, true)) return true;
    waiters_.enlist(node, std::move(waker));
    return false;
  }
  void unlock() const noexcept {
    Waker next;
    {
      detail::RawLock lock(mutex_);
      detail::WaiterList::Node* node = waiters_.call_first();
      if (node == nullptr) {
        is_locked_ = false;
      } else {
        next = std::move(node->waker);
      }
    }
    next.wake();
  }
  void give_up(detail::WaiterList::Node& node) const noexcept {
    bool has_it = false;
    {
      detail::RawLock lock(mutex_);
      waiters_.withdraw(node);
      has_it = node.was_called;
    }
    if (has_it) unlock();
  }

  mutable detail::RawMutex mutex_;  // guards the next two
  mutable bool is_locked_ = false;
  mutable detail::WaiterList waiters_;
  mutable T value_{};
};

template <class T>
AsyncMutex(T) -> AsyncMutex<T>;

namespace detail {

template <class T, class Seen>
struct SendOf<AsyncMutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<AsyncMutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<AsyncMutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<const AsyncMutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<AsyncMutexGuard<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<AsyncMutexGuard<T>, Seen> : SyncOf<T, Seen> {};

}  // namespace detail
}  // namespace ferrule
