#include "support.h"

#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;

TEST(Condvar, WakesWhoWaitsForTheData) {
  Mutex<bool> ready(false);
  Condvar changed;
  scope([&](Scope& threads) {
    auto waiter = threads.spawn([&] {
      auto guard = ready.lock();
      changed.wait_while(guard, [](bool& r) { return !r; });
      return *guard == true;
    });
    {
      auto guard = ready.lock();
      *guard = true;
    }
    changed.notify_one();
    EXPECT_TRUE(waiter.join());
  });
}

TEST(Condvar, TimesOut) {
  Mutex<int> m(0);
  Condvar changed;
  auto guard = m.lock();
  EXPECT_FALSE(changed.wait_timeout(guard, 1ms));
  EXPECT_FALSE(changed.wait_timeout_while(guard, 1ms, [](int& n) { return n == 0; }));
  EXPECT_TRUE(changed.wait_timeout_while(guard, 1ms, [](int& n) { return n == 1; }));
}

TEST(Condvar, NotifyAllReachesAll) {
  Mutex<int> round(0);
  Condvar changed;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&] {
        for (int i = 1; i <= 50; ++i) {
          auto guard = round.lock();
          changed.wait_while(guard, [i](int& r) { return r < i; });
        }
      });
    }
    for (int i = 1; i <= 50; ++i) {
      round.set(i);
      changed.notify_all();
    }
  });
}

TEST(Once, RunsOnceAndOthersWait) {
  Once once;
  int runs = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&] {
        once.call([&] {
          sleep_for(1ms);
          ++runs;
        });
        EXPECT_EQ(runs, 1);
      });
    }
  });
  EXPECT_TRUE(once.is_completed());
}

TEST(Once, TriesAgainAfterAnException) {
  Once once;
  EXPECT_THROW(once.call([] { throw 1; }), int);
  EXPECT_FALSE(once.is_completed());
  once.call([] {});
  EXPECT_TRUE(once.is_completed());
}

TEST(OnceLock, IsFilledOnce) {
  OnceLock<std::string> place;
  EXPECT_EQ(place.get(), nullptr);
  EXPECT_TRUE(place.set("first"));
  auto refused = place.set("second");
  EXPECT_EQ(refused.error(), "second");
  EXPECT_EQ(*place.get(), "first");
  EXPECT_EQ(place.get_or_init([] { return std::string("third"); }), "first");
  EXPECT_EQ(std::move(place).into_inner(), "first");
}

TEST(OnceLock, OneOfSeveralMakesTheValue) {
  OnceLock<Counted> place;
  std::atomic<int> made = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&] {
        EXPECT_EQ(place
                      .get_or_init([&] {
                        ++made;
                        return Counted(6);
                      })
                      .value,
                  6);
      });
    }
  });
  EXPECT_EQ(made, 1);
}

LazyLock<std::string> greeting(+[] { return std::string("hello"); });

TEST(LazyLock, IsMadeWhenNeeded) {
  EXPECT_EQ(*greeting, "hello");
  EXPECT_EQ(greeting->size(), 5u);
  int calls = 0;
  LazyLock lazy([&calls] { return ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(*lazy + *lazy, 2);
}

TEST(Barrier, HasOneLeaderEachRound) {
  constexpr int count = 3, rounds = 100;
  Barrier barrier(count);
  std::atomic<int> leaders = 0, arrived = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < count; ++t) {
      threads.spawn([&] {
        for (int i = 1; i <= rounds; ++i) {
          ++arrived;
          if (barrier.wait()) ++leaders;
          EXPECT_GE(arrived, i * count);
          barrier.wait();
        }
      });
    }
  });
  EXPECT_EQ(leaders, rounds);
  EXPECT_TRUE(Barrier(0).wait());
}

TEST(Latch, LetsAllThroughAtZero) {
  Latch latch(3);
  EXPECT_FALSE(latch.try_wait());
  EXPECT_FALSE(latch.wait_for(1ms));
  scope([&](Scope& threads) {
    for (int t = 0; t < 2; ++t) threads.spawn([&latch] { latch.arrive_and_wait(); });
    threads.spawn([&latch] { latch.wait(); });
    latch.count_down();
  });
  EXPECT_TRUE(latch.try_wait());
}

TEST(Semaphore, LetsOnlySoManyIn) {
  Semaphore permits(2);
  std::atomic<int> inside = 0, most = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&] {
        for (int i = 0; i < 200; ++i) {
          permits.acquire();
          int now = ++inside;
          int seen = most;
          while (seen < now && !most.compare_exchange_weak(seen, now)) {
          }
          --inside;
          permits.release();
        }
      });
    }
  });
  EXPECT_LE(most, 2);
  EXPECT_TRUE(permits.try_acquire());
  EXPECT_TRUE(permits.try_acquire());
  EXPECT_FALSE(permits.try_acquire());
  EXPECT_FALSE(permits.try_acquire_for(1ms));
  permits.release(2);
  EXPECT_TRUE(permits.try_acquire_for(1ms));
}

TEST(ReentrantLock, ItsOwnerMayLockAgain) {
  ReentrantLock<std::atomic<int>*> lock(nullptr);
  std::atomic<int> value = 0;
  lock.get_mut() = &value;
  scope([&](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&lock] {
        for (int i = 0; i < 500; ++i) {
          auto outer = lock.lock();
          auto inner = lock.lock();
          int seen = (*inner)->load();
          (*outer)->store(seen + 1);
        }
      });
    }
  });
  EXPECT_EQ(value, 1500);
  auto held = lock.lock();
  EXPECT_TRUE(lock.try_with_lock([](auto&) {}));
  EXPECT_FALSE(spawn([&lock] { return lock.try_with_lock([](auto&) {}); }).join());
}

