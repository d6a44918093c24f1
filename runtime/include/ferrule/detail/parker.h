// One thread's place to sleep, and the slot in which a channel finds the thread that waits for it.
#pragma once

#include <ferrule/detail/futex.h>
#include <ferrule/detail/spin.h>
#include <ferrule/detail/wake_target.h>

#include <cstdint>

namespace ferrule::detail {

/// One sleeper, any number of wakers, for one wait. Lives on the sleeper's stack; `unpark` touches nothing after its
/// addition but the address, so the sleeper may go once it has counted everybody who took the parker out of a slot.
class Parker {
 public:
  /// Sleeps until the first `unpark`. False if the deadline passed before.
  bool park(const Deadline* deadline = nullptr) noexcept {
    std::uint32_t seen = 0;
    if (!state_.compare_exchange_strong(seen, asleep, std::memory_order_acquire)) return true;
    while (state_.load(std::memory_order_acquire) == asleep) {
      if (!futex_wait(state_, asleep, deadline)) {
        return state_.fetch_and(~asleep, std::memory_order_acquire) != asleep;
      }
    }
    return true;
  }

  void unpark() noexcept {
    if ((state_.fetch_add(one_call, std::memory_order_release) & asleep) != 0) futex_wake_one(&state_);
  }

  /// How often `unpark` was called.
  std::uint32_t calls() const noexcept { return state_.load(std::memory_order_acquire) / one_call; }

  /// Waits for wakers that are on their way.
  void await_calls(std::uint32_t count) const noexcept {
    for (Backoff backoff; calls() < count;) backoff.wait();
  }

 private:
  static constexpr std::uint32_t asleep = 1, one_call = 2;
  FutexWord state_{0};
};

/// Where the single consumer of a channel leaves its parker before it sleeps. Who takes it out unparks it, once. A task
/// leaves its waker instead.
class WaiterSlot {
 public:
  /// Consumer: from now on a `notify` reaches `parker`. What was published before must be checked again afterwards.
  void set(Parker& parker) noexcept {
    waiter_.store(reinterpret_cast<std::uintptr_t>(&parker), std::memory_order_seq_cst);
  }

  /// Consumer: takes the parker back. True if a producer has taken it, and has called or is about to call `unpark`.
  bool withdraw() noexcept { return waiter_.exchange(nobody, std::memory_order_acq_rel) == nobody; }

  /// Consumer, with a parker that is in this slot only: afterwards nobody touches it any more.
  void clear(const Parker& parker) noexcept {
    if (parker.calls() == 0 && withdraw()) parker.await_calls(1);
  }

  /// Consumer, as a task: from now on a `notify` wakes it. To be checked again as after `set`, and withdrawn in the
  /// end.
  void set_task(WakeTarget& task) noexcept {
    task.retain();
    drop(waiter_.exchange(reinterpret_cast<std::uintptr_t>(&task) | is_task, std::memory_order_seq_cst));
  }
  void withdraw_task() noexcept {
    if (waiter_.load(std::memory_order_relaxed) != nobody) drop(waiter_.exchange(nobody, std::memory_order_acq_rel));
  }

  /// Producer, after it published something with a sequentially consistent operation.
  void notify() noexcept {
    if (waiter_.load(std::memory_order_seq_cst) == nobody) return;
    const std::uintptr_t waiter = waiter_.exchange(nobody, std::memory_order_acq_rel);
    if (waiter == nobody) return;
    if ((waiter & is_task) == 0) return reinterpret_cast<Parker*>(waiter)->unpark();
    task_of(waiter)->wake();
    task_of(waiter)->release();
  }

 private:
  static constexpr std::uintptr_t nobody = 0, is_task = 1;
  static WakeTarget* task_of(std::uintptr_t waiter) noexcept {
    return reinterpret_cast<WakeTarget*>(waiter & ~is_task);
  }
  static void drop(std::uintptr_t waiter) noexcept {
    if ((waiter & is_task) != 0) task_of(waiter)->release();
  }

  Atomic<std::uintptr_t> waiter_{nobody};
};

}  // namespace ferrule::detail
