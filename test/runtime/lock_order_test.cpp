// Built with FERRULE_LOCK_ORDER, alone: the switch changes the layout of locks.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <string>

namespace ferrule {
namespace {

int cycles = 0;
LockOrderCycle last_cycle{};

struct WithHook : testing::Test {
  LockOrderHook previous = set_lock_order_hook([](const LockOrderCycle& cycle) {
    ++cycles;
    last_cycle = cycle;
  });
  WithHook() { cycles = 0; }
  ~WithHook() override { set_lock_order_hook(previous); }
};
struct LockOrder : WithHook {};

TEST_F(LockOrder, FindsACycleThatNobodyWaitedFor) {
  Mutex<int> a(1), b(2);
  {
    auto first = a.lock();
    auto second = b.lock();
  }
  EXPECT_EQ(cycles, 0);
  {
    auto first = b.lock();
    auto second = a.lock();
  }
  EXPECT_EQ(cycles, 1);
  EXPECT_EQ(last_cycle.first, &b);
  EXPECT_EQ(last_cycle.second, &a);
}

TEST_F(LockOrder, FindsACycleOverOtherLocks) {
  Mutex<int> a(1), b(2);
  RwLock<int> c(3);
  spawn([&] {
    auto first = a.lock();
    auto second = b.lock();
  }).join();
  spawn([&] {
    auto first = b.lock();
    auto second = c.read();
  }).join();
  EXPECT_EQ(cycles, 0);
  auto first = c.write();
  auto second = a.lock();
  EXPECT_EQ(cycles, 1);
}

TEST_F(LockOrder, IsQuietInOneOrderAndForDeadLocks) {
  Mutex<int> outer(1);
  for (int i = 0; i < 100; ++i) {
    Mutex<int> inner(2);
    if (i % 2 == 0) {
      auto first = outer.lock();
      auto second = inner.lock();
    } else {
      auto first = inner.lock();
      auto second = outer.lock();
    }
  }
  Mutex<int> a(1), b(2);
  {
    auto [x, y] = lock_all(a, b);
  }
  {
    auto [y, x] = lock_all(b, a);
  }
  EXPECT_EQ(cycles, 0);
}

TEST(LockOrderDeathTest, TheDefaultEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Mutex<int> a(1), b(2);
  {
    auto first = a.lock();
    auto second = b.lock();
  }
  EXPECT_DEATH(
      {
        auto first = b.lock();
        auto second = a.lock();
      },
      "are locked in both orders");
}

}  // namespace
}  // namespace ferrule
