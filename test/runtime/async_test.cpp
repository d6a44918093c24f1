#include "support.h"

#include <ferrule/async_time.h>
#include <ferrule/join_all.h>
#include <ferrule/local_executor.h>
#include <ferrule/task.h>
#include <ferrule/thread.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;

Task<int> number(int n) { co_return n; }
Task<std::string> twice(std::string text) { co_return text + text; }
Task<> fail(const char* why) {
  throw std::runtime_error(why);
  co_return;
}

TEST(Task, GivesItsResult) {
  EXPECT_EQ(block_on(number(5)), 5);
  EXPECT_EQ(block_on(twice("ab")), "abab");
}

TEST(Task, IsLazy) {
  bool has_run = false;
  auto mark = [](bool& flag) -> Task<> {
    flag = true;
    co_return;
  };
  auto task = mark(has_run);
  EXPECT_FALSE(has_run);
  block_on(std::move(task));
  EXPECT_TRUE(has_run);
}

TEST(Task, AwaitsOthers) {
  auto sum = []() -> Task<int> {
    int total = 0;
    for (int i = 1; i <= 4; ++i) total += co_await number(i);
    co_return total;
  };
  EXPECT_EQ(block_on(sum()), 10);
}

TEST(Task, GivesReferencesAndWhatOnlyMoves) {
  int variable = 1;
  auto refer = [](int& to) -> Task<int&> { co_return to; };
  auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  auto use = [&]() -> Task<int> {
    int& same = co_await refer(variable);
    same = 5;
    co_return *co_await make();
  };
  EXPECT_EQ(block_on(use()), 7);
  EXPECT_EQ(variable, 5);
  EXPECT_EQ(&block_on(refer(variable)), &variable);
}

TEST(Task, ThrowsWhatTheCoroutineThrows) {
  EXPECT_THROW(block_on(fail("no")), std::runtime_error);
  auto catcher = []() -> Task<std::string> {
    try {
      co_await fail("caught");
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
    co_return "";
  };
  EXPECT_EQ(block_on(catcher()), "caught");
}

TEST(Task, IsUsedOnce) {
  auto task = number(1);
  auto other = std::move(task);
  EXPECT_FALSE(task);
  EXPECT_TRUE(other);
  EXPECT_THROW(block_on(std::move(task)), std::system_error);
  EXPECT_EQ(block_on(std::move(other)), 1);
}

Task<> hold(Counted held) {
  Counted local;
  co_await async::sleep_for(1h);
  (void)held;
}

TEST(Task, DestroyingItDestroysItsFrame) {
  {
    auto never_begun = hold(Counted(1));
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
  auto nested = []() -> Task<> { co_await hold(Counted(1)); };
  EXPECT_FALSE(block_on(timeout(1ms, nested())));
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Task, AwaitingAMillionTimesNeedsNoStack) {
  auto in_a_row = []() -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await number(1);
    co_return sum;
  };
  EXPECT_EQ(block_on(in_a_row()), 1'000'000);
  struct Deep {
    static Task<int> below(int depth) {
      if (depth == 0) co_return 0;
      co_return 1 + co_await below(depth - 1);
    }
  };
  EXPECT_EQ(block_on(Deep::below(100'000)), 100'000);
}

TEST(JoinAll, WaitsForAll) {
  auto both = []() -> Task<std::string> {
    auto [n, text, nothing] = co_await join_all(number(3), twice("x"), async::sleep_for(1ms));
    static_assert(std::is_same_v<decltype(nothing), std::monostate>);
    co_return text + std::to_string(n);
  };
  EXPECT_EQ(block_on(both()), "xx3");
}

TEST(JoinAll, OfAVector) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(number(i));
  EXPECT_EQ(block_on(join_all(std::move(tasks))), (std::vector{0, 1, 2, 3, 4}));
  EXPECT_TRUE(block_on(join_all(std::vector<Task<int>>())).empty());
}

TEST(JoinAll, ThrowsTheFirstExceptionWhenAllHaveEnded) {
  int ended = 0;
  auto late = [&ended]() -> Task<> {
    co_await async::sleep_for(2ms);
    ++ended;
  };
  EXPECT_THROW(block_on(join_all(fail("first"), late())), std::runtime_error);
  EXPECT_EQ(ended, 1);
  std::vector<Task<>> tasks;
  tasks.push_back(late());
  tasks.push_back(fail("first"));
  EXPECT_THROW(block_on(join_all(std::move(tasks))), std::runtime_error);
  EXPECT_EQ(ended, 2);
}

TEST(JoinAll, WhatATaskTookDiesWhenItEnds) {
  auto take = [](Counted) -> Task<> { co_return; };
  auto look = []() -> Task<int> {
    co_await async::yield_now();
    co_return Counted::alive.load();
  };
  auto task = take(Counted(1));
  auto [nothing, alive] = block_on(join_all(std::move(task), look()));
  (void)nothing;
  EXPECT_EQ(alive, 0);
}

TEST(JoinAll, TakesTurns) {
  std::string trace;
  auto step = [&trace](char name) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      trace += name;
      co_await async::yield_now();
    }
  };
  block_on(join_all(step('a'), step('b')));
  EXPECT_EQ(trace, "ababab");
}

