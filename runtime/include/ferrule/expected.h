// Expected<T, E>: a value, or why there is none. std::expected's interface where the runtime needs it. One type of our
// own in every language mode, so that units compiled as C++20 and as C++23 agree on it.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace ferrule {

/// An error on its way into an Expected. Throws what moving it throws. Rust: Err. std: unexpected (C++23).
template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

/// A value or an error. Reading what is not there is undefined. Rust: Result. std: expected (C++23). As safe among
/// threads as T and E. Throws what moving them throws. Costs as much as the larger of the two and a tag.
template <class T, class E>
class [[nodiscard("the error would be ignored")]] Expected {
 public:
  Expected(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Expected(Unexpected<E> unexpected) : content_(std::in_place_index<1>, std::move(unexpected.error)) {}

  /// True if there is a value, or success.
  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & noexcept { return *std::get_if<0>(&content_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&content_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&content_)); }
  T* operator->() noexcept { return std::get_if<0>(&content_); }
  const T* operator->() const noexcept { return std::get_if<0>(&content_); }

  /// Why there is none. Undefined where there is one.
  E& error() & noexcept { return *std::get_if<1>(&content_); }
  const E& error() const& noexcept { return *std::get_if<1>(&content_); }
  E&& error() && noexcept { return std::move(*std::get_if<1>(&content_)); }

  /// The value, or `other` where there is none.
  template <class U>
  T value_or(U&& other) && {
    return has_value() ? std::move(**this) : static_cast<T>(std::forward<U>(other));
  }

 private:
  std::variant<T, E> content_;
};

/// Success or an error. Rust: Result<(), E>. std: expected<void, E> (C++23). As safe among threads as E. Throws what
/// moving it throws. Costs as much as E and a tag.
template <class E>
class [[nodiscard("the error would be ignored")]] Expected<void, E> {
 public:
  Expected() = default;
  Expected(Unexpected<E> unexpected) : error_(std::move(unexpected.error)) {}

  /// True if there is a value, or success.
  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// Why there is none. Undefined where there is one.
  E& error() & noexcept { return *error_; }
  const E& error() const& noexcept { return *error_; }
  E&& error() && noexcept { return *std::move(error_); }

 private:
  std::optional<E> error_;
};

}  // namespace ferrule
