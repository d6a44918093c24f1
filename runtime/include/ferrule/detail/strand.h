// How coroutines run. A strand is a line of coroutines of which each awaits the next one, and the last one awaits an
// event. It is never resumed by the event itself: a waker wakes the task, and whoever runs the task asks the event
// again. So a coroutine is resumed and destroyed by one thread at a time, the one that runs its task, and a late
// wake-up of a task that is gone does nothing.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/frame_memory.h>
#include <ferrule/detail/waker.h>

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

class Strand;

/// What the last coroutine of a strand awaits. Lies in that coroutine's frame, and stays where it is from the first
/// question on.
class Event {
 public:
  /// True if the coroutine may go on. If not, the strand's waker is called when it is worth while to ask again.
  virtual bool poll(Strand& strand) noexcept = 0;

 protected:
  ~Event() = default;
};

class Strand {
 public:
  explicit Strand(WakeTarget& target) noexcept : target_(&target) {}
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  Waker waker() const noexcept { return Waker(*target_); }
  WakeTarget& target() const noexcept { return *target_; }
  /// From now on another task runs it. Events that it awaits learn of that when they are asked again.
  void wake_now(WakeTarget& target) noexcept { target_ = &target; }

  /// What is to be resumed next, when `event` says so; at once if there is none.
  void await(std::coroutine_handle<> next, Event* event = nullptr) noexcept {
    next_ = next;
    event_ = event;
  }

  /// Goes on as far as possible. True if the strand has come to its end.
  bool advance() noexcept {
    if (event_ != nullptr && !event_->poll(*this)) return false;
    while (next_) {
      event_ = nullptr;
      std::exchange(next_, nullptr).resume();
      if (event_ != nullptr) return false;  // it has just been asked
    }
    return true;
  }

 private:
  WakeTarget* target_;
  Event* event_ = nullptr;
  std::coroutine_handle<> next_;
};

// From one coroutine of a strand to another without a deeper stack. Clang guarantees that a coroutine's resumption of
// another is a jump; GCC 12 does so only with optimisation and without sanitizers: there the strand itself resumes it.
#if defined(__clang__) && __clang_major__ >= 19 && (defined(__x86_64__) || defined(__aarch64__))
inline std::coroutine_handle<> transfer(Strand&, std::coroutine_handle<> to) noexcept { return to; }
#else
inline std::coroutine_handle<> transfer(Strand& strand, std::coroutine_handle<> to) noexcept {
  strand.await(to);
  return std::noop_coroutine();
}
#endif

/// What every coroutine of the runtime knows: its strand once it runs, and who awaits it, if anybody.
struct PromiseBase {
  Strand* strand = nullptr;
  std::coroutine_handle<> awaiter;

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }
};

template <class P>
concept Promise = std::derived_from<P, PromiseBase>;

/// The awaitable form of an event: derive, and give `poll` and `await_resume`. May be moved before the first question.
class EventAwaiter : public Event {
 public:
  EventAwaiter() = default;
  EventAwaiter(EventAwaiter&&) noexcept {}
  EventAwaiter& operator=(EventAwaiter&&) = delete;

  bool await_ready() const noexcept { return false; }
  template <Promise P>
  bool await_suspend(std::coroutine_handle<P> coroutine) noexcept {
    Strand& strand = *coroutine.promise().strand;
    if (poll(strand)) return false;
    strand.await(coroutine, this);
    return true;
  }

 protected:
  ~EventAwaiter() = default;
};

}  // namespace ferrule::detail
