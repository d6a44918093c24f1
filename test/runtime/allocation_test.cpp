// How often tasks allocate memory, exactly: once frames of a size have been in use, not at all on one thread.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace {

std::atomic<int> allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace ferrule {
namespace {

Task<int> number(int n) { co_return n; }

/// Allocations of `f`, called a hundred times, after it has run a few times.
template <class F>
int allocations_of(F f) {
  for (int i = 0; i < 3; ++i) f();
  const int before = allocations;
  for (int i = 0; i < 100; ++i) f();
  return allocations - before;
}

TEST(Allocations, ATaskThatAwaitsOthersHasNone) {
  auto sum = []() -> Task<int> {
    int total = 0;
    for (int i = 0; i < 10; ++i) total += co_await number(i);
    co_return total;
  };
  LocalExecutor executor;
  EXPECT_EQ(allocations_of([&] { EXPECT_EQ(executor.block_on(sum()), 45); }), 0);
}

TEST(Allocations, BlockOnHasOne) {
  EXPECT_EQ(allocations_of([] { block_on(number(1)); }), 100);  // the thread's place to sleep, which wakers may outlive
}

TEST(Allocations, SpawningHasNone) {
  LocalExecutor executor;
  auto spawn_and_await = [&executor]() -> Task<int> { co_return co_await executor.spawn(number(1)); };
  EXPECT_EQ(allocations_of([&] { executor.block_on(spawn_and_await()); }), 0);
}

TEST(Allocations, WaitingHasNone) {
  LocalExecutor executor;
  auto [tx, rx] = sync_channel<int>(1);
  AsyncMutex<int> mutex(0);
  auto send = [](SyncSender<int>& to) -> Task<> {
    for (int i = 0; i < 3; ++i) (void)co_await to.send_async(i);
  };
  auto receive = [](Receiver<int>& from, AsyncMutex<int>& sum) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      auto guard = co_await sum.lock();
      *guard += *co_await from.recv_async();
      co_await async::yield_now();
    }
  };
  EXPECT_EQ(allocations_of([&] { executor.block_on(join_all(send(tx), receive(rx, mutex))); }), 0);
}

static_assert(sizeof(Task<int>) == sizeof(void*));
static_assert(sizeof(Stream<int>) == sizeof(void*));
static_assert(sizeof(TaskHandle<int>) == sizeof(void*));
static_assert(sizeof(LocalTaskHandle<int>) == sizeof(void*));
static_assert(sizeof(Waker) == sizeof(void*));
static_assert(sizeof(AsyncMutexGuard<int>) == sizeof(void*));

}  // namespace
}  // namespace ferrule
