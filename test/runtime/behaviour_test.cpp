// What Rust's types promise, promise by promise: channels, locks, waiting, threads.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <ratio>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support.h"

namespace ferrule {
namespace {

using test::Counted;
using namespace std::chrono_literals;

// Durations and times of any shape.
TEST(Durations, OfAnyKindAreTaken) {
  static_assert(detail::to_nanoseconds(3ms) == 3'000'000 && detail::to_nanoseconds(2h) == 7'200'000'000'000);
  static_assert(detail::to_nanoseconds(-1s) == 0 && detail::to_nanoseconds(0ns) == 0);
  static_assert(detail::to_nanoseconds(std::chrono::hours::max()) == detail::Deadline::never().nanoseconds);
  static_assert(detail::to_nanoseconds(std::chrono::duration<double>(0.5)) == 500'000'000);
  static_assert(detail::to_nanoseconds(std::chrono::duration<float, std::milli>(-2.0f)) == 0);
  static_assert(detail::to_nanoseconds(std::chrono::duration<int, std::pico>(1)) == 1);  // rounded up
  static_assert(detail::to_nanoseconds(std::chrono::duration<unsigned char>(3)) == 3'000'000'000);
  static_assert(detail::to_nanoseconds(std::chrono::duration<double>(1e30)) == detail::Deadline::never().nanoseconds);

  Mutex<int> mutex(0);
  auto held = mutex.lock();
  std::thread other([&mutex] {
    EXPECT_FALSE(mutex.try_lock_for(std::chrono::duration<double, std::milli>(1.5)));
    EXPECT_FALSE(mutex.try_lock_for(0s));
    EXPECT_FALSE(mutex.try_lock_for(-1h));
  });
  other.join();
  auto before = std::chrono::steady_clock::now();
  sleep_for(3ms);
  sleep_until(std::chrono::system_clock::now() + 3ms);
  sleep_until(std::chrono::steady_clock::now() - 1h);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 6ms);
}

TEST(Channel, RecvUntilTakesTheTimesOfAnyClock) {
  auto [tx, rx] = channel<int>();
  EXPECT_FALSE(rx.recv_until(std::chrono::steady_clock::now() + 2ms));
  EXPECT_FALSE(rx.recv_until(std::chrono::system_clock::now() + 2ms));
  EXPECT_TRUE(tx.send(1));
  EXPECT_EQ(*rx.recv_until(std::chrono::steady_clock::now() - 1s), 1);
}

// Channels.
TEST(Channel, DroppingTheLastSenderWakesTheReceiver) {
  auto [tx, rx] = channel<int>();
  std::thread dropper([tx = std::move(tx)]() mutable {
    sleep_for(2ms);
    auto gone = std::move(tx);
  });
  EXPECT_EQ(rx.recv(), std::nullopt);
  EXPECT_EQ(rx.recv(), std::nullopt);
  dropper.join();
}

TEST(Channel, DroppingTheReceiverWakesSendersThatWait) {
  for (std::size_t bound : {std::size_t{0}, std::size_t{1}}) {
    auto [tx, rx] = sync_channel<int>(bound);
    for (std::size_t i = 0; i < bound; ++i) EXPECT_TRUE(tx.send(0));
    std::thread dropper([rx = std::move(rx)]() mutable {
      sleep_for(2ms);
      auto gone = std::move(rx);
    });
    auto sent = tx.send(5);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().value, 5);
    EXPECT_TRUE(tx.is_disconnected());
    dropper.join();
  }
}

TEST(Channel, RangeMayBeLeftAndEnteredAgain) {
  auto [tx, rx] = channel<int>();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(tx.send(i));
  {
    auto gone = std::move(tx);
  }
  int sum = 0;
  for (int message : rx) {
    sum += message;
    if (message == 4) break;
  }
  EXPECT_EQ(sum, 10);
  for (int message : rx) sum += message;
  EXPECT_EQ(sum, 45);
}

TEST(Channel, AnEndMayMoveThroughAChannel) {
  auto [tx, rx] = channel<Receiver<int>>();
  auto [inner_tx, inner_rx] = channel<int>();
  EXPECT_TRUE(inner_tx.send(3));
  EXPECT_TRUE(tx.send(std::move(inner_rx)));
  auto got = rx.recv();
  EXPECT_TRUE(inner_tx.send(4));
  EXPECT_EQ(got->recv(), 3);
  EXPECT_EQ(got->recv(), 4);
}

TEST(Channel, SelfReferenceDies) {
  struct Node {
    std::optional<Sender<std::unique_ptr<Node>>> to_itself;
    Counted counted;
  };
  {
    auto [tx, rx] = channel<std::unique_ptr<Node>>();
    auto node = std::make_unique<Node>();
    node->to_itself = tx.clone();
    EXPECT_TRUE(tx.send(std::move(node)));
  }
  EXPECT_EQ(Counted::alive.load(), 0);
}

TEST(SyncChannel, TrySendStates) {
  auto [tx, rx] = sync_channel<int>(1);
  EXPECT_TRUE(tx.try_send(1));
  auto full = tx.try_send(2);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().reason, TrySendError<int>::Reason::Full);
  EXPECT_EQ(full.error().value, 2);
  EXPECT_EQ(rx.try_recv().value_or(0), 1);
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
  {
    auto gone = std::move(rx);
  }
  EXPECT_EQ(tx.try_send(3).error().reason, TrySendError<int>::Reason::Disconnected);
}

