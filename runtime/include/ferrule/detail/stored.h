// How a message lies in a channel: as itself, or on the heap if moving it may throw. A slot that was reserved must be
// filled, so nothing may throw between the two.
#pragma once

#include <ferrule/detail/owner.h>

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

template <class T>
inline constexpr bool lies_as_itself = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>;

template <class T>
using Stored = std::conditional_t<lies_as_itself<T>, T, Box<T>>;

/// The value itself, not moved yet, or a new Box with it; to be kept as `auto&&`.
template <class T>
decltype(auto) to_stored(T& value) {
  if constexpr (lies_as_itself<T>) {
    return static_cast<T&>(value);
  } else {
    return Box<T>(new T(std::move(value)));
  }
}
/// The same, moved.
template <class T>
Stored<T> into_stored(T&& value) {
  if constexpr (lies_as_itself<T>) {
    return std::move(value);
  } else {
    return Box<T>(new T(std::move(value)));
  }
}
template <class T>
T&& from_stored(Stored<T>& stored) noexcept {
  if constexpr (lies_as_itself<T>) {
    return std::move(stored);
  } else {
    return std::move(*stored);
  }
}

/// Room for one S whose life is managed by hand.
template <class S>
class Room {
 public:
  void put(S&& value) noexcept { ::new (static_cast<void*>(bytes_)) S(std::move(value)); }
  S take() noexcept {
    S value = std::move(*stored());
    stored()->~S();
    return value;
  }
  /// The same with one move less.
  void take(std::optional<S>& into) noexcept {
    into.emplace(std::move(*stored()));
    stored()->~S();
  }

 private:
  S* stored() noexcept { return std::launder(reinterpret_cast<S*>(bytes_)); }

  alignas(S) unsigned char bytes_[sizeof(S)];
};

enum class Take : unsigned char { Got, Empty, Disconnected };
enum class Put : unsigned char { Done, Full, Disconnected };

}  // namespace ferrule::detail
