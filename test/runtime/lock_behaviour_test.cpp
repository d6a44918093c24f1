// What Rust promises of its locks, of waiting, and of what is made once.
#include "support.h"

#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using test::Counted;
using namespace std::chrono_literals;

/// Touches a lock while an exception passes.
template <class F>
struct AtEnd {
  F f;
  ~AtEnd() { f(); }
};
template <class F>
AtEnd(F) -> AtEnd<F>;

// Mutex.
TEST(Mutex, CanBeLockedWhileAnExceptionPasses) {
  auto mutex = Arc<Mutex<int>>::make(1);
  auto thread = spawn([mutex] {
    AtEnd add{[&] { *mutex->lock().operator->() += 1; }};
    throw std::runtime_error("unwinding");
  });
  EXPECT_THROW(thread.join(), std::runtime_error);
  EXPECT_EQ(mutex->get(), 2);
}

TEST(Mutex, WhatIsReplacedDiesOrComesBack) {
  {
    Mutex<Counted> mutex(Counted(1));
    EXPECT_EQ(mutex.replace(Counted(2)).value, 1);
    mutex.set(Counted(3));
    EXPECT_EQ(Counted::alive, 1);
    EXPECT_EQ(mutex.get().value, 3);
    mutex.get_mut().value = 4;
    Counted out = std::move(mutex).into_inner();
    EXPECT_EQ(out.value, 4);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Mutex, IsReleasedIfMappingThrows) {
  struct Data {
    int number = 1;
  };
  Mutex<Data> mutex(std::in_place);
  const auto map = [&mutex] {
    auto guard = mutex.lock();
    (void)guard.map([](Data&) -> int& { throw std::runtime_error("mapping"); });
  };
  EXPECT_THROW(map(), std::runtime_error);
  EXPECT_TRUE(mutex.try_lock());
}

TEST(Mutex, KeepsManyThreadsApartWithTryLockBeside) {
  Mutex<long> mutex(0);
  std::atomic<long> added = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&, t] {
        for (int i = 0; i < 1000; ++i) {
          if (t % 2 == 0) {
            *mutex.lock().operator->() += 1;
            ++added;
          } else if (auto guard = mutex.try_lock()) {
            **guard += 1;
            ++added;
          }
        }
      });
    }
  });
  EXPECT_EQ(mutex.get(), added);
}

// RwLock.
TEST(RwLock, CanBeLockedWhileAnExceptionPasses) {
  RwLock<int> lock(1);
  const auto fail = [&lock] {
    AtEnd add{[&] { *lock.write().operator->() += 1; }};
    throw std::runtime_error("unwinding");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(*lock.read(), 2);
}

TEST(RwLock, IsReleasedIfMappingThrows) {
  RwLock<int> lock(1);
  const auto read = [&lock] {
    auto guard = lock.read();
    (void)guard.map([](const int&) -> const int& { throw std::runtime_error("mapping"); });
  };
  const auto write = [&lock] {
    auto guard = lock.write();
    (void)guard.map([](int&) -> int& { throw std::runtime_error("mapping"); });
  };
  EXPECT_THROW(read(), std::runtime_error);
  EXPECT_TRUE(lock.try_write());
  EXPECT_THROW(write(), std::runtime_error);
  EXPECT_TRUE(lock.try_write());
}

TEST(RwLock, WhatIsReplacedDiesOrComesBack) {
  {
    RwLock<Counted> lock(Counted(1));
    EXPECT_EQ(lock.replace(Counted(2)).value, 1);
    lock.set(Counted(3));
    EXPECT_EQ(lock.get().value, 3);
    EXPECT_EQ(Counted::alive, 1);
    lock.get_mut().value = 4;
    EXPECT_EQ(std::move(lock).into_inner().value, 4);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(RwLock, DowngradeLetsReadersInAndKeepsWritersOut) {
  RwLock<int> lock(0);
  auto guard = lock.write_and_downgrade([](int& value) { value = 5; });
  EXPECT_EQ(*guard, 5);
  scope([&lock](Scope& threads) {
    threads.spawn([&lock] {
      auto reader = lock.try_read();
      ASSERT_TRUE(reader);
      EXPECT_EQ(**reader, 5);
      EXPECT_FALSE(lock.try_write());
    });
  });
}

TEST(RwLock, DowngradeReleasesWhatThrew) {
  RwLock<int> lock(1);
  EXPECT_THROW((void)lock.write_and_downgrade([](int&) { throw std::runtime_error("writing"); }), std::runtime_error);
  EXPECT_TRUE(lock.try_write());
}

TEST(RwLock, DowngradeWakesReadersThatWaited) {
  RwLock<int> lock(0);
  std::atomic<int> seen = 0;
  scope([&](Scope& threads) {
    auto guard = lock.write_and_downgrade([&](int& value) {
      for (int t = 0; t < 3; ++t) threads.spawn([&] { seen += *lock.read(); });
      sleep_for(2ms);
      value = 7;
    });
    while (seen != 21) yield_now();  // while the lock is still held for reading
  });
}

TEST(RwLock, NobodyWritesBetweenWriteAndDowngrade) {
  RwLock<long> lock(0);
  scope([&lock](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&lock] {
        for (int i = 0; i < 500; ++i) {
          long mine = 0;
          auto guard = lock.write_and_downgrade([&mine](long& value) { mine = ++value; });
          ASSERT_EQ(*guard, mine);
        }
      });
    }
  });
  EXPECT_EQ(lock.get(), 1500);
}