TEST(SyncChannel, LenCountsWhatIsQueued) {
  auto [tx, rx] = sync_channel<int>(4);
  EXPECT_TRUE(rx.is_empty());
  for (int i = 1; i <= 4; ++i) {
    EXPECT_TRUE(tx.send(i));
    EXPECT_EQ(rx.len(), static_cast<std::size_t>(i));
  }
  EXPECT_EQ(rx.recv(), 1);
  EXPECT_EQ(rx.len(), 3u);
}

// Locks.
TEST(Mutex, GuardsMayFindNothing) {
  struct Data {
    std::string name;
    std::array<int, 2> numbers;
  };
  Mutex<Data> mutex(Data{"n", {1, 2}});
  auto guard = mutex.lock();
  EXPECT_FALSE(guard.try_map([](Data&) -> int* { return nullptr; }));
  auto second = guard.try_map([](Data& data) { return &data.numbers[1]; });
  ASSERT_TRUE(second);
  **second = 5;
  auto name = guard.map(&Data::name);
  name->append("ew");
  EXPECT_EQ(guard->numbers[1], 5);
  EXPECT_EQ(guard->name, "new");
}

TEST(RwLock, GuardsMapToParts) {
  struct Data {
    std::string name;
    std::vector<int> numbers;
  };
  RwLock<Data> lock(Data{"n", {1}});
  const auto last = [](auto& data) { return data.numbers.empty() ? nullptr : &data.numbers.back(); };
  {
    auto writer = lock.write();
    *writer.map(&Data::name).operator->() = "name";
    auto part = writer.try_map(last);
    ASSERT_TRUE(part);
    **part = 7;
  }
  auto reader = lock.read();
  auto name = reader.map(&Data::name);
  static_assert(std::is_same_v<decltype(*name), const std::string&>);
  EXPECT_EQ(*name, "name");
  auto part = reader.try_map(last);
  EXPECT_EQ(**part, 7);
  EXPECT_FALSE(reader.try_map([](const Data&) -> const int* { return nullptr; }));
}

TEST(Mutex, IsUsableAfterAnExceptionUnderTheLock) {
  auto mutex = Arc<Mutex<int>>::make(1);
  auto thread = spawn([mutex] {
    auto guard = mutex->lock();
    *guard = 2;
    throw std::runtime_error("under the lock");
  });
  EXPECT_THROW(thread.join(), std::runtime_error);
  EXPECT_EQ(mutex->get(), 2);
  EXPECT_THROW(mutex->with_lock([](int&) -> int { throw std::runtime_error("in the callback"); }), std::runtime_error);
  EXPECT_TRUE(mutex->try_lock());
}

