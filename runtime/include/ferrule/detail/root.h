// A spawned task: what executors run, what wakers wake and what handles wait for.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/frame_memory.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/job.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/packet.h>
#include <ferrule/task.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Thrown where the result of a task is asked for that was aborted, or whose executor is gone. Rust: JoinError. std
/// has none.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "the task was cancelled"; }
};

namespace detail {

class RootBase;

class Executor : public Counted {
 public:
  /// Runs `root` soon. Any thread may call it that keeps the root alive.
  virtual void schedule(RootBase& root) noexcept = 0;
  /// The same for one that has just run, and lets others go first.
  virtual void schedule_last(RootBase& root) noexcept = 0;
  /// Takes `root` out of the list of those that have not ended.
  virtual void forget(RootBase& root) noexcept = 0;

  virtual ~Executor() = default;
};

/// Who may do what with a root is said by its state. At most one thread runs it. It ends once.
class RootBase : public WakeTarget, public Job {
 public:
  /// Its owners are the executor, until it has ended, and the handle.
  explicit RootBase(Shared<Executor> executor) noexcept
      : WakeTarget(2), strand(*this), executor_(std::move(executor)) {}

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }

  // By wakers, of any thread ------------------------------------------------------------------------------------------

  void wake() noexcept override { call(scheduled); }

  // By the executor ---------------------------------------------------------------------------------------------------

  void run() noexcept override {
    std::uint32_t before = state_.fetch_add(running - scheduled, std::memory_order_acquire);
    if ((before & aborted) != 0) {
      cancel();
      return end();
    }
    if (step()) return end();
    before = state_.fetch_sub(running, std::memory_order_acq_rel);
    if ((before & scheduled) != 0) executor_->schedule_last(*this);  // woken while it ran
  }

  /// Cancels it at once, unless it has ended. Only where no other thread can run it.
  void run_to_cancel() noexcept {
    if ((state_.fetch_or(scheduled | aborted, std::memory_order_acq_rel) & ended) == 0) run();
  }

  // By the handle -----------------------------------------------------------------------------------------------------

  /// It is cancelled, unless it ends before: at once if it waits, else where it waits next.
  void abort() noexcept { call(scheduled | aborted); }

  bool has_ended() const noexcept { return (state_.load(std::memory_order_acquire) & ended) != 0; }

  /// Ready if it has ended. If not, `waker` is called then.
  bool await_end(Waker waker) noexcept {
    std::uint32_t state = state_.load(std::memory_order_acquire);
    if ((state & ended) != 0) return true;
    if ((state & has_waiter) != 0) {
      if (waiter_.will_wake(waker)) return false;
      // Only the handle's thread writes the waiter, and only while the bit says that the other side does not read it.
      if ((state_.fetch_and(~has_waiter, std::memory_order_acq_rel) & ended) != 0) return true;
    }
    waiter_ = std::move(waker);
    return (state_.fetch_or(has_waiter, std::memory_order_acq_rel) & ended) != 0;
  }

  /// The handle goes: nobody takes the result any more.
  void leave() noexcept {
    std::uint32_t before = state_.fetch_and(~has_handle, std::memory_order_acq_rel);
    if ((before & ended) != 0) drop_result();
    release();
  }

  // By the executor's list of those that have not ended, under its lock.
  RootBase* previous_root = nullptr;
  RootBase* next_root = nullptr;
  std::size_t shard = 0;

 protected:
  /// Goes on as far as possible; true at the end. Afterwards nothing is left but the result.
  virtual bool step() noexcept = 0;
  /// The end without a result.
  virtual void cancel() noexcept = 0;
  virtual void drop_result() noexcept = 0;

  Strand strand;

 private:
  static constexpr std::uint32_t scheduled = 1, running = 2, ended = 4, aborted = 8, has_handle = 16, has_waiter = 32;

  void call(std::uint32_t bits) noexcept {
    std::uint32_t before = state_.fetch_or(bits, std::memory_order_acq_rel);
    if ((before & (scheduled | running | ended)) == 0) executor_->schedule(*this);
  }

  void end() noexcept {
    std::uint32_t before = state_.fetch_or(ended, std::memory_order_acq_rel);
    if ((before & has_waiter) != 0) waiter_.wake();
    if ((before & has_handle) == 0) drop_result();
    executor_->forget(*this);
    release();
  }

  Atomic<std::uint32_t> state_{scheduled | has_handle};
  const Shared<Executor> executor_;
  Waker waiter_;
};

/// A root and its result.
template <class T>
class Root : public RootBase {
 public:
  using RootBase::RootBase;

  /// After the end, for the handle.
  T take() {
    is_taken_ = true;
    return outcome_.take();
  }

 protected:
  void cancel() noexcept override {
    is_cancelled_ = true;
    outcome_.set_exception(std::make_exception_ptr(Cancelled()));
  }

  /// Nobody can get an exception any more that nobody got; that a task was cancelled is no news.
  void drop_result() noexcept override {
    std::exception_ptr lost;
    if (!is_taken_ && !is_cancelled_) lost = outcome_.exception();
    outcome_.clear();
    if (lost) unobserved_exception_hook().load(std::memory_order_acquire)(std::move(lost));
  }

