// The runtime's atomics, its futex and its spinning, as the model checker wants them: FERRULE_MODEL_HEADER.
#pragma once

#include "test/model/engine.h"

#include <ferrule/detail/deadline.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <type_traits>

namespace ferrule::detail {

template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));
  using Order = std::memory_order;
  using Where = model::Where;

 public:
  constexpr Atomic() noexcept : Atomic(T()) {}
  constexpr Atomic(T value) noexcept : initial_(value) {
    if (!std::is_constant_evaluated()) model::construct(cell_, bits(value));
  }
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;
  constexpr ~Atomic() {
    if (!std::is_constant_evaluated()) model::destroy(cell_);
  }

  T load(Order order = Order::seq_cst, Where where = Where::current()) const noexcept {
    if (model::execution() == 0) return initial_;
    return value(model::load(cell(), order, where));
  }
  void store(T desired, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    if (model::execution() == 0) {
      initial_ = desired;
    } else {
      model::store(cell(), bits(desired), order, where);
    }
  }
  T exchange(T desired, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return modify([](T, T operand) { return operand; }, desired, order, where);
  }
  T fetch_add(T by, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return modify([](T old, T operand) { return static_cast<T>(old + operand); }, by, order, where);
  }
  T fetch_sub(T by, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return modify([](T old, T operand) { return static_cast<T>(old - operand); }, by, order, where);
  }
  T fetch_and(T with, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return modify([](T old, T operand) { return static_cast<T>(old & operand); }, with, order, where);
  }
  T fetch_or(T with, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return modify([](T old, T operand) { return static_cast<T>(old | operand); }, with, order, where);
  }

  bool compare_exchange_weak(T& expected, T desired, Order success, Order failure,
                             Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, true, success, failure, where);
  }
  bool compare_exchange_strong(T& expected, T desired, Order success, Order failure,
                               Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, false, success, failure, where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order order = Order::seq_cst,
                             Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, true, order, for_failure(order), where);
  }
  bool compare_exchange_strong(T& expected, T desired, Order order = Order::seq_cst,
                               Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, false, order, for_failure(order), where);
  }

  /// For the futex.
  model::Cell& cell() const noexcept {
    if (cell_.execution != model::execution()) model::adopt(cell_, bits(initial_));
    return cell_;
  }
  /// The word may be gone.
  const model::Cell* address() const noexcept { return &cell_; }

 private:
  static std::uint64_t bits(T value) noexcept {
    std::uint64_t result = 0;
    std::memcpy(&result, &value, sizeof(T));
    return result;
  }
  static T value(std::uint64_t bits) noexcept {
    T result;
    std::memcpy(&result, &bits, sizeof(T));
    return result;
  }
  static Order for_failure(Order success) noexcept {
    if (success == Order::acq_rel) return Order::acquire;
    return success == Order::release ? Order::relaxed : success;
  }

  template <class F>
  T modify(F, T operand, Order order, Where where) noexcept {
    static_assert(std::is_empty_v<F>);
    if (model::execution() == 0) {
      T old = initial_;
      initial_ = F{}(old, operand);
      return old;
    }
    auto how = [](std::uint64_t old, std::uint64_t by) { return bits(F{}(value(old), value(by))); };
    return value(model::modify(cell(), how, bits(operand), order, where));
  }
  bool compare_exchange(T& expected, T desired, bool is_weak, Order success, Order failure, Where where) noexcept {
    if (model::execution() == 0) {
      bool is_equal = initial_ == expected;
      (is_equal ? initial_ : expected) = is_equal ? desired : initial_;
      return is_equal;
    }
    std::uint64_t seen = bits(expected);
    bool done = model::compare_exchange(cell(), seen, bits(desired), is_weak, success, failure, where);
    if (!done) expected = value(seen);
    return done;
  }

  T initial_;  ///< and the value, outside of executions
  mutable model::Cell cell_;
};

using FutexWord = Atomic<std::uint32_t>;

inline bool futex_wait(const FutexWord& word, std::uint32_t expected, const Deadline* deadline = nullptr,
                       model::Where where = model::Where::current()) noexcept {
  return model::futex_wait(word.cell(), expected, deadline != nullptr, where);
}
inline bool futex_wake_one(const FutexWord* word, model::Where where = model::Where::current()) noexcept {
  return model::futex_wake(word->address(), false, where) != 0;
}
inline void futex_wake_all(const FutexWord* word, model::Where where = model::Where::current()) noexcept {
  model::futex_wake(word->address(), true, where);
}

/// Each fiber has its own.
inline std::uintptr_t thread_mark() noexcept { return model::this_thread() + 1; }

inline void cpu_pause() noexcept {}
inline void os_yield() noexcept {}
inline bool may_spin() noexcept { return model::may_spin(); }

class Backoff {
 public:
  void wait() noexcept { model::await_change(); }
};

/// Polls once: that the wait may be over before it begins is all that spinning adds.
class AdaptiveSpin {
 public:
  enum Patience { patient };
  AdaptiveSpin() = default;
  explicit AdaptiveSpin(Patience) noexcept {}

  template <class Ready>
  bool poll(Ready&& ready, unsigned = 0) noexcept {
    return may_spin() && ready();
  }
};

/// A thread of the model.
class NativeThread {
 public:
  std::error_code start(void* (*body)(void*), void* argument, std::size_t) noexcept {
    thread_ = model::start_thread([body, argument] { body(argument); });
    return {};
  }
  void join() noexcept { model::join_thread(thread_); }
  void detach() noexcept {}
  template <class Name>
  static void set_name(const Name&) noexcept {}

 private:
  unsigned thread_ = 0;
};

}  // namespace ferrule::detail
