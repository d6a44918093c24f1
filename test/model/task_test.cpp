// What tasks and the pool run on, over the real headers: the deque, sleeping workers, wake-ups of tasks, their ends,
// the places where tasks wait beside threads; and each memory order of it weakened.
#include "test/model/programs.h"
#include "test/model/weaken.h"

#include <ferrule/async_mutex.h>
#include <ferrule/channel.h>
#include <ferrule/detail/idle_workers.h>
#include <ferrule/detail/job.h>
#include <ferrule/detail/job_deque.h>
#include <ferrule/detail/par_loop.h>
#include <ferrule/detail/root.h>
#include <ferrule/local_executor.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>

#include <memory>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

/// Runs once: a second run, or a race with who queued it, is a failure.
struct Once final : detail::Job {
  Plain prepared, runs;
  void run() noexcept override {
    MODEL_CHECK(prepared.get() == 1);
    runs.add(1);
    MODEL_CHECK(runs.get() == 1);
  }
};

/// The owner pushes `count` jobs and takes what is left; thieves take what they get.
void steal_from_owner(int count, int thieves, bool pops_between) {
  Once jobs[3];
  {
    detail::JobDeque deque;
    auto thief = [&] {
      if (detail::Job* job = deque.steal()) job->run();
    };
    std::optional<Go> others[2];
    for (int i = 0; i < thieves; ++i) others[i].emplace(thief);
    for (int i = 0; i < count; ++i) {
      jobs[i].prepared.set(1);
      if (!deque.push(jobs[i])) jobs[i].run();
      if (pops_between) {
        if (detail::Job* job = deque.pop()) job->run();
      }
    }
    while (detail::Job* job = deque.pop()) job->run();
    for (auto& other : others)
      if (other) other->join();
    MODEL_CHECK(deque.is_empty());
  }
  for (int i = 0; i < count; ++i) MODEL_CHECK(jobs[i].runs.get() == 1);
}

TEST(JobDeque, OneThief) {
  verify({}, [] { steal_from_owner(1, 1, false); });
  verify({}, [] { steal_from_owner(2, 1, false); });
  verify(reduced(), [] { steal_from_owner(3, 1, true); });
}
TEST(JobDeque, TwoThieves) {
  verify(bounded(), [] { steal_from_owner(2, 2, false); });
}

/// A worker that sleeps while there is nothing; jobs come from elsewhere, or from another worker's deque.
template <class Queue>
void worker_sleeps(int workers, int count) {
  Once jobs[2];
  Queue queue;
  detail::IdleWorkers idle;
  detail::Sleeper sleepers[2];  // as in a pool, they live until nobody can notify them any more
  auto work = [&](detail::Sleeper& worker, int wanted) {
    idle.begin_search();
    for (int done = 0; done < wanted;) {
      detail::Job* job = nullptr;
      if constexpr (std::is_same_v<Queue, detail::JobDeque>) {
        job = queue.steal();
      } else {
        job = queue.pop();
      }
      if (job == nullptr) {
        idle.sleep(worker, [&] { return !queue.is_empty(); });
        continue;
      }
      if (idle.end_search() && !queue.is_empty()) idle.notify_one();
      job->run();
      if (++done < wanted) idle.begin_search();
    }
  };
  {
    std::optional<Go> others[2];
    for (int i = 0; i < workers; ++i)
      others[i].emplace([&, i, wanted = count / workers] { work(sleepers[i], wanted); });
    for (int i = 0; i < count; ++i) {
      jobs[i].prepared.set(1);
      queue.push(jobs[i]);
      idle.notify_one();
    }
  }
  for (int i = 0; i < count; ++i) MODEL_CHECK(jobs[i].runs.get() == 1);
}

TEST(IdleWorkers, NoJobIsOverslept) {
  verify(reduced(), [] { worker_sleeps<detail::JobDeque>(1, 1); });
  verify(bounded(), [] { worker_sleeps<detail::SharedJobs>(1, 2); });
}
TEST(IdleWorkers, TwoWorkers) {
  sample(3000, [] { worker_sleeps<detail::JobDeque>(2, 2); });
  sample(3000, [] { worker_sleeps<detail::SharedJobs>(2, 2); });
}

/// Runs what is scheduled, in whatever thread comes.
struct Queue final : detail::Executor {
  detail::SharedJobs jobs;
  Plain forgotten;
  void schedule(detail::RootBase& root) noexcept override { jobs.push(root); }
  void schedule_last(detail::RootBase& root) noexcept override { jobs.push(root); }
  void forget(detail::RootBase&) noexcept override { forgotten.add(1); }
};

