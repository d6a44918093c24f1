#include "support.h"

#include <ferrule/async_mutex.h>
#include <ferrule/async_scope.h>
#include <ferrule/async_time.h>
#include <ferrule/channel.h>
#include <ferrule/join_all.h>
#include <ferrule/local_executor.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/pool.h>
#include <ferrule/scope.h>
#include <ferrule/stream.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;

template <class R>
Task<int> sum_of(R receiver) {
  int sum = 0;
  while (auto message = co_await receiver.recv_async()) sum += *message;
  co_return sum;
}
template <class S>
Task<> send_numbers(S sender, int count) {
  for (int i = 1; i <= count; ++i) {
    auto sent = co_await sender.send_async(i);
    EXPECT_TRUE(sent);
  }
}

TEST(AsyncChannel, FromThreadsToATask) {
  auto [tx, rx] = channel<int>();
  auto produce = [](Sender<int> to) {
    for (int i = 1; i <= 1000; ++i) EXPECT_TRUE(to.send(i));
  };
  auto a = spawn(produce, tx.clone());
  auto b = spawn(produce, std::move(tx));
  EXPECT_EQ(block_on(sum_of(std::move(rx))), 1001 * 1000);
  a.join();
  b.join();
}

TEST(AsyncChannel, BetweenTasksOfOneThread) {
  for (std::size_t bound : {0, 1, 3}) {
    LocalExecutor executor;
    auto [tx, rx] = sync_channel<int>(bound);
    auto a = executor.spawn(send_numbers(tx.clone(), 50));
    auto b = executor.spawn(send_numbers(std::move(tx), 50));
    EXPECT_EQ(executor.block_on(sum_of(std::move(rx))), 2 * 51 * 25) << bound;
  }
}

TEST(AsyncChannel, BetweenTasksOfAPool) {
  Pool pool(2);
  for (std::size_t bound : {0, 1, 3}) {
    auto [tx, rx] = sync_channel<int>(bound);
    auto a = pool.spawn(send_numbers(tx.clone(), 500));
    auto b = pool.spawn(send_numbers(std::move(tx), 500));
    EXPECT_EQ(pool.spawn(sum_of(std::move(rx))).join(), 2 * 501 * 250) << bound;
  }
}

TEST(AsyncChannel, TasksAndThreadsMixed) {
  for (std::size_t bound : {0, 1}) {
    auto [tx, rx] = sync_channel<int>(bound);
    auto sending = spawn([to = std::move(tx)]() mutable { block_on(send_numbers(std::move(to), 300)); });
    int sum = 0;
    for (int message : rx) sum += message;
    EXPECT_EQ(sum, 301 * 150);
    sending.join();
  }
}

TEST(AsyncChannel, ALeavingReceiverGivesMessagesBack) {
  for (std::size_t bound : {0, 1}) {
    auto [tx, rx] = sync_channel<std::unique_ptr<int>>(bound);
    auto send_two = [](SyncSender<std::unique_ptr<int>> to) -> Task<int> {
      int lost = 0;
      for (int i = 0; i < 2; ++i) {
        auto sent = co_await to.send_async(std::make_unique<int>(i));
        if (!sent) lost += *sent.error().value + 1;
      }
      co_return lost;
    };
    auto leave = [](Receiver<std::unique_ptr<int>> mine) -> Task<> {
      co_await async::yield_now();
      {
        auto gone = std::move(mine);
      }
    };
    auto [lost, nothing] = block_on(join_all(send_two(std::move(tx)), leave(std::move(rx))));
    (void)nothing;
    EXPECT_EQ(lost, bound == 0 ? 3 : 2);
  }
}