TEST(Race, TakesTheFirstAndCancelsTheOther) {
  auto slow = [](Counted) -> Task<int> {
    co_await async::sleep_for(1h);
    co_return 1;
  };
  auto result = block_on(race(slow(Counted(1)), twice("y")));
  ASSERT_EQ(result.index(), 1u);
  EXPECT_EQ(std::get<1>(result), "yy");
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THROW(block_on(race(fail("lost"), slow(Counted(1)))), std::runtime_error);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Timeout, GivesTheResultInTime) {
  auto result = block_on(timeout(1h, number(4)));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 4);
  EXPECT_TRUE(block_on(timeout(1h, async::sleep_for(1ms))));
  EXPECT_THROW((void)block_on(timeout(1h, fail("in time"))), std::runtime_error);
}

TEST(SleepFor, SleepsThatLongAndInOrder) {
  auto start = std::chrono::steady_clock::now();
  block_on(async::sleep_for(5ms));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 5ms);
  block_on(async::sleep_until(std::chrono::system_clock::now() + 2ms));

  std::vector<int> order;
  auto sleeper = [&order](int ms) -> Task<> {
    co_await async::sleep_for(std::chrono::milliseconds(ms));
    order.push_back(ms);
  };
  block_on(join_all(sleeper(40), sleeper(1), sleeper(20)));
  EXPECT_EQ(order, (std::vector{1, 20, 40}));
}

TEST(SleepFor, ManyThatAreCancelledInAnyOrder) {
  auto sleepers = [](int seed) -> Task<> {
    std::vector<Task<Expected<void, TimedOut>>> all;
    for (int i = 0; i < 100; ++i) {
      auto one = [](int ms) -> Task<Expected<void, TimedOut>> {
        co_return co_await timeout(std::chrono::milliseconds(ms % 7), async::sleep_for(std::chrono::milliseconds(ms)));
      };
      all.push_back(one((i * seed) % 13));
    }
    (void)co_await join_all(std::move(all));
  };
  block_on(join_all(sleepers(3), sleepers(7), sleepers(11)));
}

TEST(PollFn, AwaitsAForeignEvent) {
  std::atomic<bool> has_come = false;
  std::thread other;
  auto event = poll_fn([&](const Waker& waker) -> std::optional<int> {
    if (has_come) return 9;
    if (!other.joinable()) {
      other = std::thread([&has_come, waker] {
        has_come = true;
        waker.wake();
      });
    }
    return std::nullopt;
  });
  EXPECT_EQ(block_on(std::move(event)), 9);
  other.join();
  auto throws = poll_fn([](const Waker&) -> bool { throw std::runtime_error("broken"); });
  EXPECT_THROW(block_on(std::move(throws)), std::runtime_error);
}