TEST(Mutex, HoldsLocksInLocks) {
  auto inner = Arc<Mutex<int>>::make(1);
  auto outer = Arc<Mutex<Arc<Mutex<int>>>>::make(inner);
  spawn([outer] {
    auto guard = outer->lock();
    *(*guard)->lock().operator->() = 5;
  }).join();
  EXPECT_EQ(inner->get(), 5);
}

TEST(RwLock, TriesFailWhileOthersHoldIt) {
  RwLock<int> lock(1);
  {
    auto reader = lock.read();
    std::thread([&lock] {
      EXPECT_TRUE(lock.try_read());
      EXPECT_FALSE(lock.try_write());
      EXPECT_FALSE(lock.try_write_for(1ms));
    }).join();
  }
  {
    auto writer = lock.write();
    std::thread([&lock] {
      EXPECT_FALSE(lock.try_read());
      EXPECT_FALSE(lock.try_write());
      EXPECT_FALSE(lock.try_read_for(1ms));
    }).join();
  }
  EXPECT_TRUE(lock.try_write());
}

TEST(RwLock, IsReleasedWhenAnExceptionPasses) {
  RwLock<int> lock(1);
  EXPECT_THROW(lock.with_write([](int&) -> int { throw std::runtime_error("writing"); }), std::runtime_error);
  EXPECT_THROW(lock.with_read([](const int&) -> int { throw std::runtime_error("reading"); }), std::runtime_error);
  EXPECT_TRUE(lock.try_write());
}

TEST(ReentrantLock, OthersTryInVain) {
  ReentrantLock<int> lock(4);
  {
    auto outer = lock.lock();
    auto inner = lock.try_lock();
    ASSERT_TRUE(inner);
    EXPECT_EQ(**inner + *outer, 8);
    EXPECT_EQ(lock.with_lock([](const int& value) { return value; }), 4);
    std::thread([&lock] {
      EXPECT_FALSE(lock.try_lock());
      EXPECT_FALSE(lock.try_with_lock([](const int&) {}));
      EXPECT_FALSE(lock.try_lock_for(std::chrono::milliseconds(1)));
    }).join();
    EXPECT_TRUE(lock.try_lock_for(std::chrono::milliseconds(0)));
    EXPECT_EQ(*lock.lock(), 4);
  }
  std::thread([&lock] { EXPECT_TRUE(lock.try_lock()); }).join();
  EXPECT_THROW(lock.with_lock([](const int&) -> int { throw std::runtime_error("inside"); }), std::runtime_error);
  std::thread([&lock] { EXPECT_TRUE(lock.try_lock()); }).join();
}

// Waiting.
TEST(Condvar, AnExceptionOfTheConditionPassesWithTheLockHeld) {
  Mutex<int> mutex(0);
  Condvar changed;
  {
    auto guard = mutex.lock();
    EXPECT_THROW(changed.wait_while(guard, [](int&) -> bool { throw std::runtime_error("condition"); }),
                 std::runtime_error);
    std::thread([&mutex] { EXPECT_FALSE(mutex.try_lock()); }).join();
  }
  EXPECT_TRUE(mutex.try_lock());
}

TEST(Condvar, AConditionThatDoesNotHoldDoesNotWait) {
  Mutex<bool> mutex(true);
  Condvar changed;
  auto guard = mutex.lock();
  changed.wait_while(guard, [](bool& ready) { return !ready; });
  EXPECT_TRUE(changed.wait_timeout_while(guard, 0ms, [](bool& ready) { return !ready; }));
}

