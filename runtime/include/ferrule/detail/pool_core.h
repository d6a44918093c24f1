// The workers of a Pool, and what waits for them.
#pragma once

#include <ferrule/detail/idle_workers.h>
#include <ferrule/detail/job.h>
#include <ferrule/detail/job_deque.h>
#include <ferrule/detail/native_thread.h>
#include <ferrule/detail/root.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

namespace ferrule::detail {

class PoolCore;

struct Worker : Sleeper {
  PoolCore* core = nullptr;
  std::size_t index = 0;
  std::uint32_t random = 1;
  unsigned tick = 0;
  NativeThread thread_handle;
  JobDeque jobs;
};

/// The calling thread, if it is one of a pool's.
inline Worker*& this_worker() noexcept {
  thread_local Worker* worker = nullptr;
  return worker;
}

/// The tasks that have not ended, in several lists so that workers seldom meet.
class alignas(cache_line) RootList {
 public:
  /// False if the pool is being closed: the root is to be aborted.
  bool add(RootBase& root) noexcept {
    RawLock lock(mutex_);
    root.previous_root = nullptr;
    root.next_root = std::exchange(first_, &root);
    if (root.next_root != nullptr) root.next_root->previous_root = &root;
    return !is_closed_;
  }
  /// True if somebody waits for this list to be empty, and it is.
  bool remove(RootBase& root) noexcept {
    RawLock lock(mutex_);
    (root.previous_root != nullptr ? root.previous_root->next_root : first_) = root.next_root;
    if (root.next_root != nullptr) root.next_root->previous_root = root.previous_root;
    return is_closed_ && first_ == nullptr;
  }
  /// Aborts all; true if there is none.
  bool close() noexcept {
    RawLock lock(mutex_);
    is_closed_ = true;
    for (RootBase* root = first_; root != nullptr; root = root->next_root) root->abort();
    return first_ == nullptr;
  }

 private:
  RawMutex mutex_;  // guards what follows
  bool is_closed_ = false;
  RootBase* first_ = nullptr;
};

class PoolCore final : public Executor {
 public:
  /// Has fewer threads where the system gives fewer, but at least one: else throws std::system_error.
  static Shared<PoolCore> make(std::size_t threads) {
    Shared<PoolCore> core(new PoolCore(threads));
    core->start(threads);
    return core;
  }

  ~PoolCore() override { closing_->release(); }

  std::size_t size() const noexcept { return started_; }

  // Queueing ----------------------------------------------------------------------------------------------------------

  void schedule(RootBase& root) noexcept override { submit(root); }
  /// Behind everything that is queued: a task that yields would else be the next again.
  void schedule_last(RootBase& root) noexcept override {
    const Worker* worker = my_worker();
    injected_.push(root);
    if (worker == nullptr || !worker->jobs.is_empty()) idle_.notify_one();
  }
  void forget(RootBase& root) noexcept override {
    if (roots_[root.shard].remove(root)) closing_->wake();
  }

  void submit(Job& job) noexcept {
    Worker* worker = my_worker();
    if (worker == nullptr || !worker->jobs.push(job)) injected_.push(job);
    idle_.notify_one();
  }
  /// A job was queued.
  void notify() noexcept { idle_.notify_one(); }
  void add(RootBase& root) noexcept {
    const Worker* worker = my_worker();
    root.shard = worker != nullptr ? worker->index : workers_.size();
    if (!roots_[root.shard].add(root)) root.abort();
    submit(root);
  }

  /// The calling thread, if it is one of this pool's.
  Worker* my_worker() noexcept {
    Worker* worker = this_worker();
    return worker != nullptr && worker->core == this ? worker : nullptr;
  }

  // Waiting -----------------------------------------------------------------------------------------------------------

  /// Runs other jobs until `is_ready()`, which sees to it that the worker's ThreadWaker is called then.
  template <class Ready>
  void work_until(Worker& worker, Ready&& is_ready) noexcept {
    bool is_searching = false;
    while (!is_ready()) {
      Job* job = next_job(worker);
      if (job == nullptr) {
        if (!std::exchange(is_searching, true)) idle_.begin_search();
        job = search(worker);
      }
      if (job == nullptr) {
        idle_.sleep(worker, [this] { return is_stopped() || has_jobs(); });
        continue;
      }
      if (std::exchange(is_searching, false)) end_search();
      job->run();
    }
    if (is_searching) end_search();
  }