TEST(AsyncChannel, GivingUpLosesNothing) {
  for (std::size_t bound : {0, 1}) {
    auto [tx, rx] = sync_channel<Counted>(bound);
    EXPECT_FALSE(block_on(timeout(1ms, rx.recv_async())));
    auto too_many = [](SyncSender<Counted>& to, std::size_t room) -> Task<int> {
      int sent = 0;
      for (std::size_t i = 0; i < room; ++i) sent += (co_await to.send_async(Counted(1))).has_value();
      auto last = co_await timeout(1ms, to.send_async(Counted(2)));
      co_return last ? -1 : sent;
    };
    EXPECT_EQ(block_on(too_many(tx, bound)), static_cast<int>(bound));
    EXPECT_EQ(rx.len(), bound);
    EXPECT_EQ(Counted::alive, static_cast<int>(bound));
    if (bound == 1) {
      EXPECT_EQ(rx.recv()->value, 1);
    }
    EXPECT_FALSE(rx.try_recv());
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(AsyncChannel, SeveralReceiversAndSenders) {
  for (std::size_t bound : {0, 1, 4}) {
    Pool pool(2);
    auto [tx, rx] = mpmc::sync_channel<int>(bound);
    std::vector<TaskHandle<int>> sums;
    std::vector<TaskHandle<void>> senders;
    for (int i = 0; i < 3; ++i) {
      sums.push_back(pool.spawn(sum_of(rx.clone())));
      senders.push_back(pool.spawn(send_numbers(tx.clone(), 200)));
    }
    {
      auto gone = std::move(tx);
    }
    int sum = 0;
    for (int message : rx) sum += message;
    for (auto& each : sums) sum += each.join();
    EXPECT_EQ(sum, 3 * 201 * 100) << bound;
  }
}

TEST(AsyncChannel, WhoGivesUpPassesTheCallOn) {
  auto [tx, rx] = mpmc::channel<int>();
  LocalExecutor executor;
  auto first = executor.spawn(sum_of(rx.clone()));
  auto second = executor.spawn(sum_of(rx.clone()));
  executor.run_once();
  EXPECT_TRUE(tx.send(7));  // calls the first
  first.abort();
  {
    auto gone = std::move(tx);
  }
  EXPECT_EQ(executor.block_on(std::move(second)), 7);
}

TEST(AsyncOneshot, IsAwaited) {
  for (int i = 0; i < 50; ++i) {
    auto [tx, rx] = oneshot<std::string>();
    auto sender = spawn([to = std::move(tx)]() mutable { EXPECT_TRUE(to.send("answer")); });
    EXPECT_EQ(block_on(std::move(rx)), "answer");
    sender.join();
  }
  auto [tx, rx] = oneshot<int>();
  {
    auto gone = std::move(tx);
  }
  EXPECT_EQ(block_on(std::move(rx)), std::nullopt);
  auto [unused, given_up] = oneshot<int>();
  EXPECT_FALSE(block_on(timeout(1ms, std::move(given_up))));
  EXPECT_FALSE(unused.send(1));
}

TEST(AsyncMutex, GuardsMayLiveAcrossSuspensions) {
  Pool pool(2);
  AsyncMutex<int> number(0);
  auto add = [](const AsyncMutex<int>& to) -> Task<> {
    for (int i = 0; i < 50; ++i) {
      auto guard = co_await to.lock();
      int seen = *guard;
      co_await async::yield_now();
      *guard = seen + 1;
    }
  };
  std::vector<TaskHandle<void>> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(pool.spawn(add, std::cref(number)));
  for (auto& handle : handles) handle.join();
  EXPECT_EQ(number.get_mut(), 200);
}

TEST(AsyncMutex, FirstComeFirstServedAndGivingUp) {
  AsyncMutex<std::string> trace;
  auto append = [](const AsyncMutex<std::string>& to, char name) -> Task<> {
    auto guard = co_await to.lock();
    co_await async::yield_now();
    guard->push_back(name);
  };
  LocalExecutor executor;
  auto a = executor.spawn(append, std::cref(trace), 'a');
  auto b = executor.spawn(append, std::cref(trace), 'b');
  auto c = executor.spawn(append, std::cref(trace), 'c');
  executor.run_once();
  EXPECT_FALSE(trace.try_lock());
  b.abort();
  executor.run();
  EXPECT_EQ(trace.get_mut(), "ac");
  EXPECT_TRUE(trace.try_lock());
}

TEST(AsyncScope, TasksBorrowFromTheFrame) {
  auto outer = []() -> Task<int> {
    std::vector<int> numbers{1, 2, 3};
    int sum = 0;
    int size = co_await async_scope([&](AsyncScope& scope) -> Task<int> {
      for (int& number : numbers) {
        scope.spawn([&sum, &number]() -> Task<> {
          co_await async::yield_now();
          sum += number;
        });
      }
      scope.spawn([&scope, &sum]() -> Task<> {
        scope.spawn([&sum] { sum += 10; });
        co_return;
      });
      co_return static_cast<int>(numbers.size());
    });
    co_return sum * 10 + size;
  };
  EXPECT_EQ(block_on(outer()), 163);
}

TEST(AsyncScope, EndsWhenAllHaveEnded) {
  int ended = 0;
  auto fails = [&ended]() -> Task<> {
    co_await async_scope([&](AsyncScope& scope) -> Task<> {
      scope.spawn([&ended]() -> Task<> {
        co_await async::sleep_for(2ms);
        ++ended;
      });
      throw std::runtime_error("body");
      co_return;
    });
  };
  EXPECT_THROW(block_on(fails()), std::runtime_error);
  EXPECT_EQ(ended, 1);
  auto never = [](Counted) -> Task<> { co_await async::sleep_for(1h); };
  auto cancelled = async_scope([&](AsyncScope& scope) -> Task<> {
    scope.spawn(never(Counted(1)));
    co_await never(Counted(2));
  });
  EXPECT_FALSE(block_on(timeout(1ms, std::move(cancelled))));
  EXPECT_EQ(Counted::alive, 0);
}

Stream<int> count_to(int last) {
  for (int i = 1; i <= last; ++i) {
    co_await async::yield_now();
    co_yield i;
  }
}

TEST(Stream, GivesOneValueAfterTheOther) {
  auto total = [](Stream<int> numbers) -> Task<int> {
    int sum = 0;
    while (auto number = co_await numbers.next()) sum += *number;
    EXPECT_FALSE(co_await numbers.next());
    co_return sum;
  };
  EXPECT_EQ(block_on(total(count_to(100))), 5050);
  Pool pool(2);
  EXPECT_EQ(pool.spawn(total(count_to(100))).join(), 5050);
}

TEST(Stream, ThrowsWhatItsCoroutineThrows) {
  auto broken = []() -> Stream<std::string> {
    co_yield "one";
    throw std::runtime_error("two");
  };
  auto stream = broken();
  EXPECT_EQ(block_on(stream.next()), "one");
  EXPECT_THROW(block_on(stream.next()), std::runtime_error);
  EXPECT_FALSE(block_on(stream.next()));
}

TEST(Stream, GivingUpLeavesItAsItIs) {
  auto slow = [](Receiver<int> from) -> Stream<int> {
    while (auto number = co_await from.recv_async()) {
      auto [a, b] = co_await join_all(async::sleep_for(1ms), async::yield_now());
      (void)a, (void)b;
      co_yield *number * 2;
    }
  };
  auto [tx, rx] = channel<int>();
  auto stream = slow(std::move(rx));
  EXPECT_FALSE(block_on(timeout(1ms, stream.next())));
  EXPECT_TRUE(tx.send(21));
  for (int i = 0; i < 3; ++i) (void)block_on(timeout(100us, async::yield_now()));
  EXPECT_EQ(block_on(stream.next()), 42);
  {
    auto gone = std::move(tx);
  }
  EXPECT_EQ(block_on(stream.next()), std::nullopt);
}

static_assert(Send<AsyncMutexGuard<int>> && Sync<AsyncMutex<int>>);
static_assert(!Send<AsyncMutex<LocalTaskHandle<int>>>);

}  // namespace
}  // namespace ferrule