TEST(Once, IsNotCompletedByAnException) {
  Once once;
  int calls = 0;
  EXPECT_THROW(once.call([&] {
    ++calls;
    throw std::runtime_error("first");
  }),
               std::runtime_error);
  EXPECT_FALSE(once.is_completed());
  once.call([&] { ++calls; });
  once.call([&] { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST(OnceLock, AMakerThatThrowsLeavesItEmpty) {
  OnceLock<std::string> lock;
  EXPECT_THROW(lock.get_or_init([]() -> std::string { throw std::runtime_error("no value"); }), std::runtime_error);
  EXPECT_EQ(lock.get(), nullptr);
  EXPECT_TRUE(lock.set("second"));
  auto refused = lock.set("third");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "third");
  EXPECT_EQ(lock.get_or_init([] { return std::string("fourth"); }), "second");
  EXPECT_EQ(std::move(lock).into_inner(), "second");
}

TEST(Snapshot, AnUpdateThatThrowsChangesNothing) {
  Snapshot<int> snapshot(1);
  EXPECT_THROW(snapshot.update([](const int&) -> int { throw std::runtime_error("update"); }), std::runtime_error);
  EXPECT_EQ(*snapshot.load(), 1);
}

// Threads.
TEST(Scope, GivesBackWhatItsCallableGives) {
  int borrowed = 1;
  auto text = scope([&](Scope& threads) {
    auto handle = threads.spawn([&borrowed] { return ++borrowed; });
    return std::to_string(handle.join());
  });
  EXPECT_EQ(text, "2");
}

TEST(Scope, ItsOwnExceptionWinsAndAllEndBefore) {
  std::atomic<int> ended{0};
  try {
    scope([&](Scope& threads) {
      for (int i = 0; i < 3; ++i) {
        threads.spawn([&ended] {
          sleep_for(1ms);
          ++ended;
          throw std::runtime_error("thread");
        });
      }
      throw std::logic_error("callable");
    });
    FAIL();
  } catch (const std::logic_error&) {
    EXPECT_EQ(ended.load(), 3);
  }
}

TEST(Scope, ArgumentsDieOnTheThread) {
  {
    scope([](Scope& threads) {
      for (int i = 0; i < 10; ++i) threads.spawn([](const Counted& counted) { return counted.value; }, Counted(i));
    });
  }
  EXPECT_EQ(Counted::alive.load(), 0);
}

TEST(Spawn, AnArgumentThatThrowsStartsNothing) {
  struct Thrower {
    Thrower() = default;
    Thrower(const Thrower&) { throw std::runtime_error("copied"); }
  };
  Thrower thrower;
  EXPECT_THROW((void)spawn([](const Thrower&) {}, thrower), std::runtime_error);
  EXPECT_THROW(scope([&](Scope& threads) { threads.spawn([](const Thrower&) {}, thrower); }), std::runtime_error);
}

TEST(Spawn, IsFinishedComesTrue) {
  auto handle = spawn([] { return 1; });
  while (!handle.is_finished()) yield_now();
  EXPECT_TRUE(handle.is_joinable());
  EXPECT_EQ(handle.join(), 1);
  EXPECT_FALSE(handle.is_joinable());
}

TEST(Par, TakesWhateverCanBeIndexed) {
  const std::array<int, 3> array{1, 2, 3};
  EXPECT_EQ(par_map(array, [](int x) { return x * x; }), (std::vector<int>{1, 4, 9}));
  int plain[] = {1, 2, 3};
  par_for_each(plain, [](int& x) { x += 1; });
  EXPECT_EQ(plain[2], 4);
  EXPECT_EQ(par_map(std::string("ab"), [](char c) { return static_cast<int>(c - 'a'); }), (std::vector<int>{0, 1}));
  EXPECT_TRUE(par_map(std::vector<int>{}, [](int x) { return x; }).empty());
  std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  EXPECT_EQ(par_map(pairs, &std::pair<int, int>::second), (std::vector<int>{2, 4}));
}

}  // namespace
}  // namespace ferrule
