// RwLock<T>: data that many may read at once, or one may change.
#pragma once

#include <ferrule/detail/raw_rw_lock.h>
#include <ferrule/mutex.h>

#include <concepts>
#include <optional>
#include <utility>

namespace ferrule {

template <class T>
class RwLock;

namespace detail {
template <class Guard, class T>
struct AdoptRw;
}

/// A part of what a ReadGuard gives access to. Neither copied nor moved, and must not outlive its guard; stays on its
/// thread. Rust: MappedRwLockReadGuard. std has none.
template <class U>
class MappedReadGuard : public detail::MappedPart<const U> {
  template <class T>
  friend class ReadGuard;
  template <class Mapped, class Target>
  friend struct detail::AdoptPart;
  explicit MappedReadGuard(const U& part) noexcept : detail::MappedPart<const U>(part) {}
};

/// A part of what a WriteGuard gives access to. Neither copied nor moved, and must not outlive its guard; stays on its
/// thread. Rust: MappedRwLockWriteGuard. std has none.
template <class U>
class MappedWriteGuard : public detail::MappedPart<U> {
  template <class T>
  friend class WriteGuard;
  template <class Mapped, class Target>
  friend struct detail::AdoptPart;
  explicit MappedWriteGuard(U& part) noexcept : detail::MappedPart<U>(part) {}
};

/// Shared, const access to the data of an RwLock while it lives. Neither copied nor moved. Rust: RwLockReadGuard. std:
/// shared_lock that carries the data. Stays on the thread that locked. Throws only what a callback or copying the T
/// throws. Costs a pointer.
template <class T>
class FERRULE_DETAIL_SCOPED [[nodiscard("the lock is released at once if the guard is dropped")]] ReadGuard {
 public:
  ReadGuard(const ReadGuard&) = delete;
  ReadGuard& operator=(const ReadGuard&) = delete;
  ~ReadGuard() FERRULE_DETAIL_RELEASE_SHARED() { lock_->unread(); }

  const T& operator*() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND { return lock_->value_; }
  /// On a guard that dies with the expression: a copy.
  detail::CopyOut<T> operator*() const&&
    requires std::copy_constructible<T>
  {
    return detail::CopyOut<T>(std::as_const(lock_->value_));
  }
  void operator*() const&&
    requires(!std::copy_constructible<T>)
  = delete;
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &lock_->value_; }

  /// Access to a part only: `guard.map(&Config::name)`, or a function from `const T&` to a reference into it. Lives no
  /// longer than this guard. Throws what `part` throws.
  template <class F>
    requires detail::PartOf<F, const T>
  auto map(F&& part) const& FERRULE_DETAIL_LIFETIMEBOUND {
    return MappedReadGuard<std::remove_const_t<detail::Part<F, const T>>>(
        detail::invoke(std::forward<F>(part), std::as_const(lock_->value_)));
  }
  /// The same for a part that may be missing: `part` gives a pointer, and null makes nothing of it.
  template <class F>
    requires detail::MaybePartOf<F, const T>
  auto try_map(F&& part) const& FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::mapped_or_nothing<MappedReadGuard<std::remove_const_t<detail::MaybePart<F, const T>>>>(
        detail::invoke(std::forward<F>(part), std::as_const(lock_->value_)));
  }

 private:
  friend class RwLock<T>;
  friend struct detail::AdoptRw<ReadGuard, T>;
  explicit ReadGuard(const RwLock<T>& lock) noexcept FERRULE_DETAIL_ACQUIRE_SHARED(lock) FERRULE_DETAIL_UNCHECKED
      : lock_(&lock) {}

  const RwLock<T>* lock_;
};

/// Exclusive access to the data of an RwLock while it lives. Neither copied nor moved. Rust: RwLockWriteGuard. std:
/// unique_lock that carries the data. Stays on the thread that locked. Throws only what a callback or copying the T
/// throws. Costs a pointer.
template <class T>
class FERRULE_DETAIL_SCOPED [[nodiscard("the lock is released at once if the guard is dropped")]] WriteGuard {
 public:
  WriteGuard(const WriteGuard&) = delete;
  WriteGuard& operator=(const WriteGuard&) = delete;
  ~WriteGuard() FERRULE_DETAIL_RELEASE() { lock_->unwrite(); }