/// Ends once it sees `is_set`; whoever sets it calls the waker. What it sees in its first run, it may see early; a
/// second one has been caused by the waker, and sees all that was done before.
struct Waits final : detail::Root<int> {
  Waits(detail::Shared<detail::Executor> executor, Plain& held, detail::Atomic<bool>& set)
      : Root(std::move(executor)), data(held), is_set(set) {}
  bool step() noexcept override {
    steps.add(1);
    if (steps.get() == 1 && !is_set.load(std::memory_order_relaxed)) return false;
    outcome_.set(steps.get() == 1 ? 1 : data.get());
    return true;
  }
  Plain& data;
  detail::Atomic<bool>& is_set;
  Plain steps;  ///< a race if two threads run it
};

/// One thread wakes the task, another waits for its end; `runners` run it.
void wake_and_join(int runners, bool waits, bool aborts) {
  detail::Shared<Queue> queue(new Queue);
  Plain data;
  detail::Atomic<bool> is_set{false};
  detail::Atomic<bool> is_over{false};
  auto* root = new Waits(queue, data, is_set);
  queue->jobs.push(*root);
  auto run = [&] {
    while (!root->has_ended()) {
      if (detail::Job* job = queue->jobs.pop()) {
        job->run();
      } else {
        await_change();
      }
    }
  };
  Waker waker(*root);
  {
    Go waking([&, waker] {
      data.set(1);
      is_set.store(true, std::memory_order_relaxed);
      waker.wake();
    });
    std::optional<Go> second;
    if (runners == 2) second.emplace(run);
    if (aborts) root->abort();
    if (waits) {
      auto* thread = new detail::ThreadWaker;
      Go running(run);
      while (!root->await_end(Waker(*thread))) thread->sleep();
      thread->release();
      MODEL_CHECK(root->take() == 1);
    } else {
      run();
      try {
        MODEL_CHECK(root->take() == 1);
      } catch (const Cancelled&) {
        MODEL_CHECK(aborts);
      }
    }
  }
  MODEL_CHECK(queue->forgotten.get() == 1);
  root->leave();
}

TEST(Root, NoWakeUpIsLost) {
  verify(reduced(), [] { wake_and_join(1, false, false); });
  verify(bounded(1), [] { wake_and_join(2, false, false); });
}
TEST(Root, ItsEndIsSeen) {
  verify(bounded(), [] { wake_and_join(1, true, false); });
}
TEST(Root, AbortAtAnyMoment) {
  verify(bounded(1), [] { wake_and_join(2, false, true); });
}

/// The result is dropped by whoever comes last, the handle or the task.
void handle_leaves() {
  detail::Shared<Queue> queue(new Queue);
  auto* root = new detail::CallRoot<Payload, Payload (*)(int), int>(queue, [](int n) { return Payload(n); }, 1);
  Go running([&] { root->run(); });
  root->leave();
  running.join();
  MODEL_CHECK(queue->forgotten.get() == 1);
}
TEST(Root, TheResultIsDroppedOnce) { verify({}, handle_leaves); }

void task_receives(int messages) {
  auto [sender, receiver] = channel<Payload>();
  Go producer([messages, s = std::move(sender)]() mutable {
    Sender<Payload> mine(std::move(s));
    for (int i = 0; i < messages; ++i) MODEL_CHECK(mine.send(Payload(i)).has_value());
  });
  Receiver<Payload> mine(std::move(receiver));
  for (int i = 0; i < messages; ++i) {
    auto message = block_on(mine.recv_async());
    MODEL_CHECK(message.has_value() && message->number() == i);
  }
  MODEL_CHECK(!block_on(mine.recv_async()));
}
void task_sends(std::size_t bound, int messages) {
  auto [sender, receiver] = sync_channel<Payload>(bound);
  Go producer([messages, s = std::move(sender)]() mutable {
    SyncSender<Payload> mine(std::move(s));
    for (int i = 0; i < messages; ++i) MODEL_CHECK(block_on(mine.send_async(Payload(i))).has_value());
  });
  Receiver<Payload> mine(std::move(receiver));
  for (int i = 0; i < messages; ++i) {
    auto message = mine.recv();
    MODEL_CHECK(message.has_value() && message->number() == i);
  }
}
void task_awaits_oneshot(bool sends) {
  auto [sender, receiver] = oneshot<Payload>();
  Go producer([sends, s = std::move(sender)]() mutable {
    OneSender<Payload> mine(std::move(s));
    if (sends) (void)mine.send(Payload(1));
  });
  auto message = block_on(std::move(receiver));
  MODEL_CHECK(message.has_value() == sends);
}