TEST(Rc, CountsWithinAThread) {
  {
    Rc a(Counted(1));
    Rc b = a;
    EXPECT_EQ(a.strong_count(), 2u);
    EXPECT_TRUE(ptr_eq(a, b));
    EXPECT_EQ(a.get_mut(), nullptr);
    b = Rc(Counted(2));
    EXPECT_EQ(b->value, 2);
    EXPECT_NE(a.get_mut(), nullptr);
    auto c = std::move(a);
    EXPECT_EQ(c->value, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Snapshot, ReadersKeepTheirVersion) {
  Snapshot<std::string> config(std::string("one"));
  auto mine = config.load();
  config.store(std::string("two"));
  EXPECT_EQ(*mine, "one");
  EXPECT_EQ(*config.load(), "two");
  EXPECT_FALSE(config.compare_exchange(mine, Arc(std::string("three"))));
  EXPECT_EQ(*config.exchange(Arc(std::string("four"))), "two");
  config.update([](const std::string& text) { return text + "!"; });
  EXPECT_EQ(*config.load(), "four!");
}

TEST(Snapshot, UpdatesAreNotLost) {
  Snapshot<long> number(0L);
  scope([&](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&number] {
        for (int i = 0; i < 300; ++i) number.update([](long n) { return n + 1; });
      });
    }
  });
  EXPECT_EQ(*number.load(), 900);
}

TEST(Poison, RemembersAnInterruptedChange) {
  Mutex<Poison<std::vector<int>>> m(Poison(std::vector<int>{1}));
  auto interrupted = [&m] {
    auto guard = m.lock();
    auto numbers = guard->access();
    numbers->push_back(2);
    throw 1;
  };
  EXPECT_THROW(interrupted(), int);
  auto guard = m.lock();
  EXPECT_TRUE(guard->is_poisoned());
  EXPECT_THROW((void)guard->access(), PoisonError);
  guard->access_anyway().pop_back();
  guard->clear();
  auto numbers = guard->access();
  EXPECT_EQ(numbers->size(), 1u);
}

TEST(SendFn, HoldsAnyCallableThatMayCross) {
  SendFn<int(int)> empty;
  EXPECT_FALSE(empty);
  SendFn<int(int)> add = [base = std::make_unique<int>(40)](int n) { return *base + n; };
  EXPECT_EQ(spawn(std::move(add), 2).join(), 42);
  static_assert(send_verdict<SendFn<void()>> == Verdict::Yes && sync_verdict<SendFn<void()>> == Verdict::No);
}

TEST(CachePadded, KeepsNeighboursApart) {
  CachePadded<std::atomic<int>> counters[2];
  *counters[0] += 1;
  EXPECT_EQ(counters[0]->load(), 1);
  EXPECT_GE(reinterpret_cast<char*>(&counters[1]) - reinterpret_cast<char*>(&counters[0]), 64);
}

TEST(LockAll, LocksInOneOrderWhateverTheArguments) {
  Mutex<long> first(100), second(100);
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&, t] {
        for (int i = 0; i < 500; ++i) {
          if (t % 2 == 0) {
            auto [a, b] = lock_all(first, second);
            a -= 1;
            b += 1;
          } else {
            auto [b, a] = lock_all(second, first);
            b -= 1;
            a += 1;
          }
        }
      });
    }
  });
  EXPECT_EQ(first.get() + second.get(), 200);
  EXPECT_EQ(first.get(), 100);
  EXPECT_THROW((void)lock_all(first, first), std::system_error);
}

TEST(Par, MapsInOrder) {
  std::vector<int> numbers(100);
  for (int i = 0; i < 100; ++i) numbers[static_cast<std::size_t>(i)] = i;
  auto squares = par_map(numbers, [](int n) { return n * n; });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(squares[static_cast<std::size_t>(i)], i * i);
  par_for_each(numbers, [](int& n) { n += 1; });
  EXPECT_EQ(numbers.front(), 1);
  EXPECT_EQ(numbers.back(), 100);
  EXPECT_TRUE(par_map(std::vector<int>{}, [](int n) { return n; }).empty());
}

TEST(Par, RethrowsAndStops) {
  std::vector<int> numbers(1000, 1);
  std::atomic<int> calls = 0;
  EXPECT_THROW(par_for_each(numbers,
                            [&calls](int) {
                              ++calls;
                              throw std::runtime_error("stop");
                            }),
               std::runtime_error);
  EXPECT_LT(calls, 1000);
}

// The whole of this file's types, as the traits see them.
static_assert(Send<Condvar> && Sync<Condvar> && Sync<Once> && Sync<Barrier> && Sync<Latch> && Sync<Semaphore>);
static_assert(send_verdict<std::shared_ptr<Barrier>> == Verdict::Yes && send_verdict<Semaphore*> == Verdict::Yes);
static_assert(!Send<Rc<int>> && !Sync<Rc<int>> && !Send<std::vector<Rc<int>>> && !Send<Mutex<Rc<int>>>);
static_assert(sync_verdict<OnceLock<int>> == Verdict::Yes && !Sync<OnceLock<Receiver<int>>>);
static_assert(send_verdict<Snapshot<int>> == Verdict::Yes && !Send<ReentrantGuard<int>>);
static_assert(sizeof(Condvar) == 4 && sizeof(Once) == 4);

}  // namespace
}  // namespace ferrule
