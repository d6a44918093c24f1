// Which workers of a pool sleep, and whom to wake for a new job: one, and nobody while another is still looking for
// jobs, because that one will find it.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/waker.h>

#include <cstdint>
#include <utility>

namespace ferrule::detail {

/// A worker, as far as its sleep goes.
class Sleeper {
 public:
  Sleeper() = default;
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() { thread_->release(); }

  /// Wakes it from whatever sleep; for what this worker alone waits for.
  ThreadWaker& thread() const noexcept { return *thread_; }

 private:
  friend class IdleWorkers;
  ThreadWaker* const thread_ = new ThreadWaker;
  bool is_listed_ = false;  // this and the next are guarded by the lock of IdleWorkers
  Sleeper* next_ = nullptr;
};

class IdleWorkers {
 public:
  /// Somebody, after a job was queued with a sequentially consistent operation.
  void notify_one() noexcept {
    if (!is_needed(counts_.load(std::memory_order_seq_cst))) return;
    Sleeper* woken = nullptr;
    {
      RawLock lock(mutex_);
      if (!is_needed(counts_.load(std::memory_order_seq_cst))) return;
      woken = first_;
      first_ = woken->next_;
      woken->is_listed_ = false;
      counts_.fetch_add(one_searching - one_asleep, std::memory_order_seq_cst);
    }
    woken->thread_->wake();
  }

  void notify_all() noexcept {
    for (;;) {
      Sleeper* woken = nullptr;
      {
        RawLock lock(mutex_);
        woken = first_;
        if (woken == nullptr) return;
        first_ = woken->next_;
        woken->is_listed_ = false;
        counts_.fetch_add(one_searching - one_asleep, std::memory_order_seq_cst);
      }
      woken->thread_->wake();
    }
  }

  /// A worker looks for jobs outside its own queue.
  void begin_search() noexcept { counts_.fetch_add(one_searching, std::memory_order_seq_cst); }
  /// It has found one. True if nobody looks any more: if there are other jobs, somebody must be woken for them.
  bool end_search() noexcept {
    return counts_.fetch_sub(one_searching, std::memory_order_seq_cst) / one_searching == 1;
  }

  /// A worker that searched in vain sleeps, until it is notified or its ThreadWaker is called. `has_jobs()` sees every
  /// job that was queued before somebody found that no worker had to be woken. Afterwards it searches.
  template <class HasJobs>
  void sleep(Sleeper& worker, HasJobs&& has_jobs) noexcept {
    {
      RawLock lock(mutex_);
      worker.next_ = std::exchange(first_, &worker);
      worker.is_listed_ = true;
      counts_.fetch_add(one_asleep - one_searching, std::memory_order_seq_cst);
    }
    if (!has_jobs()) worker.thread_->sleep();
    RawLock lock(mutex_);
    if (!std::exchange(worker.is_listed_, false)) return;
    Sleeper** link = &first_;
    while (*link != &worker) link = &(*link)->next_;
    *link = worker.next_;
    counts_.fetch_add(one_searching - one_asleep, std::memory_order_seq_cst);
  }

 private:
  static constexpr std::uint32_t one_asleep = 1, one_searching = 1u << 16;
  static bool is_needed(std::uint32_t counts) noexcept { return counts != 0 && counts < one_searching; }

  Atomic<std::uint32_t> counts_{0};
  RawMutex mutex_;  // guards what follows
  Sleeper* first_ = nullptr;
};

}  // namespace ferrule::detail