// ReentrantLock.
TEST(ReentrantLock, CanBeLockedWhileAnExceptionPasses) {
  const ReentrantLock<Mutex<int>> lock(std::in_place, 1);
  const auto fail = [&lock] {
    auto outer = lock.lock();
    AtEnd add{[&] { lock.with_lock([](const Mutex<int>& number) { *number.lock().operator->() += 1; }); }};
    throw std::runtime_error("unwinding");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  spawn([&lock] { EXPECT_EQ(lock.try_lock().value()->get(), 2); }).join();
}

// Condvar.
TEST(Condvar, NotifyOneWakesWhoWaits) {
  Mutex<int> tickets(0);
  Condvar changed;
  constexpr int waiters = 4;
  scope([&](Scope& threads) {
    for (int t = 0; t < waiters; ++t) {
      threads.spawn([&] {
        auto guard = tickets.lock();
        changed.wait_while(guard, [](int& left) { return left == 0; });
        *guard -= 1;
      });
    }
    for (int t = 0; t < waiters; ++t) {
      {
        auto guard = tickets.lock();
        *guard += 1;
      }
      changed.notify_one();
    }
  });
  EXPECT_EQ(tickets.get(), 0);
}

TEST(Condvar, TellsANotificationFromTheTimeLimit) {
  Mutex<bool> ready(false);
  Condvar changed;
  scope([&](Scope& threads) {
    auto guard = ready.lock();
    threads.spawn([&] {
      ready.set(true);  // not before the wait gave the lock back
      changed.notify_all();
    });
    while (!*guard) EXPECT_TRUE(changed.wait_timeout(guard, 1h));
  });
  auto guard = ready.lock();
  *guard = false;
  EXPECT_FALSE(changed.wait_timeout_while(guard, 2ms, [](bool& is_ready) { return !is_ready; }));
  EXPECT_FALSE(*guard);
}

TEST(Condvar, AConditionThatComesTrueInTimeEndsTheWait) {
  Mutex<int> number(0);
  Condvar changed;
  scope([&](Scope& threads) {
    auto guard = number.lock();
    threads.spawn([&] {
      for (int i = 0; i < 3; ++i) {
        number.with_lock([](int& n) { ++n; });
        changed.notify_one();
      }
    });
    EXPECT_TRUE(changed.wait_timeout_while(guard, std::chrono::hours::max(), [](int& n) { return n < 3; }));
    EXPECT_EQ(*guard, 3);
  });
}

TEST(Condvar, AnotherThreadHoldsTheLockUntilTheWaiterGoesOn) {
  Mutex<int> number(0);
  Condvar changed;
  scope([&](Scope& threads) {
    auto guard = number.lock();
    threads.spawn([&] {
      auto mine = number.lock();
      *mine = 1;
      changed.notify_one();
      sleep_for(2ms);
      *mine = 2;  // the waiter, though notified, cannot have seen 1
    });
    changed.wait_while(guard, [](int& n) { return n == 0; });
    EXPECT_EQ(*guard, 2);
  });
}

// Once, OnceLock, LazyLock.
TEST(Once, WaitRunsNothingAndSeesWhatTheCallDid) {
  Once once;
  int number = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&] {
        once.wait();
        EXPECT_EQ(number, 4);
        EXPECT_TRUE(once.is_completed());
      });
    }
    sleep_for(1ms);  // some sleep before the call, some during it
    once.call([&] {
      sleep_for(1ms);
      number = 4;
    });
  });
  once.wait();
}

TEST(Once, WaitGoesOnAfterACallThatThrew) {
  Once once;
  int number = 0;
  scope([&](Scope& threads) {
    threads.spawn([&] {
      once.wait();
      EXPECT_EQ(number, 1);
    });
    for (int i = 0; i < 3; ++i) {
      EXPECT_THROW(once.call([] {
        sleep_for(1ms);
        throw 1;
      }),
                   int);
    }
    once.call([&] { number = 1; });
  });
}

