// block_on and LocalExecutor: tasks on the calling thread. They need not be Send.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/root.h>
#include <ferrule/detail/thread_mark.h>
#include <ferrule/expected.h>
#include <ferrule/task.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Runs a task (or another awaitable) on the calling thread, and returns its result or throws its exception. The thread
/// sleeps while the task waits. Rust: futures' block_on, tokio's Handle::block_on. std: this_thread::sync_wait (C++26).
/// Throws also std::bad_alloc.
template <class A>
  requires detail::Awaited<A>
detail::AwaitResult<A> block_on(A&& awaitable) {
  auto task = detail::as_task(std::forward<A>(awaitable));
  struct Released {
    detail::ThreadWaker& waker;
    ~Released() { waker.release(); }
  } thread{*new detail::ThreadWaker};
  detail::Strand strand(thread.waker);
  detail::TaskAccess::begin(task, strand);
  while (!strand.advance()) thread.waker.sleep();
  return detail::TaskAccess::outcome(task).take();
}

namespace detail {

/// The queue of a LocalExecutor. Wakers of other threads leave what they wake in a place of its own.
class LocalQueue final : public Executor {
 public:
  void schedule(RootBase& root) noexcept override {
    if (owner_ == thread_mark()) return jobs_.push(root);
    {
      RawLock lock(mutex_);
      if (is_closed_) return;
      from_others_.push(root);
    }
    thread_->wake();
  }
  void schedule_last(RootBase& root) noexcept override { jobs_.push(root); }
  void forget(RootBase& root) noexcept override {
    (root.previous_root != nullptr ? root.previous_root->next_root : first_root_) = root.next_root;
    if (root.next_root != nullptr) root.next_root->previous_root = root.previous_root;
  }

  // By the owner ------------------------------------------------------------------------------------------------------

  LocalQueue() : owner_(thread_mark()), thread_(new ThreadWaker) {}
  ~LocalQueue() override { thread_->release(); }

  void add(RootBase& root) noexcept {
    root.next_root = std::exchange(first_root_, &root);
    if (root.next_root != nullptr) root.next_root->previous_root = &root;
    jobs_.push(root);
  }
  bool has_roots() const noexcept { return first_root_ != nullptr; }

  /// Runs what is queued now; false if that was nothing.
  bool run_round() noexcept {
    take_from_others();
    Job* last = jobs_.last();
    if (last == nullptr) return false;
    while (Job* job = jobs_.pop()) {
      job->run();
      if (job == last) break;
    }
    return true;
  }
  void sleep() noexcept { thread_->sleep(); }

  /// Cancels all that have not ended. What destructors of their frames wake is cancelled, too, not run.
  void close() noexcept {
    {
      RawLock lock(mutex_);
      is_closed_ = true;
    }
    while (first_root_ != nullptr) {
      jobs_.clear();
      first_root_->run_to_cancel();
    }
    jobs_.clear();
  }

 private:
  void take_from_others() noexcept {
    RawLock lock(mutex_);
    while (Job* job = from_others_.pop()) jobs_.push(*job);
  }

  const std::uintptr_t owner_;
  ThreadWaker* const thread_;
  JobList jobs_;
  RootBase* first_root_ = nullptr;
  RawMutex mutex_;  // guards what follows
  bool is_closed_ = false;
  JobList from_others_;
};

}  // namespace detail

/// What waits for a task of a LocalExecutor. Move-only; stays on the executor's thread. Dropping it lets the task run
/// on; `abort()` cancels it, at once if it waits, else where it waits next; `is_finished()` says whether it has ended.
/// Rust: what LocalExecutor::spawn returns. std has none. Throws, from co_await, what the task throws, and Cancelled.
/// Costs a pointer.
template <class T>
class FERRULE_NOT_SEND FERRULE_NOT_SYNC LocalTaskHandle : public detail::RootHandle<T> {
 public:
  LocalTaskHandle(LocalTaskHandle&& other) noexcept = default;
  LocalTaskHandle& operator=(LocalTaskHandle&& other) noexcept = default;

 private:
  friend class LocalExecutor;
  using detail::RootHandle<T>::RootHandle;
};

/// Runs tasks in turns on the thread that made it, while that thread is in `block_on` or `run`. They need not be Send;
/// other threads may wake them, by channels for instance. Destroying it cancels the tasks that have not ended. Rust:
/// LocalExecutor (smol), LocalSet (tokio). std has none. Throws std::bad_alloc. Spawning costs two pieces of memory,
/// the task's frame and its state, which a thread uses again.
class FERRULE_THREAD_AFFINE FERRULE_NOT_SEND FERRULE_NOT_SYNC LocalExecutor {
 public:
  LocalExecutor() : queue_(new detail::LocalQueue) {}
  LocalExecutor(const LocalExecutor&) = delete;
  LocalExecutor& operator=(const LocalExecutor&) = delete;
  ~LocalExecutor() { queue_->close(); }

  /// Lets a task (or another awaitable) run beside the others.
  template <class A>
    requires detail::Awaited<A>
  LocalTaskHandle<detail::AwaitResult<A>> spawn(A&& awaitable) {
    using T = detail::AwaitResult<A>;
    return start(new detail::TaskRoot<T>(executor(), detail::as_task(std::forward<A>(awaitable))));
  }
  /// Calls `f(args...)` as a task of its own, and awaits what it gives if that is a task. Callable and arguments live
  /// as long as the task.
  template <class F, class... Args>
    requires detail::MakesTask<F, Args...>
  LocalTaskHandle<detail::CallResult<F, Args...>> spawn(F&& f, Args&&... args) {
    using T = detail::CallResult<F, Args...>;
    return start(detail::make_root<T>(executor(), std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// Runs the others until `awaitable` is done, and returns its result or throws its exception.
  template <class A>
    requires detail::Awaited<A>
  detail::AwaitResult<A> block_on(A&& awaitable) {
    auto handle = spawn(std::forward<A>(awaitable));
    for (;;) {
      bool has_run = queue_->run_round();
      if (handle.is_finished()) return handle.take();
      if (!has_run) queue_->sleep();
    }
  }

  /// Runs until every task has ended. Throws nothing.
  void run() noexcept {
    while (queue_->has_roots()) {
      if (!queue_->run_round()) queue_->sleep();
    }
  }
  /// Runs each task that can go on now, once; false if there was none. Never waits.
  bool run_once() noexcept { return queue_->run_round(); }

 private:
  detail::Shared<detail::Executor> executor() const noexcept { return queue_; }

  template <class T>
  LocalTaskHandle<T> start(detail::Root<T>* root) noexcept {
    queue_->add(*root);
    return LocalTaskHandle<T>(root);
  }

  detail::Shared<detail::LocalQueue> queue_;
};

template <class T>
inline constexpr bool denies_send<LocalTaskHandle<T>> = true;
template <class T>
inline constexpr bool denies_sync<LocalTaskHandle<T>> = true;
template <>
inline constexpr bool denies_send<LocalExecutor> = true;
template <>
inline constexpr bool denies_sync<LocalExecutor> = true;

}  // namespace ferrule
