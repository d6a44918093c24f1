// Poison<T>: data that remembers when an exception interrupted its change.
//
// Rust's Mutex poisons itself. Ferrule's does not: most data is as good after an exception as before it, and unwrapping
// each lock for the rest's sake teaches people to unwrap. Who needs it asks for it: `Mutex<Poison<T>>`.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/verdict.h>

#include <exception>
#include <utility>

namespace ferrule {

/// Thrown by Poison::access where an earlier change was interrupted. Rust: PoisonError. std has none. Any thread may
/// catch it. Costs nothing beside its type.
class PoisonError : public std::exception {
 public:
  /// One sentence.
  const char* what() const noexcept override { return "the data was left half-changed by an exception"; }
};

template <class T>
class Poison;

/// Access to the data of a Poison; marks it if it dies because of an exception. Neither copied nor moved. Stays on its
/// thread. Throws nothing itself. Costs a pointer and a number. Rust: MutexGuard. std has none.
template <class T>
class [[nodiscard]] PoisonAccess {
 public:
  PoisonAccess(const PoisonAccess&) = delete;
  PoisonAccess& operator=(const PoisonAccess&) = delete;
  ~PoisonAccess() {
    if (std::uncaught_exceptions() > exceptions_) poison_->is_poisoned_ = true;
  }

  T& operator*() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return poison_->value_; }
  void operator*() && = delete;
  T* operator->() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &poison_->value_; }

 private:
  friend class Poison<T>;
  explicit PoisonAccess(Poison<T>& poison) noexcept : poison_(&poison), exceptions_(std::uncaught_exceptions()) {}
  Poison<T>* poison_;
  int exceptions_;
};

/// A T that knows whether a change of it was interrupted. As safe among threads as T: it belongs inside a Mutex.
/// Throws PoisonError from `access`. Costs a flag beside the T. Rust: what poisoning does in Mutex. std has none.
template <class T>
class Poison {
 public:
  explicit Poison(T value) : value_(std::move(value)) {}

  /// Throws PoisonError if an earlier access died of an exception.
  PoisonAccess<T> access() & FERRULE_DETAIL_LIFETIMEBOUND {
    if (is_poisoned_) throw PoisonError();
    return PoisonAccess<T>(*this);
  }
  bool is_poisoned() const noexcept { return is_poisoned_; }
  /// The data as it was left, for those who can repair it; `clear` afterwards.
  T& access_anyway() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return value_; }
  void clear() noexcept { is_poisoned_ = false; }

 private:
  friend class PoisonAccess<T>;
  T value_;
  bool is_poisoned_ = false;
};

namespace detail {

template <class T, class Seen>
struct SendOf<Poison<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<Poison<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<PoisonAccess<T>, Seen> : VerdictConstant<Verdict::No> {};

}  // namespace detail
}  // namespace ferrule
