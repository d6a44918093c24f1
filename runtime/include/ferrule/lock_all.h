// lock_all: several mutexes at once, always in the same order, so that two threads cannot wait for each other.
#pragma once

#include <ferrule/mutex.h>

#include <cstddef>
#include <cstdint>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ferrule {

namespace detail {

template <class... Ms>
concept AnyTemporary = (... || !std::is_lvalue_reference_v<Ms>);

}  // namespace detail

/// Access to the data of several locked mutexes: `auto [a, b] = ferrule::lock_all(first, second);` makes `a` and `b`
/// references to it. Unlocks all when it dies. Neither copied nor moved. Stays on the thread that locked. Nothing
/// throws. Costs a pointer for each mutex. Rust has none. std: scoped_lock.
template <class... Ts>
class [[nodiscard("the mutexes are unlocked at once if the guard is dropped")]] AllLocked {
 public:
  AllLocked(const AllLocked&) = delete;
  AllLocked& operator=(const AllLocked&) = delete;

  /// The data of the I-th mutex; what structured bindings call.
  template <std::size_t I>
  auto& get() noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return *std::get<I>(guards_).guard;
  }

 private:
  template <class... Us>
  friend AllLocked<Us...> lock_all(const Mutex<Us>&... mutexes);

  /// Takes over a mutex that is already locked; makes the tuple's elements where they stay.
  template <class T>
  struct Element {
    explicit Element(const Mutex<T>& mutex) noexcept : guard(detail::MutexAccess::adopt(mutex)) {}
    MutexGuard<T> guard;
  };
  explicit AllLocked(const Mutex<Ts>&... mutexes) noexcept : guards_(mutexes...) {}

  std::tuple<Element<Ts>...> guards_;
};

/// Waits until it holds all of them. Throws std::system_error if one is named twice.
template <class... Ts>
AllLocked<Ts...> lock_all(const Mutex<Ts>&... mutexes) {
  struct One {
    const void* address;
    void (*lock)(const void*);
  };
  One order[]{One{&mutexes, [](const void* address) {
                    auto& mutex = *static_cast<const Mutex<Ts>*>(address);
                    detail::MutexAccess::watch(mutex).before_lock(address);
                    detail::MutexAccess::raw(mutex).lock();
                    detail::MutexAccess::watch(mutex).locked(address);
                  }}...};
  const auto place = [&order](std::size_t i) { return reinterpret_cast<std::uintptr_t>(order[i].address); };
  for (std::size_t sorted = 1; sorted < sizeof...(Ts); ++sorted) {
    for (std::size_t i = sorted; i != 0 && place(i) <= place(i - 1); --i) {
      if (place(i) == place(i - 1)) {
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur),
                                "one mutex would be locked twice");
      }
      std::swap(order[i], order[i - 1]);
    }
  }
  for (const One& one : order) one.lock(one.address);
  return AllLocked<Ts...>(mutexes...);
}
/// Not for a mutex that dies before the guard does. Throws nothing.
template <class... Ms>
  requires detail::AnyTemporary<Ms...>
void lock_all(Ms&&... mutexes) = delete;

}  // namespace ferrule

template <class... Ts>
struct std::tuple_size<ferrule::AllLocked<Ts...>> : std::integral_constant<std::size_t, sizeof...(Ts)> {};
template <std::size_t I, class... Ts>
struct std::tuple_element<I, ferrule::AllLocked<Ts...>> : std::tuple_element<I, std::tuple<Ts&...>> {};