TEST(Once, AStampedeRunsItOnce) {
  for (int round = 0; round < 50; ++round) {
    Once once;
    int runs = 0;
    Barrier start(4);
    scope([&](Scope& threads) {
      for (int t = 0; t < 4; ++t) {
        threads.spawn([&, t] {
          start.wait();
          if (t == 3) {
            once.wait();
          } else {
            once.call([&] { ++runs; });
          }
          EXPECT_EQ(runs, 1);
        });
      }
    });
  }
}

TEST(Once, ACallThatThrewLetsAWaitingCallRun) {
  Once once;
  std::atomic<int> runs = 0;
  std::atomic<bool> is_running = false;
  scope([&](Scope& threads) {
    auto first = threads.spawn([&] {
      once.call([&] {
        is_running = true;
        sleep_for(2ms);
        throw 1;
      });
    });
    while (!is_running) yield_now();
    once.call([&] { ++runs; });
    EXPECT_THROW(first.join(), int);
  });
  EXPECT_EQ(runs, 1);
}

TEST(OnceLock, WaitGivesWhatAnotherThreadSet) {
  OnceLock<std::string> place;
  scope([&](Scope& threads) {
    auto waiter = threads.spawn([&place] { return place.wait().size(); });
    sleep_for(1ms);
    EXPECT_TRUE(place.set("four"));
    EXPECT_EQ(waiter.join(), 4u);
  });
  EXPECT_EQ(place.wait(), "four");
}

TEST(OnceLock, TakeEmptiesThePlace) {
  {
    OnceLock<Counted> place;
    EXPECT_FALSE(place.take());
    EXPECT_EQ(place.get_mut(), nullptr);
    EXPECT_TRUE(place.set(Counted(1)));
    place.get_mut()->value = 2;
    EXPECT_EQ(place.take()->value, 2);
    EXPECT_EQ(place.get(), nullptr);
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_TRUE(place.set(Counted(3)));
    EXPECT_EQ(place.get()->value, 3);
  }
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(OnceLock<int>().into_inner());
}

TEST(OnceLock, ShowsNothingBeforeTheMakerIsDone) {
  OnceLock<int> place;
  EXPECT_EQ(place.get_or_init([&place] {
    EXPECT_EQ(place.get(), nullptr);
    return 3;
  }),
            3);
}

TEST(OnceLock, GivesTheValueBackWhileAnotherIsMaking) {
  OnceLock<int> place;
  std::atomic<bool> is_making = false;
  scope([&](Scope& threads) {
    threads.spawn([&] {
      place.get_or_init([&] {
        is_making = true;
        sleep_for(2ms);
        return 1;
      });
    });
    while (!is_making) yield_now();
    auto refused = place.set(2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), 2);
    EXPECT_EQ(*place.get(), 1);
  });
}

TEST(LazyLock, IsMadeOnceByWhoeverComesFirst) {
  std::atomic<int> calls = 0;
  LazyLock lazy([&calls] {
    ++calls;
    sleep_for(1ms);
    return Counted(8);
  });
  EXPECT_EQ(lazy.get(), nullptr);
  scope([&lazy](Scope& threads) {
    for (int t = 0; t < 4; ++t) threads.spawn([&lazy] { EXPECT_EQ(lazy->value, 8); });
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(lazy.get(), &*lazy);
}

TEST(LazyLock, TriesAgainAfterAnException) {
  int calls = 0;
  LazyLock lazy([&calls]() -> int { return ++calls == 1 ? throw std::runtime_error("not yet") : calls; });
  EXPECT_THROW((void)*lazy, std::runtime_error);
  EXPECT_EQ(*lazy, 2);
}

// Barrier, Semaphore.
TEST(Barrier, OneThreadPassesABarrierOfOne) {
  Barrier barrier(1);
  EXPECT_TRUE(barrier.wait());
  EXPECT_TRUE(barrier.wait());
}

TEST(Barrier, NobodyPassesBeforeTheLastHasCome) {
  constexpr int count = 4;
  Barrier barrier(count);
  auto [tx, rx] = channel<bool>();
  scope([&, &tx = tx, &rx = rx](Scope& threads) {
    for (int t = 1; t < count; ++t) threads.spawn([&barrier, tx = tx.clone()] { (void)tx.send(barrier.wait()); });
    sleep_for(1ms);
    EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
    int leaders = barrier.wait() ? 1 : 0;
    for (int t = 1; t < count; ++t) leaders += rx.recv().value() ? 1 : 0;
    EXPECT_EQ(leaders, 1);
  });
}

TEST(Semaphore, ReleaseWakesAsManyAsItGives) {
  Semaphore permits(0);
  std::atomic<int> through = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&] {
        permits.acquire();
        ++through;
      });
    }
    permits.release(2);
    while (through != 2) yield_now();
    sleep_for(1ms);
    EXPECT_EQ(through, 2);
    permits.release(2);
  });
  EXPECT_FALSE(permits.try_acquire());
}

}  // namespace
}  // namespace ferrule
