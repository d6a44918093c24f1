// Loops whose rounds are handed out to whoever comes for them: the caller, and workers of the pool that have time.
#pragma once

#include <ferrule/detail/futex.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/pool_core.h>
#include <ferrule/pool.h>

#include <cstddef>
#include <exception>
#include <new>
#include <utility>

namespace ferrule::detail {

/// What the caller shares with the workers that it has called. A worker that comes too late finds nothing left to do
/// and leaves, and touches nothing else: so the caller waits for those only that do something, and a loop within a loop
/// waits for no worker that is not at work.
class Loop : public Counted {
 public:
  using Body = void (*)(void* context, std::size_t from, std::size_t to);

  Loop(std::size_t count, std::size_t shares, Body body, void* context) noexcept
      : count_(count), shares_(shares), body_(body), context_(context) {}

  /// Calls the body for pieces of what is left until nothing is left. An exception leaves nothing for the others.
  void work() noexcept {
    inside_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t from = 0, to = 0; claim(from, to);) {
      try {
        body_(context_, from, to);
      } catch (...) {
        next_.exchange(count_, std::memory_order_acq_rel);
        RawLock lock(mutex_);
        if (!exception_) exception_ = std::current_exception();
      }
    }
    if (inside_.fetch_sub(1, std::memory_order_acq_rel) == (1 | is_awaited)) futex_wake_all(&inside_);
  }

  /// The caller, after its own work: until nobody is inside that has claimed something.
  void wait() noexcept {
    AdaptiveSpin spin;
    if (spin.poll([this] { return inside_.load(std::memory_order_acquire) == 0; })) return;
    std::uint32_t inside = inside_.fetch_or(is_awaited, std::memory_order_acquire) | is_awaited;
    while (inside != is_awaited) {
      futex_wait(inside_, inside);
      inside = inside_.load(std::memory_order_acquire);
    }
  }
  /// After `wait`.
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  static constexpr std::uint32_t is_awaited = 1u << 31;

  /// Large pieces first, small ones at the end: all come to their end at about the same time.
  bool claim(std::size_t& from, std::size_t& to) noexcept {
    from = next_.load(std::memory_order_relaxed);
    for (;;) {
      // One that finds nothing must still be ordered after those who claimed: it waits for them.
      std::size_t size = (count_ - from) / (4 * shares_);
      to = from == count_ ? count_ : from + (size == 0 ? 1 : size);
      if (next_.compare_exchange_weak(from, to, std::memory_order_acq_rel, std::memory_order_relaxed))
        return from != count_;
    }
  }

  const std::size_t count_;
  const std::size_t shares_;
  const Body body_;
  void* const context_;
  Atomic<std::size_t> next_{0};
  FutexWord inside_{0};
  RawMutex mutex_;  // guards what follows
  std::exception_ptr exception_;
};

class LoopHelper final : public Job, public InFrameMemory {
 public:
  explicit LoopHelper(const Shared<Loop>& loop) noexcept : loop_(loop) {}
  void run() noexcept override {
    loop_->work();
    delete this;
  }

 private:
  Shared<Loop> loop_;
};

/// Calls `body(from, to)` for pieces of the indices below `count`, in several threads, and waits. Throws the first
/// exception of the body when all have stopped.
template <class Body>
void par_pieces(std::size_t count, const Body& body) {
  if (count == 0) return;
  PoolCore& core = PoolAccess::current();
  const std::size_t others = core.size() - (core.my_worker() != nullptr ? 1 : 0);
  const std::size_t helpers = others < count ? others : count - 1;
  if (helpers == 0) return body(std::size_t{0}, count);
  auto call = [](void* context, std::size_t from, std::size_t to) { (*static_cast<const Body*>(context))(from, to); };
  Shared<Loop> loop(new Loop(count, helpers + 1, call, const_cast<Body*>(&body)));
  try {
    for (std::size_t i = 0; i < helpers; ++i) core.submit(*new LoopHelper(loop));
  } catch (const std::bad_alloc&) {  // fewer of them do as well
  }
  loop->work();
  loop->wait();
  loop->rethrow();
}

}  // namespace ferrule::detail
