// Mutex<T>: data that can be reached only while its lock is held.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/lock_watch.h>
#include <ferrule/detail/mapped.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/read_copy.h>
#include <ferrule/detail/verdict.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class Mutex;
template <class U>
class MappedMutexGuard;
class Condvar;

namespace detail {

struct MutexAccess;

}  // namespace detail

/// The access to the data of a locked Mutex; unlocks when it dies. Neither copied nor moved, so it cannot leave the
/// scope or the thread that locked. Rust: MutexGuard. std: unique_lock that carries the data. Throws only what a
/// callback or copying the T throws. Costs a pointer.
template <class T>
class FERRULE_DETAIL_SCOPED [[nodiscard("the mutex is unlocked at once if the guard is dropped")]] MutexGuard {
 public:
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;
  ~MutexGuard() FERRULE_DETAIL_RELEASE() { mutex_->unlock(); }

  T& operator*() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return mutex_->value_; }
  const T& operator*() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND { return mutex_->value_; }

  /// On a guard that dies with the expression: a copy. `auto& r = *m.lock()` and `*m.lock() += 1` do not compile.
  detail::CopyOut<T> operator*() const&&
    requires std::copy_constructible<T>
  {
    return detail::CopyOut<T>(std::as_const(mutex_->value_));
  }
  void operator*() const&&
    requires(!std::copy_constructible<T>)
  = delete;

  T* operator->() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &mutex_->value_; }
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &mutex_->value_; }

  /// Access to a part only: `guard.map(&Config::name)`, or a function from `T&` to a reference into it. Lives no longer
  /// than this guard. Throws what `part` throws.
  template <class F>
    requires detail::PartOf<F, T>
  auto map(F&& part) & FERRULE_DETAIL_LIFETIMEBOUND {
    return MappedMutexGuard<detail::Part<F, T>>(detail::invoke(std::forward<F>(part), mutex_->value_));
  }

  /// The same for a part that may be missing: `part` gives a pointer, and null makes nothing of it.
  template <class F>
    requires detail::MaybePartOf<F, T>
  auto try_map(F&& part) & FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::mapped_or_nothing<MappedMutexGuard<detail::MaybePart<F, T>>>(
        detail::invoke(std::forward<F>(part), mutex_->value_));
  }

 private:
  friend class Mutex<T>;
  friend struct detail::MutexAccess;

  explicit MutexGuard(const Mutex<T>& mutex) noexcept FERRULE_DETAIL_ACQUIRE(mutex) FERRULE_DETAIL_UNCHECKED
      : mutex_(&mutex) {}

  const Mutex<T>* mutex_;
};

/// A part of what a guard gives access to. Neither copied nor moved, and must not outlive its guard; stays on its
/// thread. Rust: MappedMutexGuard. std has none.
template <class U>
class MappedMutexGuard : public detail::MappedPart<U> {
  template <class T>
  friend class MutexGuard;
  template <class Mapped, class Target>
  friend struct detail::AdoptPart;
  explicit MappedMutexGuard(U& part) noexcept : detail::MappedPart<U>(part) {}
};