  /// Cancels all tasks, and waits until the threads have ended.
  void close() noexcept {
    for (;;) {
      bool is_empty = true;
      for (std::size_t i = 0; i <= workers_.size(); ++i) is_empty &= roots_[i].close();
      if (is_empty) break;
      closing_->sleep();
    }
    stop_.store(true, std::memory_order_seq_cst);
    idle_.notify_all();
    for (std::size_t i = 0; i < started_; ++i) workers_[i]->thread_handle.join();
    while (Job* job = injected_.pop()) job->run();  // helpers that have come too late
  }

 private:
  explicit PoolCore(std::size_t threads) : roots_(threads + 1) {
    for (std::size_t i = 0; i < threads; ++i) {
      workers_.push_back(Box<Worker>(new Worker));
      Worker& worker = *workers_.back();
      worker.core = this;
      worker.index = i;
      worker.random = static_cast<std::uint32_t>(i) * 2654435769u + 1;
    }
  }

  void start(std::size_t threads) {
    std::error_code error;
    while (started_ < threads && !error) {
      error = workers_[started_]->thread_handle.start(&run, &*workers_[started_], 0);
      if (!error) ++started_;
    }
    if (started_ == 0) throw std::system_error(error, "no thread could be started for the pool");
  }

  static void* run(void* argument) {
    Worker& worker = *static_cast<Worker*>(argument);
    NativeThread::set_name("ferrule pool");
    this_worker() = &worker;
    PoolCore& core = *worker.core;
    core.work_until(worker, [&core] { return core.is_stopped(); });
    while (Job* job = worker.jobs.pop()) job->run();
    this_worker() = nullptr;
    return nullptr;
  }

  bool is_stopped() const noexcept { return stop_.load(std::memory_order_seq_cst); }

  /// What is there without a search. Now and then the oldest goes first: those that are queued last could else keep all
  /// others waiting for ever.
  Job* next_job(Worker& worker) noexcept {
    if (++worker.tick % 61 != 0) return worker.jobs.pop();
    if (Job* job = injected_job()) return job;
    return worker.jobs.steal();
  }

  Job* injected_job() noexcept {
    Job* job = injected_.pop();
    if (job != nullptr && !injected_.is_empty()) idle_.notify_one();
    return job;
  }

  Job* search(Worker& worker) noexcept {
    for (int round = 0; round < 3; ++round) {
      if (Job* job = injected_job()) return job;
      const std::size_t count = workers_.size();
      worker.random = worker.random * 1664525u + 1013904223u;
      const std::size_t start = (worker.random >> 16) % count;
      for (std::size_t i = 0; i < count; ++i) {
        Worker& victim = *workers_[(start + i) % count];
        if (Job* job = victim.jobs.steal()) return job;
      }
      if (may_spin()) cpu_pause();
    }
    return nullptr;
  }

  bool has_jobs() const noexcept {
    if (!injected_.is_empty()) return true;
    for (const Box<Worker>& worker : workers_) {
      if (!worker->jobs.is_empty()) return true;
    }
    return false;
  }

  /// Whoever queued a job while this worker was the only one that searched woke nobody.
  void end_search() noexcept {
    if (idle_.end_search() && has_jobs()) idle_.notify_one();
  }

  std::vector<Box<Worker>> workers_;
  std::size_t started_ = 0;
  IdleWorkers idle_;
  SharedJobs injected_;
  Atomic<bool> stop_{false};
  ThreadWaker* const closing_ = new ThreadWaker;
  const Box<RootList[]> roots_;
};

/// Jobs on the stack of who waits for them ----------------------------------------------------------------------------

/// Runs `f`, and says so to who waits: to a worker of the pool, or (with `is_counted`) to one of the waker's owners.
template <class F, class R>
class Fork final : public Job {
 public:
  Fork(F& f, ThreadWaker& waits, bool is_counted = false) noexcept : f_(f), waits_(&waits), is_counted_(is_counted) {
    if (is_counted) waits.retain();
  }

  void run() noexcept override {
    ThreadWaker* const waits = waits_;  // once it is done, this object may be gone
    const bool is_counted = is_counted_;
    run_here();
    is_done_.store(true, std::memory_order_release);
    waits->wake();
    if (is_counted) waits->release();
  }
  /// By the one that waits.
  void run_here() noexcept {
    outcome_.set_from([this]() -> R { return detail::invoke(f_); });
  }
  bool is_done() const noexcept { return is_done_.load(std::memory_order_acquire); }
  Outcome<R>& outcome() noexcept { return outcome_; }

 private:
  F& f_;
  ThreadWaker* const waits_;
  const bool is_counted_;
  Atomic<bool> is_done_{false};
  Outcome<R> outcome_;
};

}  // namespace ferrule::detail
