// What the runtime's benchmarks share: batches that are timed as a whole, and payloads.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ferrule::bench {

using Clock = std::chrono::steady_clock;

/// Seconds that one batch took, from where its threads are let go to where the last has ended.
using Batch = std::function<double()>;

/// Registers "row/who": one batch a run, told as the time of one of its `operations`.
inline void add(const std::string& row, const std::string& who, double operations, Batch batch) {
  benchmark::RegisterBenchmark((row + '/' + who).c_str(),
                               [operations, batch = std::move(batch)](benchmark::State& state) {
                                 for (auto _ : state) state.SetIterationTime(batch() / operations);
                               })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kNanosecond);
}

/// Fewer operations for a smoke test, FERRULE_BENCH_SCALE of them.
inline int scaled(int operations) {
  static const double scale = std::getenv("FERRULE_BENCH_SCALE") ? std::atof(std::getenv("FERRULE_BENCH_SCALE")) : 1.0;
  return std::max(16, static_cast<int>(operations * scale));
}

/// Runs `body(i)` in `count` threads that begin together; the time until all have ended.
template <class Body>
double in_threads(int count, Body body) {
  std::atomic<int> ready = 0;
  std::atomic<bool> go = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      ready.fetch_add(1);
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      body(i);
    });
  while (ready.load() != count) std::this_thread::yield();
  const auto start = Clock::now();
  go.store(true, std::memory_order_release);
  for (std::thread& thread : threads) thread.join();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The time of `body()` here. A thread has run before, so that nothing is elided for programs of one thread.
template <class Body>
double here(Body body) {
  std::thread([] {}).join();
  const auto start = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// About 40 ns that no compiler shortens (a linear recurrence would be folded): xorshift, as in rows.rs.
inline std::uint64_t work_outside(std::uint64_t x) {
  for (int i = 0; i < 20; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  benchmark::DoNotOptimize(x);
  return x;
}

using Small = std::uint64_t;
using Large = std::array<std::uint64_t, 8>;
using Owned = std::unique_ptr<std::uint64_t>;

template <class T>
T message(std::uint64_t number) {
  if constexpr (std::is_same_v<T, Large>)
    return Large{number, number, number, number, number, number, number, number};
  else if constexpr (std::is_same_v<T, Owned>)
    return std::make_unique<std::uint64_t>(number);
  else
    return number;
}

template <class T>
std::uint64_t number_in(const T& message) {
  if constexpr (std::is_same_v<T, Large>)
    return message[0];
  else if constexpr (std::is_same_v<T, Owned>)
    return *message;
  else
    return message;
}

void add_channels();
void add_locks();
void add_others();
void add_tasks();

}  // namespace ferrule::bench