  T& operator*() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return lock_->value_; }
  const T& operator*() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND { return lock_->value_; }
  /// On a guard that dies with the expression: a copy.
  detail::CopyOut<T> operator*() const&&
    requires std::copy_constructible<T>
  {
    return detail::CopyOut<T>(std::as_const(lock_->value_));
  }
  void operator*() const&&
    requires(!std::copy_constructible<T>)
  = delete;
  T* operator->() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &lock_->value_; }
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &lock_->value_; }

  /// Access to a part only, as ReadGuard::map, to change it.
  template <class F>
    requires detail::PartOf<F, T>
  auto map(F&& part) & FERRULE_DETAIL_LIFETIMEBOUND {
    return MappedWriteGuard<detail::Part<F, T>>(detail::invoke(std::forward<F>(part), lock_->value_));
  }
  /// The same for a part that may be missing: `part` gives a pointer, and null makes nothing of it.
  template <class F>
    requires detail::MaybePartOf<F, T>
  auto try_map(F&& part) & FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::mapped_or_nothing<MappedWriteGuard<detail::MaybePart<F, T>>>(
        detail::invoke(std::forward<F>(part), lock_->value_));
  }

 private:
  friend class RwLock<T>;
  friend struct detail::AdoptRw<WriteGuard, T>;
  explicit WriteGuard(const RwLock<T>& lock) noexcept FERRULE_DETAIL_ACQUIRE(lock) FERRULE_DETAIL_UNCHECKED
      : lock_(&lock) {}

  const RwLock<T>* lock_;
};

/// A T behind a lock that tells readers from writers. All member functions but the destructor, `get_mut` and
/// `into_inner` may be called by several threads at once. Writers go first. A thread that reads must not read again or
/// write: either can deadlock. Readers use one T at once, so sharing an RwLock needs a T that is Send and Sync. Rust:
/// RwLock. std: shared_mutex. Throws only what a callback or T throws. Costs eight bytes beside the T; locking costs
/// one atomic operation where nobody is in the way.
template <class T>
class FERRULE_DETAIL_CAPABILITY("rw_lock") RwLock {
 public:
  constexpr RwLock()
    requires std::default_initializable<T>
  = default;
  constexpr explicit RwLock(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  template <class... Args>
    requires std::constructible_from<T, Args...>
  constexpr explicit RwLock(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}

  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;

  /// Waits until no thread writes or waits to write.
  ReadGuard<T> read() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_ACQUIRE_SHARED(this) FERRULE_DETAIL_UNCHECKED {
    watch_.before_lock(this);
    raw_.read();
    watch_.locked(this);
    return ReadGuard<T>(*this);
  }
  void read() const&& = delete;

  /// Waits until no other thread reads or writes.
  WriteGuard<T> write() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_ACQUIRE(this) FERRULE_DETAIL_UNCHECKED {
    watch_.before_lock(this);
    raw_.write();
    watch_.locked(this);
    return WriteGuard<T>(*this);
  }
  void write() const&& = delete;

  /// Nothing if a thread writes or waits to write.
  [[nodiscard]] std::optional<ReadGuard<T>> try_read() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_UNCHECKED {
    return adopt<ReadGuard<T>>(raw_.try_read());
  }
  void try_read() const&& = delete;
  /// Nothing if another thread reads or writes.
  [[nodiscard]] std::optional<WriteGuard<T>> try_write() const& FERRULE_DETAIL_LIFETIMEBOUND FERRULE_DETAIL_UNCHECKED {
    return adopt<WriteGuard<T>>(raw_.try_write());
  }
  void try_write() const&& = delete;

  /// Nothing if the lock could not be had in time.
  template <detail::Duration D>
  [[nodiscard]] std::optional<ReadGuard<T>> try_read_for(const D& duration) const& FERRULE_DETAIL_LIFETIMEBOUND
      FERRULE_DETAIL_UNCHECKED {
    return adopt<ReadGuard<T>>(raw_.try_read() || raw_.try_read_until(detail::deadline_after(duration)));
  }
  template <detail::Duration D>
  void try_read_for(const D& duration) const&& = delete;
  /// Nothing if the lock could not be had in time.
  template <detail::Duration D>
  [[nodiscard]] std::optional<WriteGuard<T>> try_write_for(const D& duration) const& FERRULE_DETAIL_LIFETIMEBOUND
      FERRULE_DETAIL_UNCHECKED {
    return adopt<WriteGuard<T>>(raw_.try_write() || raw_.try_write_until(detail::deadline_after(duration)));
  }
  template <detail::Duration D>
  void try_write_for(const D& duration) const&& = delete;

  /// Calls `f` with the data, locked for reading. What it returns may not be a reference or a pointer.
  template <class F>
    requires std::invocable<F, const T&> && detail::LeavesNothingBehind<std::invoke_result_t<F, const T&>>
  FERRULE_DETAIL_UNCHECKED std::invoke_result_t<F, const T&> with_read(F&& f) const {
    auto guard = read();
    return detail::invoke(std::forward<F>(f), *guard);
  }
  /// Calls `f` with the data, locked for writing. What it returns may not be a reference or a pointer.
  template <class F>
    requires std::invocable<F, T&> && detail::LeavesNothingBehind<std::invoke_result_t<F, T&>>
  FERRULE_DETAIL_UNCHECKED std::invoke_result_t<F, T&> with_write(F&& f) const {
    auto guard = write();
    return detail::invoke(std::forward<F>(f), *guard);
  }

  /// Calls `f` with the data, locked for writing, and keeps the lock for reading: no writer comes in between. `f`
  /// returns nothing; if it throws, the lock is released. Rust: RwLockWriteGuard::downgrade.
  template <class F>
    requires std::invocable<F, T&> && std::is_void_v<std::invoke_result_t<F, T&>>
  ReadGuard<T> write_and_downgrade(F&& f) const& FERRULE_DETAIL_LIFETIMEBOUND
      FERRULE_DETAIL_ACQUIRE_SHARED(this) FERRULE_DETAIL_UNCHECKED {
    watch_.before_lock(this);
    raw_.write();
    watch_.locked(this);
    struct Release {
      const RwLock* lock;
      ~Release() {
        if (lock != nullptr) lock->unwrite();
      }
    } release{this};
    detail::invoke(std::forward<F>(f), value_);
    release.lock = nullptr;
    raw_.downgrade();
    return ReadGuard<T>(*this);
  }
  template <class F>
  void write_and_downgrade(F&& f) const&& = delete;

  /// A copy of the data.
  [[nodiscard]] FERRULE_DETAIL_UNCHECKED T get() const
    requires std::copy_constructible<T>
  {
    auto guard = read();
    return *guard;
  }
  /// Puts `value` in and drops what was there.
  void set(T value) const FERRULE_DETAIL_UNCHECKED { replace(std::move(value)); }
  /// Puts `value` in and returns what was there.
  T replace(T value) const FERRULE_DETAIL_UNCHECKED {
    auto guard = write();
    std::swap(*guard, value);
    return value;
  }

  /// The data without locking: who has the RwLock itself, not a const reference, is alone with it.
  [[nodiscard]] T& get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_; }
  [[nodiscard]] T into_inner() && { return std::move(value_); }

