#include "support.h"

#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;

TEST(Spawn, GivesBackTheResult) {
  auto handle = spawn([](int a, std::unique_ptr<int> b) { return a + *b; }, 1, std::make_unique<int>(2));
  EXPECT_EQ(handle.join(), 3);
  EXPECT_FALSE(handle.is_joinable());
  EXPECT_THROW(handle.join(), std::system_error);
}

TEST(Spawn, TakesMembersAndMoveOnlyCallables) {
  struct Counter {
    int value = 4;
    int get() const { return value; }
  };
  EXPECT_EQ(spawn(&Counter::get, Counter{}).join(), 4);
  EXPECT_EQ(*spawn([p = std::make_unique<int>(5)]() mutable { return std::move(p); }).join(), 5);
}

TEST(Spawn, JoinThrowsWhatTheThreadThrew) {
  auto handle = spawn([]() -> int { throw std::runtime_error("lost"); });
  EXPECT_THROW(handle.join(), std::runtime_error);
  auto other = spawn([] { throw 7; });
  auto result = other.try_join();
  ASSERT_FALSE(result.has_value());
  EXPECT_THROW(std::rethrow_exception(result.error()), int);
  EXPECT_EQ(*spawn([] { return 8; }).try_join(), 8);
}

TEST(Spawn, DestroysTheCallableOnTheThread) {
  spawn([counted = Counted(1)] {}).join();
  EXPECT_EQ(Counted::alive, 0);
  std::atomic<bool> is_done = false;
  spawn([&is_done] { is_done = true; }).detach();
  while (!is_done) yield_now();
}

std::atomic<int> unobserved = 0;

TEST(Spawn, ExceptionOfADroppedThreadGoesToTheHook) {
  auto* previous = set_unobserved_exception_hook([](std::exception_ptr) noexcept { ++unobserved; });
  {
    auto dropped = spawn([] { throw 1; });
  }
  {
    auto finished = spawn([] { throw 1; });
    while (!finished.is_finished()) yield_now();
  }
  while (unobserved != 2) yield_now();
  set_unobserved_exception_hook(previous);
}

TEST(Builder, NamesTheThreadAndSizesItsStack) {
  auto handle = Builder().name("a rather long name").stack_size(16 << 20).spawn([] {
    char large[9 << 20];
    for (char& c : large) c = 1;
    return current().name() + std::to_string(large[7]);
  });
  ASSERT_TRUE(handle.has_value());
  EXPECT_EQ(handle->thread().name(), "a rather long name");
  EXPECT_EQ(handle->join(), "a rather long name1");
}

TEST(Builder, SaysWhyThereIsNoThread) {
  auto handle = Builder().stack_size(std::size_t(1) << 60).spawn([counted = Counted(1)] {});
  ASSERT_FALSE(handle.has_value());
  EXPECT_TRUE(handle.error());
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Thread, EachHasAnIdOfItsOwn) {
  auto mine = current().id();
  EXPECT_EQ(mine, current().id());
  auto handle = spawn([] { return current().id(); });
  auto theirs = handle.thread().id();
  EXPECT_EQ(handle.join(), theirs);
  EXPECT_NE(mine, theirs);
  EXPECT_GE(available_parallelism(), 1u);
}

TEST(Park, UnparkBeforeAndAfter) {
  current().unpark();
  current().unpark();
  park();  // the token is one, however often it was given
  EXPECT_FALSE(park_for(1ms));
  auto handle = spawn([] {
    park();
    return park_for(60s);
  });
  handle.thread().unpark();
  while (!handle.is_finished()) {
    handle.thread().unpark();
    yield_now();
  }
  EXPECT_TRUE(handle.join());
}

TEST(Park, PingPong) {
  auto main = current();
  std::atomic<int> turn = 0;
  auto other = spawn([&] {
    for (int i = 0; i < 500; ++i) {
      while (turn != 2 * i + 1) park();
      turn = 2 * i + 2;
      main.unpark();
    }
  });
  for (int i = 0; i < 500; ++i) {
    turn = 2 * i + 1;
    other.thread().unpark();
    while (turn != 2 * i + 2) park();
  }
  other.join();
}

TEST(Scope, WaitsForAllAndBorrows) {
  std::vector<int> numbers(8, 1);
  int sum = scope([&](Scope& threads) {
    for (int& n : numbers) threads.spawn([&n] { n *= 2; });
    return 7;
  });
  EXPECT_EQ(sum, 7);
  EXPECT_EQ(numbers, std::vector<int>(8, 2));
}

TEST(Scope, ThreadsSpawnMore) {
  std::atomic<int> count = 0;
  scope([&](Scope& threads) {
    threads.spawn([&] {
      for (int i = 0; i < 5; ++i) threads.spawn([&] { ++count; });
      ++count;
    });
  });
  EXPECT_EQ(count, 6);
}

TEST(Scope, GivesBackFinishedThreadsWhileItLasts) {
  std::atomic<int> count = 0;
  scope([&](Scope& threads) {
    auto kept = threads.spawn([] { return 3; });
    for (int i = 0; i < 300; ++i) threads.spawn([&count] { ++count; });
    EXPECT_EQ(kept.join(), 3);
  });
  EXPECT_EQ(count, 300);
}

TEST(Scope, RethrowsAfterAllHaveEnded) {
  std::atomic<int> ended = 0;
  EXPECT_THROW(scope([&](Scope& threads) {
                 threads.spawn([] { throw std::runtime_error("first"); });
                 threads.spawn([&] {
                   sleep_for(2ms);
                   ++ended;
                 });
               }),
               std::runtime_error);
  EXPECT_EQ(ended, 1);
  EXPECT_THROW(scope([&](Scope& threads) {
                 threads.spawn([&] {
                   sleep_for(2ms);
                   ++ended;
                 });
                 throw 1;
               }),
               int);
  EXPECT_EQ(ended, 2);
}

TEST(Scope, AnExceptionThatWasJoinedIsNotThrownAgain) {
  int caught = scope([](Scope& threads) {
    auto handle = threads.spawn([]() -> int { throw 4; });
    try {
      return handle.join();
    } catch (int value) {
      return value;
    }
  });
  EXPECT_EQ(caught, 4);
}

TEST(Scope, GivesBackReferences) {
  int local = 1;
  int& same = scope([&](Scope&) -> int& { return local; });
  EXPECT_EQ(&same, &local);
}

}  // namespace
}  // namespace ferrule