TEST(LocalExecutor, RunsTasksInTurns) {
  LocalExecutor executor;
  std::string trace;
  auto step = [&trace](char name) -> Task<char> {
    for (int i = 0; i < 2; ++i) {
      trace += name;
      co_await async::yield_now();
    }
    co_return name;
  };
  auto a = executor.spawn(step('a'));
  auto b = executor.spawn(step, 'b');
  auto both = [](auto first, auto second) -> Task<std::string> {
    std::string names;
    names += co_await std::move(second);
    names += co_await std::move(first);
    co_return names;
  };
  EXPECT_EQ(executor.block_on(both(std::move(a), std::move(b))), "ba");
  EXPECT_EQ(trace, "abab");
}

TEST(LocalExecutor, RunsPlainFunctionsAndKeepsClosures) {
  LocalExecutor executor;
  auto three = executor.spawn([](int n) { return n + 1; }, 2);
  auto text = executor.spawn([text = std::string("a closure lives as long as its coroutine")]() -> Task<std::string> {
    co_await async::yield_now();
    co_return text;
  });
  executor.run();
  EXPECT_TRUE(three.is_finished());
  EXPECT_EQ(executor.block_on(std::move(three)), 3);
  EXPECT_EQ(executor.block_on(std::move(text)), "a closure lives as long as its coroutine");
}

TEST(LocalExecutor, ADroppedHandleLetsTheTaskRun) {
  LocalExecutor executor;
  int ended = 0;
  auto count = [&ended]() -> Task<> {
    co_await async::yield_now();
    ++ended;
  };
  {
    auto dropped = executor.spawn(count());
  }
  executor.run();
  EXPECT_EQ(ended, 1);
  EXPECT_FALSE(executor.run_once());
}

TEST(LocalExecutor, AbortCancels) {
  LocalExecutor executor;
  auto handle = executor.spawn(hold(Counted(1)));
  executor.run_once();
  EXPECT_EQ(Counted::alive, 2);
  handle.abort();
  executor.run();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THROW(executor.block_on(std::move(handle)), Cancelled);
}

TEST(LocalExecutor, DestroyingItCancelsItsTasks) {
  {
    LocalExecutor executor;
    auto one = executor.spawn(hold(Counted(1)));
    auto never_begun = executor.spawn(hold(Counted(1)));
    executor.run_once();
    auto later = executor.spawn(hold(Counted(1)));
    auto waits =
        executor.spawn([](LocalTaskHandle<void> other) -> Task<> { co_await std::move(other); }, std::move(one));
    executor.run_once();
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(LocalExecutor, IsWokenByOtherThreads) {
  LocalExecutor executor;
  int sum = 0;
  std::vector<LocalTaskHandle<void>> handles;
  for (int i = 0; i < 50; ++i) {
    handles.push_back(executor.spawn([&sum, i]() -> Task<> {
      co_await async::sleep_for(std::chrono::microseconds(i * 20));
      sum += i;
    }));
  }
  executor.run();
  EXPECT_EQ(sum, 49 * 50 / 2);
}

TEST(LocalExecutor, ThrowsWhatATaskThrows) {
  LocalExecutor executor;
  EXPECT_THROW(executor.block_on(fail("no")), std::runtime_error);
  EXPECT_THROW(executor.block_on(executor.spawn(fail("no"))), std::runtime_error);
  static std::atomic<int> lost = 0;
  auto before = set_unobserved_exception_hook([](std::exception_ptr) noexcept { ++lost; });
  {
    auto dropped = executor.spawn(fail("nobody asks"));
  }
  executor.run();
  EXPECT_EQ(lost, 1);
  set_unobserved_exception_hook(before);
}

static_assert(!Send<LocalTaskHandle<int>> && !Send<LocalExecutor>);
static_assert(Send<Waker> && Sync<Waker>);
static_assert(send_verdict<Task<int>> == Verdict::Unknown);
static_assert(send_verdict<Task<LocalTaskHandle<int>>> == Verdict::No);

}  // namespace
}  // namespace ferrule