/// A T behind a lock. All member functions but the destructor, `get_mut` and `into_inner` may be called by several
/// threads at once; they are const because sharing a Mutex through `const&` (an Arc) is what it is for. Not recursive:
/// locking twice on one thread deadlocks. No poisoning: see Poison<T>. Rust: Mutex. std: mutex beside a variable.
/// Throws only what a callback or T throws. Costs four bytes beside the T; locking costs one atomic operation where
/// nobody else has the lock.
template <class T>
class FERRULE_DETAIL_CAPABILITY("mutex") Mutex {
 public:
  constexpr Mutex()
    requires std::default_initializable<T>
  = default;
  constexpr explicit Mutex(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  template <class... Args>
    requires std::constructible_from<T, Args...>
  constexpr explicit Mutex(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}

  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  /// Waits until no other thread holds the lock.
  MutexGuard<T> lock() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_ACQUIRE(this) FERRULE_DETAIL_UNCHECKED {
    watch_.before_lock(this);
    raw_.lock();
    watch_.locked(this);
    return MutexGuard<T>(*this);
  }
  void lock() const&& = delete;

  /// Nothing if another thread holds the lock.
  [[nodiscard]] std::optional<MutexGuard<T>> try_lock() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_UNCHECKED;
  void try_lock() const&& = delete;

  /// Nothing if the lock could not be had in time.
  template <detail::Duration D>
  [[nodiscard]] std::optional<MutexGuard<T>> try_lock_for(const D& duration) const& FERRULE_DETAIL_LIFETIMEBOUND
      FERRULE_DETAIL_UNCHECKED;
  template <detail::Duration D>
  void try_lock_for(const D& duration) const&& = delete;

  /// Calls `f` with the data, locked. What it returns may not be a reference or a pointer.
  template <class F>
    requires std::invocable<F, T&> && detail::LeavesNothingBehind<std::invoke_result_t<F, T&>>
  FERRULE_DETAIL_UNCHECKED std::invoke_result_t<F, T&> with_lock(F&& f) const {
    auto guard = lock();
    return detail::invoke(std::forward<F>(f), *guard);
  }

  /// A copy of the data.
  [[nodiscard]] FERRULE_DETAIL_UNCHECKED T get() const
    requires std::copy_constructible<T>
  {
    auto guard = lock();
    return *std::as_const(guard);
  }
  void set(T value) const FERRULE_DETAIL_UNCHECKED { replace(std::move(value)); }
  /// Puts `value` in and returns what was there.
  T replace(T value) const FERRULE_DETAIL_UNCHECKED {
    auto guard = lock();
    std::swap(*guard, value);
    return value;
  }

  /// The data without locking: who has the Mutex itself, not a const reference, is alone with it.
  [[nodiscard]] T& get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_; }
  [[nodiscard]] T into_inner() && { return std::move(value_); }

 private:
  friend class MutexGuard<T>;
  friend struct detail::MutexAccess;

  void unlock() const noexcept {
    watch_.unlocked(this);
    raw_.unlock();
  }

  mutable detail::RawMutex raw_;
  [[no_unique_address]] mutable detail::LockWatch watch_;
  mutable T value_{};
};

template <class T>
Mutex(T) -> Mutex<T>;

namespace detail {

/// For what works on guards and mutexes from outside: Condvar, locking several, optional's construction in place.
struct MutexAccess {
  template <class T>
  static const Mutex<T>& mutex(MutexGuard<T>& guard) noexcept {
    return *guard.mutex_;
  }
  template <class T>
  static RawMutex& raw(const Mutex<T>& mutex) noexcept {
    return mutex.raw_;
  }
  template <class T>
  static LockWatch& watch(const Mutex<T>& mutex) noexcept {
    return mutex.watch_;
  }
  template <class T>
  static MutexGuard<T> adopt(const Mutex<T>& mutex) noexcept FERRULE_DETAIL_UNCHECKED {
    return MutexGuard<T>(mutex);
  }
};

/// Converts to a guard of a mutex that is already locked, in the place where the guard shall live.
template <class T>
struct AdoptLocked {
  const Mutex<T>& mutex;
  operator MutexGuard<T>() const noexcept FERRULE_DETAIL_UNCHECKED { return MutexAccess::adopt(mutex); }
};

template <class T, class Seen>
struct SendOf<Mutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<Mutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<Mutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<const Mutex<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<MutexGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<MutexGuard<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<MappedMutexGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<MappedMutexGuard<T>, Seen> : SyncOf<T, Seen> {};

}  // namespace detail

template <class T>
std::optional<MutexGuard<T>> Mutex<T>::try_lock() const& {
  if (!raw_.try_lock()) return std::nullopt;
  watch_.locked(this);
  return std::optional<MutexGuard<T>>(std::in_place, detail::AdoptLocked<T>{*this});
}

template <class T>
template <detail::Duration D>
std::optional<MutexGuard<T>> Mutex<T>::try_lock_for(const D& duration) const& {
  if (!raw_.try_lock() && !raw_.try_lock_until(detail::deadline_after(duration))) return std::nullopt;
  watch_.locked(this);
  return std::optional<MutexGuard<T>>(std::in_place, detail::AdoptLocked<T>{*this});
}

}  // namespace ferrule
