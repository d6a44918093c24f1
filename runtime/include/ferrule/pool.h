// Pool: threads that take tasks and functions, and from each other. par_join: two functions at once.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/current.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/pool_core.h>
#include <ferrule/expected.h>
#include <ferrule/local_executor.h>
#include <ferrule/task.h>
#include <ferrule/traits.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

namespace ferrule {

class Pool;

/// What waits for a task of a Pool: `co_await std::move(handle)` in a task, `join` in a thread. Move-only; belongs to
/// one thread at a time. Dropping it lets the task run on; `abort()` cancels it, at once if it waits, else where it
/// waits next; `is_finished()` says whether it has ended. Rust: tokio's JoinHandle. std: future. Throws what the task
/// throws, Cancelled if it was aborted or the pool is gone, and std::system_error where it is empty. Costs a pointer.
template <class T>
class [[nodiscard("the task runs on by itself if the handle is dropped")]] TaskHandle : public detail::RootHandle<T> {
 public:
  TaskHandle(TaskHandle&& other) noexcept = default;
  TaskHandle& operator=(TaskHandle&& other) noexcept = default;

  /// Waits for the task and returns its result, or throws what it threw. A thread of the pool runs other tasks
  /// meanwhile. In a coroutine, co_await the handle instead.
  T join() {
    if (detail::Worker* worker = detail::this_worker()) {
      detail::Root<T>* root = this->release();
      struct Leave {
        detail::Root<T>* root;
        ~Leave() { root->leave(); }
      } last{root};
      worker->core->work_until(*worker, [&] { return root->await_end(Waker(worker->thread())); });
      return root->take();
    }
    return block_on(typename detail::RootHandle<T>::Awaiter(this->release()));
  }
  /// The same with the exception as a value.
  Expected<T, std::exception_ptr> try_join() {
    try {
      if constexpr (std::is_void_v<T>) {
        join();
        return {};
      } else {
        return join();
      }
    } catch (...) {
      return Unexpected{std::current_exception()};
    }
  }
  /// Lets the task run on by itself: what dropping the handle does, said aloud.
  void detach() && { this->release()->leave(); }

