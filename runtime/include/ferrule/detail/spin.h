// Waiting a little before sleeping. Every spin here is bounded, and gives way when it does not pay: a fixed spin
// collapses as soon as other work wants the cores.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/cpu.h>
#include <ferrule/detail/futex.h>

#ifndef FERRULE_MODEL_HEADER

#include <cstdint>

#if defined(__linux__)
#include <sched.h>
#else
#include <thread>
#endif

namespace ferrule::detail {

/// Tells the core that this thread is polling.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ __volatile__("yield");
#endif
}

inline void os_yield() noexcept {
#if defined(__linux__)
  ::sched_yield();
#else
  std::this_thread::yield();
#endif
}

/// Spinning helps only if the other side can run meanwhile.
inline bool may_spin() noexcept {
#ifdef FERRULE_NO_SPIN
  return false;
#else
  static const bool several_cores = processor_count() != 1;
  return several_cores;
#endif
}

/// For waits that another thread is about to end (it is between two instructions of ours): pauses, then yields.
class Backoff {
 public:
  void wait() noexcept {
    if (step_ < 6 && may_spin()) {
      for (unsigned i = 0; i < (1u << step_); ++i) cpu_pause();
      ++step_;
    } else {
      os_yield();
    }
  }

 private:
  unsigned step_ = 0;
};

/// How long one place of waiting spins before it sleeps: grows where spinning ends the wait, shrinks where it was in
/// vain. Belongs to one thread at a time.
class AdaptiveSpin {
 public:
  /// For waits that go on until the other side has got through much.
  enum Patience { patient };

  AdaptiveSpin() = default;
  explicit AdaptiveSpin(Patience) noexcept : delay_(longest_delay), budget_(largest_budget) {}

  /// Polls `ready` for a while; true as soon as it holds. `burst` is how much came since the last wait: after bursts
  /// the first poll is delayed, because polling at once steals the cache line that the other side is writing.
  template <class Ready>
  bool poll(Ready&& ready, unsigned burst = 0) noexcept {
    if (!may_spin()) return false;
    delay_ = burst >= 2 ? at_most(delay_ * 2, longest_delay) : at_least(delay_ / 2, 4);
    for (unsigned spent = 0; spent < budget_; spent += delay_) {
      for (unsigned i = 0; i < delay_; ++i) cpu_pause();
      if (ready()) {
        budget_ = at_most(budget_ * 2, largest_budget);
        return true;
      }
    }
    for (int i = 0; i < 4; ++i) {
      os_yield();
      if (ready()) return true;
    }
    budget_ = at_least(budget_ / 2, 16);
    return false;
  }

 private:
  static constexpr unsigned at_most(unsigned value, unsigned most) { return value < most ? value : most; }
  static constexpr unsigned at_least(unsigned value, unsigned least) { return value > least ? value : least; }

  static constexpr unsigned longest_delay = 64, largest_budget = 192;

  unsigned delay_ = 4;
  unsigned budget_ = 64;
};

}  // namespace ferrule::detail

#endif  // FERRULE_MODEL_HEADER