  Outcome<T> outcome_;
  bool is_taken_ = false;
  bool is_cancelled_ = false;
};

template <class T>
class TaskRoot final : public Root<T> {
 public:
  TaskRoot(Shared<Executor> executor, Task<T> task) : Root<T>(std::move(executor)), task_(std::move(task)) {
    TaskAccess::begin(*task_, this->strand);
  }

 private:
  bool step() noexcept override {
    if (!this->strand.advance()) return false;
    this->outcome_.set_from([this]() -> T { return TaskAccess::outcome(*task_).take(); });
    task_.reset();  // what the frame still holds dies before anybody sees that the task has ended
    return true;
  }
  void cancel() noexcept override {
    task_.reset();
    Root<T>::cancel();
  }

  std::optional<Task<T>> task_;
};

/// A plain function as a task: it runs in one go.
template <class T, class F, class... Args>
class CallRoot final : public Root<T> {
 public:
  template <class G, class... As>
  CallRoot(Shared<Executor> executor, G&& f, As&&... args)
      : Root<T>(std::move(executor)), call_(std::in_place, std::forward<G>(f), std::forward<As>(args)...) {}

 private:
  bool step() noexcept override {
    this->outcome_.set_from([this]() -> T {
      return std::apply([](F& f, Args&... args) -> T { return detail::invoke(std::move(f), std::move(args)...); },
                        *call_);
    });
    call_.reset();
    return true;
  }
  void cancel() noexcept override {
    call_.reset();
    Root<T>::cancel();
  }

  std::optional<std::tuple<F, Args...>> call_;
};

template <class F, class... Args>
using Called = std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>;

template <class R>
struct Awaitee {
  using type = std::remove_cv_t<R>;
};
template <class T>
struct Awaitee<Task<T>> {
  using type = T;
};
/// What a task gives that calls `f(args...)`, and awaits what that gives if it is a task.
template <class F, class... Args>
using CallResult = typename Awaitee<Called<F, Args...>>::type;

/// A call that can be a task of its own.
template <class F, class... Args>
concept MakesTask = !Awaited<F> && std::constructible_from<std::decay_t<F>, F> &&
                    (std::constructible_from<std::decay_t<Args>, Args> && ...) &&
                    std::invocable<std::decay_t<F>, std::decay_t<Args>...>;

/// The callable and its arguments lie in a frame of their own, which outlives the coroutine that they make: so a
/// lambda's captures live as long as the coroutine.
template <class T, class F, class... Args>
Task<T> call_and_await(F f, Args... args) {
  if constexpr (is_task<Called<F, Args...>>) {
    co_return co_await detail::invoke(std::move(f), std::move(args)...);
  } else {
    co_return detail::invoke(std::move(f), std::move(args)...);
  }
}

/// A new root that calls `f(args...)`.
template <class T, class F, class... Args>
Root<T>* make_root(const Shared<Executor>& executor, F&& f, Args&&... args) {
  if constexpr (is_task<Called<F, Args...>>) {
    return new TaskRoot<T>(executor, call_and_await<T, std::decay_t<F>, std::decay_t<Args>...>(
                                         std::forward<F>(f), std::forward<Args>(args)...));
  } else {
    return new CallRoot<T, std::decay_t<F>, std::decay_t<Args>...>(executor, std::forward<F>(f),
                                                                   std::forward<Args>(args)...);
  }
}

/// Awaits a root's end, for a handle.
template <class T>
class RootEnd final : public EventAwaiter {
 public:
  explicit RootEnd(Root<T>* root) noexcept : root_(root) {}
  RootEnd(RootEnd&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  ~RootEnd() {
    if (root_ != nullptr) root_->leave();
  }
  bool poll(Strand& strand) noexcept override { return root_->await_end(strand.waker()); }
  T await_resume() { return root_->take(); }

 private:
  Root<T>* root_;
};

/// What the handles of tasks have in common.
template <class T>
class RootHandle {
 public:
  using Awaiter = RootEnd<T>;

  RootHandle(const RootHandle&) = delete;

  /// Waits for the task's end. Throws std::system_error if the handle is empty.
  Awaiter operator co_await() && { return Awaiter(release()); }
  /// Cancels the task: at once if it waits, else where it waits next.
  void abort() const noexcept {
    if (root_ != nullptr) root_->abort();
  }
  /// True once it has ended: nothing waits for it then.
  bool is_finished() const noexcept { return root_ == nullptr || root_->has_ended(); }

 protected:
  explicit RootHandle(Root<T>* root) noexcept : root_(root) {}
  RootHandle(RootHandle&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  RootHandle& operator=(RootHandle&& other) noexcept {
    if (Root<T>* old = std::exchange(root_, std::exchange(other.root_, nullptr))) old->leave();
    return *this;
  }
  ~RootHandle() {
    if (root_ != nullptr) root_->leave();
  }

  Root<T>* release() {
    if (root_ == nullptr) throw_no_task();
    return std::exchange(root_, nullptr);
  }
  T take() { return root_->take(); }

 private:
  Root<T>* root_;
};

}  // namespace detail
}  // namespace ferrule
