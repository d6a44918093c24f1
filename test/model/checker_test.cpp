// The checker against programs whose outcomes are known: litmus tests of C++'s memory model, and plain mistakes that it
// has to find.
#include "test/model/atomic.h"
#include "test/model/memory.h"
#include "test/model/support.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace ferrule::model {
namespace {

using detail::Atomic;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

using Outcomes = std::set<std::pair<int, int>>;

/// The outcomes of two threads over two atomics: each gets `x`, `y` and returns what it saw.
template <class F, class G>
Outcomes outcomes(Options::Search search, F first, G second) {
  Outcomes all;
  std::pair<int, int> one;  // outside of the program's memory
  Options options;
  options.search = search;
  options.preemptions = 4;
  options.stale_loads = 4;
  if (search == Options::Search::Random) options.executions = 3000;
  Result result = explore(options, [&] {
    {
      Atomic<int> x{0}, y{0};
      Go a([&] { one.first = first(x, y); });
      Go b([&] { one.second = second(x, y); });
      a.join();
      b.join();
    }
    Outside outside;
    all.insert(one);
  });
  EXPECT_EQ(result.failure, "") << result.trace;
  return all;
}

/// Under each kind of search.
template <class F, class G>
void expect_outcomes(F first, G second, const Outcomes& expected) {
  EXPECT_EQ(outcomes(Options::Search::Reduced, first, second), expected);
  EXPECT_EQ(outcomes(Options::Search::Preemptions, first, second), expected);
  EXPECT_EQ(outcomes(Options::Search::Random, first, second), expected);
}

TEST(Litmus, StoreBuffering) {
  auto run = [](auto store_order, auto load_order) {
    return std::pair(
        [=](auto& x, auto& y) {
          x.store(1, store_order);
          return y.load(load_order);
        },
        [=](auto& x, auto& y) {
          y.store(1, store_order);
          return x.load(load_order);
        });
  };
  auto [a, b] = run(seq_cst, seq_cst);
  expect_outcomes(a, b, {{0, 1}, {1, 0}, {1, 1}});
  auto [c, d] = run(release, acquire);
  expect_outcomes(c, d, {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  auto [e, f] = run(release, seq_cst);  // a strict load alone does not help
  expect_outcomes(e, f, {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
}

TEST(Litmus, MessagePassing) {
  auto run = [](auto store_order, auto load_order) {
    return std::pair(
        [=](auto& x, auto& y) {
          x.store(1, relaxed);
          y.store(1, store_order);
          return 0;
        },
        [=](auto& x, auto& y) {
          int flag = y.load(load_order);
          return flag * 2 + x.load(relaxed);
        });
  };
  auto [a, b] = run(release, acquire);
  expect_outcomes(a, b, {{0, 0}, {0, 1}, {0, 3}});
  auto [c, d] = run(relaxed, acquire);
  expect_outcomes(c, d, {{0, 0}, {0, 1}, {0, 2}, {0, 3}});
  auto [e, f] = run(release, relaxed);
  expect_outcomes(e, f, {{0, 0}, {0, 1}, {0, 2}, {0, 3}});
}

TEST(Litmus, Coherence) {
  // Two loads of one atomic never go back, even relaxed.
  expect_outcomes(
      [](auto& x, auto&) {
        x.store(1, relaxed);
        x.store(2, relaxed);
        return 0;
      },
      [](auto& x, auto&) {
        int first = x.load(relaxed);
        return first * 10 + x.load(relaxed);
      },
      {{0, 0}, {0, 1}, {0, 2}, {0, 11}, {0, 12}, {0, 22}});
}

TEST(Litmus, ReleaseSequence) {
  // A relaxed read-modify-write carries on what a release began; a relaxed store does not.
  expect_outcomes(
      [](auto& x, auto& y) {
        x.store(1, relaxed);
        y.store(1, release);
        y.fetch_add(1, relaxed);
        return 0;
      },
      [](auto& x, auto& y) { return y.load(acquire) == 2 ? x.load(relaxed) : 7; }, {{0, 1}, {0, 7}});
  expect_outcomes(
      [](auto& x, auto& y) {
        x.store(1, relaxed);
        y.store(1, release);
        y.store(2, relaxed);
        return 0;
      },
      [](auto& x, auto& y) { return y.load(acquire) == 2 ? x.load(relaxed) : 7; }, {{0, 0}, {0, 1}, {0, 7}});
}

TEST(Litmus, ReadModifyWriteIsAtomic) {
  expect_outcomes([](auto& x, auto&) { return x.fetch_add(1, relaxed); },
                  [](auto& x, auto&) { return x.fetch_add(1, relaxed); }, {{0, 1}, {1, 0}});
}

TEST(Litmus, IndependentReadsOfIndependentWrites) {
  for (bool strict : {true, false}) {
    std::set<std::array<int, 4>> all;
    std::array<int, 4> seen{};
    Options options;
    options.stale_loads = 4;
    Result result = explore(options, [&] {
      {
        auto store_order = strict ? seq_cst : release;
        auto load_order = strict ? seq_cst : acquire;
        Atomic<int> x{0}, y{0};
        Go a([&] { x.store(1, store_order); });
        Go b([&] { y.store(1, store_order); });
        Go c([&] { seen[0] = x.load(load_order), seen[1] = y.load(load_order); });
        Go d([&] { seen[2] = y.load(load_order), seen[3] = x.load(load_order); });
      }
      Outside outside;
      all.insert(seen);
    });
    EXPECT_EQ(result.failure, "");
    EXPECT_TRUE(result.is_complete);
    EXPECT_EQ(all.count({1, 0, 1, 0}), strict ? 0u : 1u);
    EXPECT_EQ(all.size(), strict ? 15u : 16u);
  }
}

TEST(Finds, ARaceOnPlainData) {
  for (auto order : {relaxed, release}) {
    auto program = [order] {
      auto data = std::make_unique<Plain>();
      Atomic<bool> ready{false};
      Go writer([&] {
        data->set(1);
        ready.store(true, order);
      });
      if (ready.load(acquire)) MODEL_CHECK(data->get() == 1);
      writer.join();
    };
    if (order == relaxed) {
      refute({}, "data race: read", program);
    } else {
      verify({}, program);
    }
  }
}

TEST(Finds, ADeallocationThatIsNotOrdered) {
  refute({}, "data race: deallocation", [] {
    auto* data = new Plain;
    Atomic<int> owners{2};
    auto leave = [&] {
      (void)data->get();
      if (owners.fetch_sub(1, relaxed) == 1) delete data;
    };
    Go other(leave);
    leave();
    other.join();
  });
}

/// The compiler must not see that an allocation is not needed.
Plain* keep(Plain* data) {
  Plain* volatile same = data;
  return same;
}

TEST(Finds, Leaks) {
  refute({}, "leak: 1 blocks", [] { keep(new Plain); });
}
TEST(Finds, DoubleDeallocation) {
  refute({}, "double deallocation", [] {
    Plain* data = keep(new Plain);
    Plain* same = keep(data);
    delete data;
    delete same;
  });
}
TEST(Finds, UseAfterFree) {
  refute({}, "use after free", [] {
    Plain* data = keep(new Plain);
    Plain* same = keep(data);
    delete data;
    (void)same->get();
  });
}
TEST(Finds, AFailedCheck) {
  refute({}, "check fails: false", [] { MODEL_CHECK(false); });
}
TEST(Finds, Termination) {
  refute({}, "std::terminate", [] {
    auto thrower = [] { throw 1; };
    [&]() noexcept { thrower(); }();
  });
  refute({}, "std::abort", [] { std::abort(); });
}

TEST(Finds, ALivelock) {
  Options options;
  options.steps = 200;
  refute(options, "livelock", [] {
    Atomic<int> a{0};
    Go other([&] {
      while (a.load() != 2) a.store(1);
    });
    other.join();
  });
}

TEST(Finds, APollThatNobodyEnds) {
  refute({}, "polls", [] {
    Atomic<bool> flag{false};
    while (!flag.load(acquire)) await_change();
  });
  verify({}, [] {
    Atomic<bool> flag{false};
    Go other([&] { flag.store(true, release); });
    while (!flag.load(acquire)) {
    }
    other.join();
  });
}

TEST(Finds, ALostWakeUp) {
  // The flag is looked at outside of futex_wait: the wake can come before the sleep.
  auto program = [](bool is_compared) {
    detail::FutexWord word{0};
    Atomic<bool> done{false};
    Go waker([&] {
      done.store(true);
      if (is_compared) word.fetch_add(1);
      detail::futex_wake_one(&word);
    });
    for (;;) {
      std::uint32_t seen = word.load();
      if (done.load()) break;
      detail::futex_wait(word, seen);
    }
    waker.join();
  };
  refute({}, "deadlock", [&] { program(false); });
  verify({}, [&] { program(true); });
}

TEST(Finds, TimeLimits) {
  // A sleeper with a deadline wakes by itself, and may have been woken just before.
  std::set<bool> outcomes;
  verify({}, [&] {
    detail::FutexWord word{0};
    detail::Deadline deadline{};
    bool in_time = true;
    Go waker([&] {
      word.store(1);
      detail::futex_wake_one(&word);
    });
    while (in_time && word.load() == 0) in_time = detail::futex_wait(word, 0, &deadline);
    waker.join();
    Outside outside;
    outcomes.insert(in_time);
  });
  EXPECT_EQ(outcomes, (std::set<bool>{false, true}));
}

TEST(Search, ASchedulePicksOneExecution) {
  std::set<int> seen;
  auto program = [&seen] {
    Atomic<int> x{0};
    Go other([&] { x.store(1); });
    int value = x.load();
    {
      Outside outside;
      seen.insert(value);
    }
    other.join();
  };
  EXPECT_EQ(replay({}, "010", program).failure, "");
  EXPECT_EQ(seen, std::set<int>{0});
  EXPECT_EQ(replay({}, "100", program).failure, "");
  EXPECT_EQ(seen, (std::set<int>{0, 1}));
  EXPECT_EQ(replay({}, "5", program).failure, "this schedule belongs to another program");
  EXPECT_NE(replay({}, "100", program).trace.find("T1 store a1 seq_cst <- 1"), std::string::npos);
}

TEST(Search, TheReductionCountsWhatDiffers) {
  // Threads that touch nothing in common have one execution; n increments of one counter have n!.
  auto count = [](int threads, bool is_shared) {
    Options options;
    Result result = explore(options, [=] {
      std::array<Atomic<int>, 4> counters;
      std::array<std::optional<Go>, 4> all;
      for (int t = 0; t < threads; ++t)
        all[static_cast<std::size_t>(t)].emplace(
            [&counters, t, is_shared] { counters[is_shared ? 0 : static_cast<std::size_t>(t)].fetch_add(1); });
      for (auto& each : all)
        if (each) each->join();
    });
    EXPECT_TRUE(result.is_complete);
    EXPECT_EQ(result.failure, "");
    return result.executions - result.cut;
  };
  EXPECT_EQ(count(4, false), 1u);
  EXPECT_EQ(count(2, true), 2u);
  EXPECT_EQ(count(3, true), 6u);
  EXPECT_EQ(count(4, true), 24u);
}

/// A random program: each thread does a few operations on two words, and writes down what it saw.
class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15u | 1) {
    threads_ = 2 + below(2);
    steps_ = threads_ == 2 ? 3 : 2;
    for (auto& thread : plan_)
      for (auto& step : thread) step = {below(8), below(2), below(4), static_cast<std::uint32_t>(1 + below(2))};
  }

  /// What can be seen, by that search without a bound but of the number of executions.
  std::set<std::vector<std::uint32_t>> outcomes(Options::Search search) const {
    std::set<std::vector<std::uint32_t>> all;
    Options options;
    options.search = search;
    options.preemptions = options.stale_loads = 100;
    options.history = 100;
    options.executions = 50'000;
    Result result = explore(options, [&] {
      std::array<std::array<std::uint32_t, 4>, 3> seen{};
      {
        std::array<detail::FutexWord, 2> words;
        std::array<std::optional<Go>, 3> threads;
        for (unsigned t = 0; t < threads_; ++t)
          threads[t].emplace([this, t, &words, &seen] {
            for (unsigned i = 0; i < steps_; ++i) seen[t][i] = run(plan_[t][i], words);
          });
        if (has_polls()) {
          words[0].store(7, relaxed);
          words[1].store(7, relaxed);
        }
        for (auto& thread : threads)
          if (thread) thread->join();
      }
      Outside outside;
      std::vector<std::uint32_t> flat;
      for (const auto& thread : seen) flat.insert(flat.end(), thread.begin(), thread.end());
      all.insert(flat);
    });
    EXPECT_EQ(result.failure, "") << result.trace;
    is_complete = result.is_complete;
    executions += result.executions;
    return all;
  }
  static inline std::uint64_t executions = 0;
  static inline bool is_complete = false;

 private:
  struct Step {
    unsigned operation = 0, word = 0, order = 0;
    std::uint32_t operand = 0;
  };

  unsigned below(unsigned end) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return static_cast<unsigned>(random_ >> 20) % end;
  }
  static std::uint32_t run(const Step& step, std::array<detail::FutexWord, 2>& words) {
    static constexpr std::memory_order both[] = {relaxed, std::memory_order_acq_rel, seq_cst, seq_cst};
    static constexpr std::memory_order loads[] = {relaxed, acquire, seq_cst, seq_cst};
    static constexpr std::memory_order stores[] = {relaxed, release, seq_cst, seq_cst};
    detail::FutexWord& word = words[step.word];
    std::uint32_t expected = step.operand - 1;
    detail::Deadline deadline{};
    switch (step.operation) {
      case 0:
      case 1:
        return word.load(loads[step.order]);
      case 2:
        word.store(step.operand, stores[step.order]);
        return 0;
      case 3:
        return word.fetch_add(step.operand, both[step.order]);
      case 4:
        return word.compare_exchange_strong(expected, 5, both[step.order], relaxed) ? 9 : expected;
      case 5:
        return detail::futex_wait(word, expected, &deadline) ? 1 : 0;
      case 6:
        return detail::futex_wake_one(&word) ? 1 : 0;
      default:
        if (word.load(loads[step.order]) == 0) await_change();
        return word.load(relaxed);
    }
  }
  /// Somebody must end them.
  bool has_polls() const {
    for (unsigned t = 0; t < threads_; ++t)
      for (unsigned i = 0; i < steps_; ++i)
        if (plan_[t][i].operation == 7) return true;
    return false;
  }

  std::uint64_t random_;
  unsigned threads_ = 2, steps_ = 3;
  std::array<std::array<Step, 4>, 3> plan_;
};

TEST(Search, TheReductionLosesNothing) {
  std::uint64_t reduced = 0, whole = 0;
  const auto programs = static_cast<std::uint64_t>(60 * deep());
  constexpr std::uint64_t first = 51;  // without `woken` in the search, 73 and 95 lose something
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    RandomProgram program(seed);
    RandomProgram::executions = 0;
    auto some = program.outcomes(Options::Search::Reduced);
    EXPECT_TRUE(RandomProgram::is_complete) << "seed " << seed;
    reduced += std::exchange(RandomProgram::executions, 0);
    auto all = program.outcomes(Options::Search::Preemptions);
    whole += RandomProgram::executions;
    EXPECT_TRUE(std::includes(some.begin(), some.end(), all.begin(), all.end())) << "seed " << seed;
    if (RandomProgram::is_complete) {
      EXPECT_EQ(some, all) << "seed " << seed;
    }
  }
  std::printf("[   model  ] %llu random programs: %llu executions reduced, %llu without reduction\n",
              static_cast<unsigned long long>(programs), static_cast<unsigned long long>(reduced),
              static_cast<unsigned long long>(whole));
}

}  // namespace
}  // namespace ferrule::model
