#include "support.h"

#include <ferrule/mutex.h>
#include <ferrule/rw_lock.h>
#include <ferrule/scope.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;

TEST(Mutex, TakesTurns) {
  Mutex<long> total(0);
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&total] {
        for (int i = 0; i < 5000; ++i) {
          auto guard = total.lock();
          *guard += 1;
        }
      });
    }
  });
  EXPECT_EQ(total.get_mut(), 20000);
}

TEST(Mutex, ReadingThroughATemporaryGuardCopies) {
  Mutex<int> number(5);
  Mutex<std::string> text("five");
  std::ostringstream out;
  out << *number.lock() << ' ' << *text.lock();
  EXPECT_EQ(out.str(), "5 five");
  int copy = *number.lock();
  std::string words = *text.lock();
  EXPECT_EQ(copy, 5);
  EXPECT_EQ(words, "five");
  EXPECT_TRUE(*text.lock() == "five");
  EXPECT_EQ(text.lock()->size(), 4u);
}

TEST(Mutex, TryLockFailsWhileHeld) {
  Mutex<int> m(1);
  auto held = m.lock();
  scope([&](Scope& threads) {
    threads.spawn([&m] {
      EXPECT_FALSE(m.try_lock().has_value());
      EXPECT_FALSE(m.try_lock_for(2ms).has_value());
    });
  });
}

TEST(Mutex, TryLockForGetsWhatIsReleasedInTime) {
  Mutex<int> m(1);
  scope([&](Scope& threads) {
    std::atomic<bool> is_held = false;
    auto waiter = threads.spawn([&] {
      while (!is_held) yield_now();
      auto guard = m.try_lock_for(30s);
      return guard.has_value() && **guard == 2;
    });
    {
      auto guard = m.lock();
      is_held = true;
      sleep_for(3ms);
      *guard = 2;
    }
    EXPECT_TRUE(waiter.join());
  });
}

TEST(Mutex, IsReleasedWhenAnExceptionPasses) {
  Mutex<int> m(1);
  EXPECT_THROW(m.with_lock([](int&) -> int { throw 1; }), int);
  EXPECT_TRUE(m.try_lock().has_value());
}

TEST(Mutex, ValueGoesInAndOut) {
  Mutex<std::unique_ptr<int>> m(std::in_place, std::make_unique<int>(1));
  auto old = m.replace(std::make_unique<int>(2));
  EXPECT_EQ(*old, 1);
  m.set(std::make_unique<int>(3));
  EXPECT_EQ(*m.get_mut(), 3);
  EXPECT_EQ(*std::move(m).into_inner(), 3);
  Mutex<int> number(4);
  EXPECT_EQ(number.get(), 4);
  EXPECT_EQ(number.with_lock([](int& n) { return ++n; }), 5);
}

TEST(Mutex, GuardMapsToAPart) {
  struct Config {
    std::string name;
    std::vector<int> ports;
  };
  Mutex<Config> m(std::in_place);
  auto guard = m.lock();
  auto name = guard.map(&Config::name);
  *name = "web";
  auto port = guard.map([](Config& config) -> int& { return config.ports.emplace_back(80); });
  *port += 1;
  EXPECT_EQ(guard->name, "web");
  EXPECT_EQ(guard->ports.at(0), 81);
}

TEST(RwLock, LetsReadersTogetherAndWritersAlone) {
  RwLock<int> lock(1);
  auto first = lock.read();
  scope([&](Scope& threads) {
    threads.spawn([&lock] {
      EXPECT_TRUE(lock.try_read().has_value());
      EXPECT_FALSE(lock.try_write().has_value());
      EXPECT_FALSE(lock.try_write_for(2ms).has_value());
    });
  });
  EXPECT_EQ(*first, 1);
}

TEST(RwLock, WriterThatGaveUpLeavesTheLockUsable) {
  RwLock<int> lock(1);
  for (int round = 0; round < 20; ++round) {
    scope([&](Scope& threads) {
      auto reader = lock.read();
      threads.spawn([&lock] { EXPECT_FALSE(lock.try_write_for(1ms).has_value()); }).join();
      threads.spawn([&lock] {
        int seen = *lock.read();
        EXPECT_EQ(seen, 1);
      });
    });
  }
}

TEST(RwLock, ReadersSeeWholeWrites) {
  RwLock<std::pair<long, long>> lock(std::in_place, 0, 0);
  scope([&](Scope& threads) {
    for (int t = 0; t < 2; ++t) {
      threads.spawn([&lock] {
        for (int i = 0; i < 3000; ++i) {
          auto guard = lock.write();
          guard->first += 1;
          guard->second -= 1;
        }
      });
      threads.spawn([&lock] {
        for (int i = 0; i < 3000; ++i) {
          auto guard = lock.read();
          ASSERT_EQ(guard->first + guard->second, 0);
        }
      });
    }
  });
  EXPECT_EQ(lock.get_mut().first, 6000);
}

TEST(RwLock, TimedWaitersAndOthersMix) {
  RwLock<long> lock(0);
  std::atomic<long> written = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 4; ++t) {
      threads.spawn([&, t] {
        for (int i = 0; i < 500; ++i) {
          if (t % 2 == 0) {
            if (auto guard = lock.try_write_for(50us)) {
              **guard += 1;
              written += 1;
            }
          } else if (i % 3 == 0) {
            auto guard = lock.write();
            *guard += 1;
            written += 1;
          } else if (auto guard = lock.try_read_for(50us)) {
            ASSERT_GE(**guard, 0);
          }
        }
      });
    }
  });
  EXPECT_EQ(lock.get_mut(), written.load());
}

TEST(RwLock, ValueGoesInAndOut) {
  RwLock<std::string> lock("a");
  EXPECT_EQ(lock.with_read([](const std::string& text) { return text.size(); }), 1u);
  lock.with_write([](std::string& text) { text += "b"; });
  std::string copy = *lock.read();
  EXPECT_EQ(copy, "ab");
  EXPECT_EQ(std::move(lock).into_inner(), "ab");
}

}  // namespace
}  // namespace ferrule
