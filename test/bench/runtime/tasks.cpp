// Tasks and the pool, beside std where std has the like. Rust's standard library has none of these rows.
#include "test/bench/runtime/common.h"

#include <ferrule/ferrule.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace ferrule::bench {
namespace {

template <class F>
double timed(F f) {
  const auto start = Clock::now();
  f();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Task<int> number(int n) { co_return n; }

Task<> await_many(int count) {
  for (int i = 0; i < count; ++i) benchmark::DoNotOptimize(co_await number(i));
}

Task<> answer_all(Receiver<int> from, Sender<int> to) {
  while (auto message = co_await from.recv_async()) (void)to.send(*message);
}
Task<> ask_all(Sender<int> to, Receiver<int> from, int count) {
  for (int i = 0; i < count; ++i) {
    (void)to.send(i);
    (void)co_await from.recv_async();
  }
}

/// Two tasks that answer each other.
double ping_pong(Pool& pool, int count) {
  auto [there_tx, there] = channel<int>();
  auto [back_tx, back] = channel<int>();
  auto answers = pool.spawn(answer_all, std::move(there), std::move(back_tx));
  double seconds = timed([&] { pool.spawn(ask_all, std::move(there_tx), std::move(back), count).join(); });
  answers.join();
  return seconds;
}

long fibonacci(int n) {
  if (n < 2) return n;
  auto [a, b] = par_join([n] { return fibonacci(n - 1); }, [n] { return fibonacci(n - 2); });
  return a + b;
}

std::vector<int> shuffled(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(1));
  return numbers;
}

}  // namespace

void add_tasks() {
  const int many = scaled(1'000'000), few = scaled(50'000), elements = scaled(10'000'000);
  add("task_await", "ferrule", many, [=] { return timed([=] { block_on(await_many(many)); }); });
  add("task_ping_pong_1", "ferrule", few, [=] {
    Pool pool(1);
    return ping_pong(pool, few);
  });
  add("task_ping_pong_2", "ferrule", few, [=] {
    Pool pool(2);
    return ping_pong(pool, few);
  });
  add("pool_empty_tasks", "ferrule", few, [=] {
    Pool pool;
    return timed([&] {
      std::vector<TaskHandle<void>> handles;
      for (int i = 0; i < few; ++i) handles.push_back(pool.spawn([] {}));
      for (auto& handle : handles) handle.join();
    });
  });
  add("pool_fork_join", "ferrule", 832'040, [] {  // forks of fibonacci(29), nearly
    return timed([] { benchmark::DoNotOptimize(Pool::global().install([] { return fibonacci(29); })); });
  });
  add("par_for_each", "ferrule", elements, [=] {
    std::vector<int> numbers(static_cast<std::size_t>(elements), 1);
    return timed([&] { par_for_each(numbers, [](int& n) { n = n * 3 + 1; }); });
  });
  add("par_for_each", "std::for_each", elements, [=] {
    std::vector<int> numbers(static_cast<std::size_t>(elements), 1);
    return timed([&] { std::for_each(numbers.begin(), numbers.end(), [](int& n) { n = n * 3 + 1; }); });
  });
  add("par_sort", "ferrule", elements / 10, [=] {
    auto numbers = shuffled(elements / 10);
    return timed([&] { par_sort(numbers); });
  });
  add("par_sort", "std::sort", elements / 10, [=] {
    auto numbers = shuffled(elements / 10);
    return timed([&] { std::sort(numbers.begin(), numbers.end()); });
  });
}

}  // namespace ferrule::bench
