// Wake-ups at a time. One thread of the process sleeps until the next of them is due; it is started with the first.
#pragma once

#include <ferrule/detail/deadline.h>
#include <ferrule/detail/native_thread.h>
#include <ferrule/detail/raw_condvar.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/waker.h>

#include <system_error>
#include <utility>

namespace ferrule::detail {

/// One wake-up. A node of a pairing heap, which lies where its user wants it.
class Timer {
 public:
  explicit Timer(Deadline deadline) noexcept : deadline_(deadline) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { stop(); }

  /// True once the time has come. If it has not, `waker` is called then. Throws std::system_error if the system has no
  /// thread to give.
  bool poll(const Waker& waker);
  void stop() noexcept;

  Deadline deadline() const noexcept { return deadline_; }

 private:
  friend class TimerHeap;
  friend class Timers;

  const Deadline deadline_;
  bool has_waited_ = false;
  bool is_waiting_ = false;  // this and the rest are guarded by the lock of Timers
  Waker waker_;
  Timer* child_ = nullptr;
  Timer* next_ = nullptr;
  Timer* before_ = nullptr;  ///< the sibling before it, or the parent of the first
};

/// The pairing heap of Fredman, Sedgewick, Sleator and Tarjan (1986): the least is at the root, each node's children
/// are a list.
class TimerHeap {
 public:
  Timer* first() const noexcept { return root_; }
  void insert(Timer& timer) noexcept { root_ = meld(root_, &timer); }
  void remove(Timer& timer) noexcept {
    Timer* below = merge_children(std::exchange(timer.child_, nullptr));
    if (root_ == &timer) {
      root_ = below;
    } else {
      (timer.before_->child_ == &timer ? timer.before_->child_ : timer.before_->next_) = timer.next_;
      if (timer.next_ != nullptr) timer.next_->before_ = timer.before_;
      root_ = meld(root_, below);
    }
    timer.next_ = timer.before_ = nullptr;
  }

 private:
  /// Both are roots, or null.
  static Timer* meld(Timer* a, Timer* b) noexcept {
    if (a == nullptr) return b;
    if (b == nullptr) return a;
    if (b->deadline_.nanoseconds < a->deadline_.nanoseconds) std::swap(a, b);
    b->next_ = a->child_;
    if (b->next_ != nullptr) b->next_->before_ = b;
    b->before_ = a;
    a->child_ = b;
    return a;
  }

  /// Melds neighbours, and then the results from the last to the first.
  static Timer* merge_children(Timer* child) noexcept {
    Timer* pairs = nullptr;
    while (child != nullptr) {
      Timer* one = child;
      Timer* other = one->next_;
      child = other != nullptr ? other->next_ : nullptr;
      one->next_ = one->before_ = nullptr;
      if (other != nullptr) other->next_ = other->before_ = nullptr;
      Timer* pair = meld(one, other);
      pair->next_ = std::exchange(pairs, pair);
    }
    Timer* root = nullptr;
    while (pairs != nullptr) {
      Timer* pair = std::exchange(pairs, pairs->next_);
      pair->next_ = nullptr;
      root = meld(root, pair);
    }
    return root;
  }

  Timer* root_ = nullptr;
};

/// All timers of the process. Not destroyed: its thread sleeps here until the process ends.
class Timers {
 public:
  static Timers& global() {
    static Timers* const timers = new Timers;
    return *timers;
  }

  bool poll(Timer& timer, const Waker& waker) {
    if (timer.deadline_.nanoseconds <= Deadline::now().nanoseconds) return true;
    timer.has_waited_ = true;
    Waker old;  // dies outside the lock
    RawLock lock(mutex_);
    if (!has_thread_) start();
    if (!timer.waker_.will_wake(waker)) old = std::exchange(timer.waker_, waker);
    if (timer.is_waiting_) return false;
    timer.is_waiting_ = true;
    heap_.insert(timer);
    if (heap_.first() == &timer) changed_.notify_one();
    return false;
  }

  void stop(Timer& timer) noexcept {
    RawLock lock(mutex_);
    if (std::exchange(timer.is_waiting_, false)) heap_.remove(timer);
  }

 private:
  void start() {
    NativeThread thread;
    if (auto error = thread.start(&run, this, 0)) throw std::system_error(error, "no thread for timers");
    thread.detach();
    has_thread_ = true;
  }

  static void* run(void* timers) {
    NativeThread::set_name("ferrule timers");
    static_cast<Timers*>(timers)->run();
    return nullptr;
  }
  void run() noexcept {
    for (;;) {
      Waker due;
      {
        RawLock lock(mutex_);
        Timer* next = heap_.first();
        if (next == nullptr) {
          changed_.wait(mutex_);
        } else if (next->deadline_.nanoseconds > Deadline::now().nanoseconds) {
          const Deadline until = next->deadline_;
          changed_.wait(mutex_, &until);
        } else {
          next->is_waiting_ = false;
          heap_.remove(*next);
          due = std::exchange(next->waker_, Waker());
        }
      }
      due.wake();
    }
  }

  RawMutex mutex_;  // guards what follows
  RawCondvar changed_;
  bool has_thread_ = false;
  TimerHeap heap_;
};

inline bool Timer::poll(const Waker& waker) { return Timers::global().poll(*this, waker); }
/// The lock is not taken for one that never waited.
inline void Timer::stop() noexcept {
  if (has_waited_) Timers::global().stop(*this);
}

}  // namespace ferrule::detail
