// CachePadded<T>: a T that shares its cache line with nothing else.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/verdict.h>

#include <utility>

namespace ferrule {

/// Keeps what several threads write apart in memory. As safe among threads as T. crossbeam: CachePadded. std:
/// alignas(hardware_destructive_interference_size). Throws what T throws. Costs up to a cache line (128 bytes on most
/// machines).
template <class T>
class alignas(detail::cache_line) CachePadded {
 public:
  constexpr CachePadded() = default;
  template <class... Args>
  constexpr explicit CachePadded(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}
  constexpr explicit CachePadded(T value) : value_(std::move(value)) {}

  constexpr T& operator*() noexcept { return value_; }
  constexpr const T& operator*() const noexcept { return value_; }
  constexpr T* operator->() noexcept { return &value_; }
  constexpr const T* operator->() const noexcept { return &value_; }

 private:
  T value_{};
};

namespace detail {

template <class T, class Seen>
struct SendOf<CachePadded<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<CachePadded<T>, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<CachePadded<T>, Seen> : SynchronizedOf<T, Seen> {};

}  // namespace detail
}  // namespace ferrule