TEST(AsyncEnds, Receive) {
  verify(bounded(), [] { task_receives(1); });
  sample(2000, [] { task_receives(3); });
}
TEST(AsyncEnds, Send) {
  verify(bounded(), [] { task_sends(0, 1); });
  sample(2000, [] { task_sends(1, 3); });
  sample(2000, [] { task_sends(0, 2); });
}
TEST(AsyncEnds, Oneshot) {
  verify(bounded(), [] { task_awaits_oneshot(true); });
  verify(bounded(), [] { task_awaits_oneshot(false); });
}

void two_tasks_lock() {
  AsyncMutex<Plain> mutex;
  auto add = [](const AsyncMutex<Plain>& to) -> Task<> {
    auto guard = co_await to.lock();
    guard->add(1);
  };
  {
    Go other([&] { block_on(add(mutex)); });
    block_on(add(mutex));
  }
  MODEL_CHECK(mutex.get_mut().get() == 2);
}
TEST(AsyncMutex, TwoTasks) { verify(bounded(), two_tasks_lock); }

/// The caller's and a helper's pieces of a loop; the helper may come too late, when the caller's frame is gone.
void loop_with_helper(std::size_t count) {
  std::optional<Go> helper;
  {
    Plain done[3];
    auto body = [](void* context, std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) static_cast<Plain*>(context)[i].add(1);
    };
    detail::Shared<detail::Loop> loop(new detail::Loop(count, 2, body, done));
    helper.emplace([loop] { loop->work(); });
    loop->work();
    loop->wait();
    for (std::size_t i = 0; i < count; ++i) MODEL_CHECK(done[i].get() == 1);
  }
}
TEST(Loop, TheCallerWaitsForWhatIsClaimed) {
  verify(reduced(), [] { loop_with_helper(1); });
  verify(bounded(), [] { loop_with_helper(3); });
}

TEST(Weakened, JobDeque) {
  expect_survivors("job_deque.h",
                   {{{}, [] { steal_from_owner(1, 1, false); }},
                    {{}, [] { steal_from_owner(2, 1, false); }},
                    {reduced(), [] { steal_from_owner(3, 1, true); }},
                    {bounded(), [] { steal_from_owner(2, 2, false); }},
                    {reduced(), [] { worker_sleeps<detail::JobDeque>(1, 1); }}},
                   {
                       "push load acquire to relaxed",               // (delayed)
                       "pop compare_exchange seq_cst to acq_rel",    // (one way)
                       "steal compare_exchange seq_cst to acq_rel",  // (one way)
                   });
}
TEST(Weakened, IdleWorkers) {
  expect_survivors("idle_workers.h",
                   {{reduced(), [] { worker_sleeps<detail::JobDeque>(1, 1); }},
                    {random(2000), [] { worker_sleeps<detail::JobDeque>(2, 2); }}},
                   {
                       "begin_search modify seq_cst to acq_rel",  // (one way)
                       "notify_one modify seq_cst to acq_rel",    // (one way)
                   });
}
TEST(Weakened, Job) {
  expect_survivors("job.h", {{bounded(), [] { worker_sleeps<detail::SharedJobs>(1, 1); }}}, {});
}
TEST(Weakened, Root) {
  expect_survivors("root.h",
                   {{reduced(), [] { wake_and_join(1, false, false); }},
                    {bounded(), [] { wake_and_join(1, true, false); }},
                    {bounded(1), [] { wake_and_join(2, false, false); }},
                    {{}, handle_leaves}},
                   {
                       "call modify acq_rel to release",   // (half)
                       "leave modify acq_rel to acquire",  // (half)
                       "run modify acq_rel to release",    // (half)
                   });
}
TEST(Weakened, Waker) {
  auto sleep = [](bool in_time) {
    Plain data;
    auto* thread = new detail::ThreadWaker;
    detail::Deadline deadline{};
    {
      Go waking([&data, waker = Waker(*thread)] {
        data.set(1);
        waker.wake();
      });
      if (thread->sleep(in_time ? nullptr : &deadline)) MODEL_CHECK(data.get() == 1);
    }
    thread->release();
  };
  expect_survivors("waker.h", {{{}, [=] { sleep(true); }}, {{}, [=] { sleep(false); }}},
                   {
                       "sleep compare_exchange acquire to relaxed",  // (again) in consume
                   });
}
TEST(Weakened, Loop) {
  Options spinning = reduced();
  spinning.spin = true;
  expect_survivors("par_loop.h",
                   {{reduced(), [] { loop_with_helper(1); }},
                    {bounded(), [] { loop_with_helper(3); }},
                    {spinning, [] { loop_with_helper(1); }}},
                   {
                       // The counting of who is inside must come before what is claimed:
                       "claim compare_exchange acq_rel to acquire",  // (delayed)
                       "claim compare_exchange acq_rel to release",  // (delayed)
                       "work modify acq_rel to release",             // (half)
                   });
}

}  // namespace
}  // namespace ferrule::model
