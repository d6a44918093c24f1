#include "support.h"

#include <ferrule/async_time.h>
#include <ferrule/detail/cgroup.h>
#include <ferrule/detail/job_deque.h>
#include <ferrule/detail/sort.h>
#include <ferrule/join_all.h>
#include <ferrule/mutex.h>
#include <ferrule/par.h>
#include <ferrule/par_sort.h>
#include <ferrule/pool.h>
#include <ferrule/rc.h>
#include <ferrule/scope.h>

#include <gtest/gtest.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;

Task<int> number(int n) {
  co_await async::yield_now();
  co_return n;
}
Task<> fail(const char* why) {
  co_await async::yield_now();
  throw std::runtime_error(why);
}
Task<> hold(Counted held) {
  Counted local;
  co_await async::sleep_for(1h);
  (void)held;
}

TEST(Pool, RunsTasksAndFunctions) {
  Pool pool(2);
  EXPECT_EQ(pool.size(), 2u);
  auto task = pool.spawn(number(1));
  auto function = pool.spawn([](int n) { return n + 1; }, 1);
  auto coroutine = pool.spawn(
      [text = std::string("owned by the task")](int n) -> Task<std::size_t> {
        co_return text.size() + static_cast<std::size_t>(co_await number(n));
      },
      3);
  EXPECT_EQ(task.join(), 1);
  EXPECT_EQ(function.join(), 2);
  EXPECT_EQ(coroutine.join(), 20u);
  EXPECT_THROW(task.join(), std::system_error);
}

TEST(Pool, HandlesCanBeAwaited) {
  Pool pool(2);
  auto sum = [](Pool& within) -> Task<int> {
    std::vector<TaskHandle<int>> handles;
    for (int i = 0; i < 100; ++i) handles.push_back(within.spawn(number(i)));
    int total = 0;
    for (auto& handle : handles) total += co_await std::move(handle);
    co_return total;
  };
  EXPECT_EQ(block_on(sum(pool)), 4950);
  EXPECT_EQ(pool.spawn(sum, std::ref(pool)).join(), 4950);
  EXPECT_EQ(block_on(pool.spawn(number(5))), 5);
}

TEST(Pool, ManyTasksFromManyThreads) {
  Pool pool(3);
  std::atomic<int> count = 0;
  scope([&](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&] {
        for (int i = 0; i < 1500; ++i) {
          auto one = [&count]() -> Task<> {
            co_await async::yield_now();
            ++count;
          };
          if (i % 2 == 0) {
            pool.spawn(one).detach();
          } else {
            pool.spawn([&count] { ++count; }).join();
          }
        }
      });
    }
  });
  while (count < 4500) std::this_thread::yield();
}

TEST(Pool, JoinWithinATaskRunsOthers) {
  Pool pool(1);
  std::function<int(int)> sum = [&](int n) -> int {
    return n == 0 ? 0 : n + pool.spawn([&sum, n] { return sum(n - 1); }).join();
  };
  EXPECT_EQ(pool.spawn([&sum] { return sum(50); }).join(), 1275);
}

