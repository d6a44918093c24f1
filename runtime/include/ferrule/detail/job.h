// What an executor runs, and queues of it that need no memory.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/raw_mutex.h>

#include <cstddef>
#include <utility>

namespace ferrule::detail {

/// Runs once for each time that it was queued. In one queue at a time.
class Job {
 public:
  virtual void run() noexcept = 0;
  Job* next_job = nullptr;

 protected:
  ~Job() = default;
};

/// First in, first out. Belongs to one thread.
class JobList {
 public:
  bool is_empty() const noexcept { return last_ == nullptr; }
  Job* last() const noexcept { return last_; }
  void push(Job& job) noexcept {
    job.next_job = nullptr;
    (last_ != nullptr ? last_->next_job : first_) = &job;
    last_ = &job;
  }
  /// Null if there is none.
  Job* pop() noexcept {
    Job* job = first_;
    if (job == nullptr) return nullptr;
    first_ = job->next_job;
    if (first_ == nullptr) last_ = nullptr;
    return job;
  }
  void clear() noexcept { first_ = last_ = nullptr; }

 private:
  Job* first_ = nullptr;
  Job* last_ = nullptr;
};

/// The same for several threads.
class SharedJobs {
 public:
  /// Sequentially consistent, as JobDeque's `push`.
  void push(Job& job) noexcept {
    RawLock lock(mutex_);
    jobs_.push(job);
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  }
  Job* pop() noexcept {
    if (is_empty()) return nullptr;
    RawLock lock(mutex_);
    Job* job = jobs_.pop();
    if (job != nullptr) count_.store(count_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    return job;
  }
  bool is_empty() const noexcept { return count_.load(std::memory_order_seq_cst) == 0; }

 private:
  RawMutex mutex_;  // guards what follows; the count may be read by anybody
  JobList jobs_;
  Atomic<std::size_t> count_{0};
};

}  // namespace ferrule::detail
