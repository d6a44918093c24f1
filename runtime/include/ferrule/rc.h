// Rc<T>: shared ownership within one thread, without atomics. Every compiler refuses to send it.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/verdict.h>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Shared ownership of one T by owners on one thread, which may only read it. After a move it may only be destroyed or
/// assigned to. Rust: Rc. std has none. Throws only what making the T throws, and std::bad_alloc. Costs one
/// allocation; a copy costs one addition that is not atomic.
template <class T>
class FERRULE_NOT_SEND FERRULE_NOT_SYNC Rc {
 public:
  template <class U = T>
    requires std::same_as<std::remove_cvref_t<U>, T>
  explicit Rc(U&& value) : box_(new Box{1, T(std::forward<U>(value))}) {}

  /// Makes the T from `args`. Throws what that throws.
  template <class... Args>
    requires std::constructible_from<T, Args...>
  [[nodiscard]] static Rc make(Args&&... args) {
    return Rc(T(std::forward<Args>(args)...));
  }

  Rc(const Rc& other) noexcept : box_(other.box_) { ++box_->owners; }
  Rc(Rc&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
  Rc& operator=(Rc other) noexcept {
    std::swap(box_, other.box_);
    return *this;
  }
  ~Rc() {
    if (box_ != nullptr && --box_->owners == 0) delete box_;
  }

  const T& operator*() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return box_->value; }
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return &box_->value; }
  /// Another handle to the same T: what the copy constructor does, said aloud.
  [[nodiscard]] Rc clone() const noexcept { return *this; }
  /// How many handles share the T.
  [[nodiscard]] std::size_t strong_count() const noexcept { return box_->owners; }
  /// The T, to change, if this is the only handle; else null.
  [[nodiscard]] T* get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return box_->owners == 1 ? &box_->value : nullptr;
  }
  friend bool ptr_eq(const Rc& a, const Rc& b) noexcept { return a.box_ == b.box_; }

 private:
  struct Box {
    std::size_t owners;
    T value;
  };
  Box* box_;
};

template <class T>
Rc(T) -> Rc<T>;

namespace detail {

template <class T, class Seen>
struct SendOf<Rc<T>, Seen> : VerdictConstant<Verdict::No> {};
template <class T, class Seen>
struct SyncOf<Rc<T>, Seen> : VerdictConstant<Verdict::No> {};

}  // namespace detail
}  // namespace ferrule