TEST(Pool, ExceptionsAndCancellation) {
  Pool pool(2);
  EXPECT_THROW(pool.spawn(fail("no")).join(), std::runtime_error);
  auto failed = pool.spawn(fail("no")).try_join();
  ASSERT_FALSE(failed);
  auto waits = pool.spawn(hold(Counted(1)));
  waits.abort();
  EXPECT_THROW(waits.join(), Cancelled);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Pool, DestroyingItCancelsItsTasks) {
  std::optional<TaskHandle<void>> outlives;
  {
    Pool pool(2);
    for (int i = 0; i < 20; ++i) pool.spawn(hold(Counted(1))).detach();
    outlives = pool.spawn(hold(Counted(1)));
    pool.spawn([](TaskHandle<void> other) -> Task<> { co_await std::move(other); }, pool.spawn(hold(Counted(1))))
        .detach();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_TRUE(outlives->is_finished());
  EXPECT_THROW(outlives->join(), Cancelled);
}

TEST(Pool, AbortAtAnyMoment) {
  Pool pool(2);
  for (int i = 0; i < 300; ++i) {
    auto handle = pool.spawn(
        [](Counted) -> Task<int> {
          for (int round = 0; round < 3; ++round) co_await async::yield_now();
          co_return 1;
        },
        Counted(1));
    if (i % 3 == 0) std::this_thread::yield();
    handle.abort();
    try {
      EXPECT_EQ(handle.join(), 1);
    } catch (const Cancelled&) {
    }
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Pool, TasksThatWakeEachOther) {
  Pool pool(2);
  auto ping = [](Pool& within, int rounds) -> Task<int> {
    int sum = 0;
    for (int i = 0; i < rounds; ++i) {
      sum += co_await within.spawn(number(1));
      if (i % 50 == 0) co_await async::sleep_for(100us);
    }
    co_return sum;
  };
  std::vector<Task<int>> all;
  for (int i = 0; i < 4; ++i) all.push_back(ping(pool, 200));
  EXPECT_EQ(block_on(join_all(std::move(all))), (std::vector{200, 200, 200, 200}));
}

TEST(Pool, AYieldingTaskLetsOthersRun) {
  Pool pool(1);
  std::atomic<bool> stop = false;
  auto spins = pool.spawn([&stop]() -> Task<> {
    while (!stop) co_await async::yield_now();
  });
  pool.spawn([&stop] { stop = true; }).join();
  spins.join();
}

long fibonacci(int n) {
  if (n < 2) return n;
  auto [a, b] = par_join([n] { return fibonacci(n - 1); }, [n] { return fibonacci(n - 2); });
  return a + b;
}

TEST(ParJoin, ForksAndJoins) {
  EXPECT_EQ(fibonacci(16), 987);
  Pool pool(3);
  EXPECT_EQ(pool.install([] { return fibonacci(18); }), 2584);
  auto [nothing, seven] = par_join([] {}, [] { return 7; });
  (void)nothing;
  EXPECT_EQ(seven, 7);
}

TEST(ParJoin, WaitsForBothWhereOneThrows) {
  Pool pool(2);
  pool.install([] {
    std::atomic<int> ended = 0;
    EXPECT_THROW(par_join([] { throw std::runtime_error("first"); }, [&ended] { ++ended; }), std::runtime_error);
    EXPECT_EQ(ended, 1);
    EXPECT_THROW(par_join([&ended] { ++ended; }, [] { throw std::logic_error("second"); }), std::logic_error);
    EXPECT_EQ(ended, 2);
  });
}

TEST(Par, NestedLoopsDoNotDeadlock) {
  Pool pool(2);
  std::atomic<int> count = 0;
  pool.install([&count] {
    std::vector<int> outer(8), inner(20);
    par_for_each(outer, [&](int) { par_for_each(inner, [&](int) { ++count; }); });
  });
  EXPECT_EQ(count, 160);
  scope([&](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&] {
        std::vector<int> some(100);
        par_for_each(some, [&](int) { ++count; });
      });
    }
  });
  EXPECT_EQ(count, 460);
}

TEST(Par, UsesSeveralThreadsAndTheCallers) {
  Pool pool(2);
  std::set<std::uint64_t> ids;
  Mutex<std::set<std::uint64_t>> seen;
  std::atomic<int> inside = 0;
  pool.install([&] {
    std::vector<int> two(2);
    par_for_each(two, [&](int) {
      ++inside;
      for (int i = 0; i < 2000 && inside < 2; ++i) std::this_thread::sleep_for(1ms);
      seen.lock()->insert(current().id().value());
    });
  });
  EXPECT_EQ(seen.lock()->size(), 2u);
}

TEST(Par, TheFirstExceptionIsRethrownWhenAllHaveStopped) {
  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::atomic<int> inside = 0;
  EXPECT_THROW(par_for_each(numbers,
                            [&](int n) {
                              ++inside;
                              if (n == 500) {
                                --inside;
                                throw std::runtime_error("500");
                              }
                              --inside;
                            }),
               std::runtime_error);
  EXPECT_EQ(inside, 0);
}

TEST(Par, ReduceIsTheSameWhateverTheThreads) {
  std::vector<double> numbers(10'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 1.0 / static_cast<double>(i + 1);
  Pool one(1), four(4);
  auto sum = [&] { return par_reduce(numbers, 0.0, [](double a, double b) { return a + b; }); };
  EXPECT_EQ(one.install(sum), four.install(sum));
  EXPECT_NEAR(one.install(sum), std::accumulate(numbers.begin(), numbers.end(), 0.0), 1e-9);
  EXPECT_EQ(par_reduce(std::vector<int>(), 5, [](int a, int b) { return a + b; }), 5);
  std::vector<std::string> words{"a", "bb", "ccc"};
  auto join = [](std::string a, const std::string& b) { return std::move(a) + b; };
  EXPECT_EQ(par_reduce(words, std::string(">"), join), ">abbccc");
  auto length = par_reduce(
      words, std::size_t{0}, [](std::size_t a, std::size_t b) { return a + b; },
      [](const std::string& word) { return word.size(); });
  EXPECT_EQ(length, 6u);
}

TEST(Par, MapKeepsTheOrder) {
  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto squares = par_map(numbers, [](int n) { return std::make_unique<int>(n * n); });
  auto odd = par_map(numbers, [](int n) { return n % 2 == 1; });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(*squares[static_cast<std::size_t>(i)], i * i);
    EXPECT_EQ(odd[static_cast<std::size_t>(i)], i % 2 == 1);
  }
}

template <class T, class Make>
void expect_sorts(std::size_t count, Make make) {
  std::mt19937 random(static_cast<unsigned>(count));
  std::vector<T> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(make(random(), i));
  auto expected = values;
  std::sort(expected.begin(), expected.end());
  par_sort(values);
  EXPECT_TRUE(values == expected);
}