 private:
  friend class Pool;
  using detail::RootHandle<T>::RootHandle;
};

namespace detail {

/// What a task of a pool takes and gives is Send. (The analyser sees what a closure captured, and what lies in a
/// frame.)
template <class A>
concept SentTask = Awaited<A> && Send<A> && Send<AwaitResult<A>>;
template <class F, class... Args>
concept SentCall = MakesTask<F, Args...> && Send<std::decay_t<F>> && (Send<std::decay_t<Args>> && ...) &&
                   Send<CallResult<F, Args...>> && !std::is_reference_v<CallResult<F, Args...>>;

/// Finds the core of a pool.
struct PoolAccess;

}  // namespace detail

/// Threads that run tasks and functions; one that has nothing to do takes from the others. Any thread may call anything
/// at any time but the destructor, which cancels the tasks that have not ended, and waits for the threads: not in a
/// task of the pool itself. Functions that wait in a task keep its thread from others, but for `join`, par_join and
/// what is built on them. Rust: rayon's ThreadPool and tokio's Runtime. std has none. Throws std::system_error if the
/// system has no thread to give, and std::bad_alloc. A task costs one or two pieces of memory, which threads use again;
/// an idle thread sleeps.
class Pool {
 public:
  /// As many threads as the machine and the container's quota allow.
  Pool() : Pool(available_parallelism()) {}
  /// That many threads, at least one; fewer where the system gives fewer.
  explicit Pool(std::size_t threads) : core_(detail::PoolCore::make(threads == 0 ? 1 : threads)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { core_->close(); }

  /// The pool that par_for_each and its like use outside of any other. Made when it is first asked for, and never
  /// destroyed. Throws std::system_error if the system has no thread to give.
  static Pool& global() {
    static Pool* const pool = new Pool;
    return *pool;
  }

  /// Lets a task (or another awaitable) run. Refuses what is known not to be Send.
  template <class A>
    requires detail::SentTask<A>
  TaskHandle<detail::AwaitResult<A>> spawn(A&& awaitable) const {
    using T = detail::AwaitResult<A>;
    return start(new detail::TaskRoot<T>(core_, detail::as_task(std::forward<A>(awaitable))));
  }
  /// Calls `f(args...)` in a task of its own, and awaits what it gives if that is a task. Callable and arguments live
  /// as long as the task. Refuses what is known not to be Send.
  template <class F, class... Args>
    requires detail::SentCall<F, Args...>
  TaskHandle<detail::CallResult<F, Args...>> spawn(F&& f, Args&&... args) const {
    using T = detail::CallResult<F, Args...>;
    return start(detail::make_root<T>(core_, std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// Calls `f` on one of the pool's threads, and waits for it: what `f` calls uses this pool. Throws what `f` throws.
  /// Rust: rayon's ThreadPool::install.
  template <std::invocable F>
  std::invoke_result_t<F> install(F&& f) const {
    if (core_->my_worker() != nullptr) return detail::invoke(std::forward<F>(f));
    struct Released {
      detail::ThreadWaker& waker;
      ~Released() { waker.release(); }
    } thread{*new detail::ThreadWaker};
    detail::Fork<F, std::invoke_result_t<F>> fork(f, thread.waker, true);
    core_->submit(fork);
    while (!fork.is_done()) thread.waker.sleep();
    return fork.outcome().take();
  }

  /// How many threads it has.
  std::size_t size() const noexcept { return core_->size(); }

 private:
  friend struct detail::PoolAccess;

  template <class T>
  TaskHandle<T> start(detail::Root<T>* root) const noexcept {
    core_->add(*root);
    return TaskHandle<T>(root);
  }

  detail::Shared<detail::PoolCore> core_;
};

namespace detail {

struct PoolAccess {
  static PoolCore& core(const Pool& pool) noexcept { return *pool.core_; }
  /// The pool whose thread calls, or else the global one.
  static PoolCore& current() {
    Worker* worker = this_worker();
    return worker != nullptr ? *worker->core : core(Pool::global());
  }
};

template <class R>
using Plain = std::conditional_t<std::is_void_v<R>, Unit, R>;

template <class R>
Plain<R> take_plain(Outcome<R>& outcome) {
  if constexpr (std::is_void_v<R>) {
    outcome.take();
    return {};
  } else {
    return outcome.take();
  }
}

/// On a worker: `g` is offered to the others while this thread runs `f`.
template <class F, class G>
auto fork_join(Worker& worker, F& f, G& g) {
  using R = std::invoke_result_t<F&>;
  using S = std::invoke_result_t<G&>;
  Fork<G, S> fork(g, worker.thread());
  const bool is_offered = worker.jobs.push(fork);
  if (is_offered) worker.core->notify();
  Outcome<R> mine;
  mine.set_from([&f]() -> R { return detail::invoke(f); });
  // Where it was not taken, it is the next of this thread's jobs after those that `f` has queued.
  bool is_mine = !is_offered;
  while (!is_mine && !fork.is_done()) {
    Job* job = worker.jobs.pop();
    is_mine = job == &fork;
    if (job == nullptr) worker.core->work_until(worker, [&fork] { return fork.is_done(); });
    if (job != nullptr && !is_mine) job->run();
  }
  if (is_mine) fork.run_here();
  auto first = take_plain<R>(mine);
  return std::pair<Plain<R>, Plain<S>>(std::move(first), take_plain<S>(fork.outcome()));
}

/// What `par_join` does, for callables whose parts are known to be Send.
template <class F, class G>
auto par_both(F& f, G& g) {
  if (Worker* worker = this_worker()) return fork_join(*worker, f, g);
  return Pool::global().install([&f, &g] { return fork_join(*this_worker(), f, g); });
}

template <class F, class G>
concept BothCallable = std::invocable<F&> && std::invocable<G&> && Send<std::decay_t<F>> && Send<std::decay_t<G>> &&
                       Send<std::invoke_result_t<F&>> && Send<std::invoke_result_t<G&>>;

}  // namespace detail

/// Calls both functions, on two threads of the pool if another one is idle, and waits for both; so they may refer to
/// locals of the caller. Gives a pair of their results, with an empty value for void. Throws what `f` throws, else what
/// `g` throws, when both have ended; std::system_error if the system has no thread to give. Rust: rayon::join.
template <class F, class G>
  requires detail::BothCallable<F, G>
auto par_join(F&& f, G&& g) {
  return detail::par_both(f, g);
}

namespace detail {

template <class T, class Seen>
struct SendOf<TaskHandle<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<TaskHandle<T>, Seen> : SendOf<T, Seen> {};
template <class Seen>
struct SendOf<Pool, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SyncOf<Pool, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SynchronizedOf<Pool, Seen> : VerdictConstant<Verdict::Yes> {};

}  // namespace detail
}  // namespace ferrule