 private:
  friend class ReadGuard<T>;
  friend class WriteGuard<T>;

  template <class Guard>
  FERRULE_DETAIL_UNCHECKED std::optional<Guard> adopt(bool is_locked) const {
    if (!is_locked) return std::nullopt;
    watch_.locked(this);
    return std::optional<Guard>(std::in_place, detail::AdoptRw<Guard, T>{*this});
  }
  void unread() const noexcept {
    watch_.unlocked(this);
    raw_.unread();
  }
  void unwrite() const noexcept {
    watch_.unlocked(this);
    raw_.unwrite();
  }

  mutable detail::RawRwLock raw_;
  [[no_unique_address]] mutable detail::LockWatch watch_;
  mutable T value_{};
};

template <class T>
RwLock(T) -> RwLock<T>;

namespace detail {

template <class Guard, class T>
struct AdoptRw {
  const RwLock<T>& lock;
  operator Guard() const noexcept FERRULE_DETAIL_UNCHECKED { return Guard(lock); }
};

template <class T, class Seen>
struct SendOf<RwLock<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<RwLock<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};
template <class T, class Seen>
struct SynchronizedOf<RwLock<T>, Seen> : SyncOf<RwLock<T>, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<const RwLock<T>, Seen> : SyncOf<RwLock<T>, Seen> {};
template <class T, class Seen>
struct SendOf<ReadGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SendOf<WriteGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<ReadGuard<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<WriteGuard<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<MappedReadGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<MappedReadGuard<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<MappedWriteGuard<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<MappedWriteGuard<T>, Seen> : SyncOf<T, Seen> {};

}  // namespace detail
}  // namespace ferrule