TEST(ParSort, SortsWhatStdSorts) {
  for (std::size_t count : {0, 1, 2, 3, 24, 25, 129, 1000, 20'000}) {
    expect_sorts<int>(count, [](unsigned r, std::size_t) { return static_cast<int>(r); });
    expect_sorts<int>(count, [](unsigned r, std::size_t) { return static_cast<int>(r % 3); });
    expect_sorts<int>(count, [](unsigned, std::size_t i) { return static_cast<int>(i); });
    expect_sorts<int>(count, [](unsigned, std::size_t i) { return -static_cast<int>(i); });
    expect_sorts<double>(count, [](unsigned r, std::size_t i) { return i % 7 == 0 ? 0.5 : r * 0.25; });
    expect_sorts<std::string>(count / 4, [](unsigned r, std::size_t) { return std::to_string(r % 1000); });
  }
  std::vector<std::string> words{"b", "c", "a"};
  par_sort(words, [](const std::string& a, const std::string& b) { return a > b; });
  EXPECT_EQ(words, (std::vector<std::string>{"c", "b", "a"}));
}

TEST(ParSort, AnExceptionKeepsTheElements) {
  std::vector<int> numbers(20'000);
  std::iota(numbers.rbegin(), numbers.rend(), 0);
  std::atomic<int> calls = 0;
  EXPECT_THROW(par_sort(numbers,
                        [&calls](int a, int b) {
                          if (++calls == 50'000) throw std::runtime_error("compare");
                          return a < b;
                        }),
               std::runtime_error);
}

TEST(ParSort, HeapSortAsTheLastResort) {
  std::vector<int> numbers{5, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  auto less = [](int a, int b) { return a < b; };
  detail::heap_sort(numbers.begin(), numbers.end(), less);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST(JobDeque, EachJobIsTakenOnce) {
  struct Nothing final : detail::Job {
    void run() noexcept override { ++runs; }
    std::atomic<int> runs = 0;
  };
  detail::JobDeque deque;
  std::vector<Nothing> jobs(20'000);
  std::atomic<bool> is_over = false;
  scope([&](Scope& threads) {
    for (int t = 0; t < 2; ++t) {
      threads.spawn([&] {
        while (!is_over || !deque.is_empty()) {
          if (detail::Job* job = deque.steal()) job->run();
        }
      });
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      while (!deque.push(jobs[i])) {
        if (detail::Job* job = deque.pop()) job->run();
      }
      if (i % 3 == 0) {
        if (detail::Job* job = deque.pop()) job->run();
      }
    }
    is_over = true;
  });
  EXPECT_TRUE(deque.is_empty());
  EXPECT_TRUE(std::ranges::all_of(jobs, [](const Nothing& job) { return job.runs == 1; }));
}

TEST(Cgroup, Quotas) {
  EXPECT_EQ(detail::quota_of_v2("max 100000\n"), 0u);
  EXPECT_EQ(detail::quota_of_v2("250000 100000\n"), 2u);
  EXPECT_EQ(detail::quota_of_v2("50000 100000\n"), 1u);
  EXPECT_EQ(detail::quota_of_v2(""), 0u);
  EXPECT_EQ(detail::quota_of_v2("garbage"), 0u);
  EXPECT_EQ(detail::quota_of_v1("-1\n", "100000\n"), 0u);
  EXPECT_EQ(detail::quota_of_v1("400000\n", "100000\n"), 4u);

  auto root = std::filesystem::temp_directory_path() / ("ferrule_cgroup_" + std::to_string(::getpid()));
  std::filesystem::create_directories(root / "outer/inner");
  std::filesystem::create_directories(root / "cpu/old");
  std::ofstream(root / "outer/cpu.max") << "300000 100000\n";
  std::ofstream(root / "outer/inner/cpu.max") << "max 100000\n";
  std::ofstream(root / "cpu/old/cpu.cfs_quota_us") << "200000\n";
  std::ofstream(root / "cpu/old/cpu.cfs_period_us") << "100000\n";
  EXPECT_EQ(detail::cgroup_quota("0::/outer/inner\n", root.string()), 3u);
  EXPECT_EQ(detail::cgroup_quota("12:memory:/x\n4:cpu,cpuacct:/old\n", root.string()), 2u);
  EXPECT_EQ(detail::cgroup_quota("4:cpuset:/old\n", root.string()), 0u);
  EXPECT_EQ(detail::cgroup_quota("nonsense", root.string()), 0u);
  std::filesystem::remove_all(root);
}

template <class F>
concept CanSpawn = requires(Pool& pool, F f) { pool.spawn(std::move(f)); };
static_assert(CanSpawn<Task<int>> && !CanSpawn<Task<Rc<int>>>);
static_assert(!CanSpawn<Rc<int>> && !CanSpawn<LocalTaskHandle<int>>);
static_assert(Send<TaskHandle<int>> && !Send<TaskHandle<Rc<int>>>);

}  // namespace
}  // namespace ferrule
