// Threads for work that keeps a processor busy, tasks for what mostly waits; a channel between them.
// prints: Message: 3
// prints: all sums: 5050
#include <ferrule/ferrule.h>

#include <cstdio>
#include <numeric>
#include <utility>
#include <vector>

ferrule::Task<> print_all(ferrule::Receiver<int> rx) {
  while (auto message = co_await rx.recv_async()) std::printf("Message: %d\n", *message);
}

// On a pool, tasks run in parallel; what they take and give is Send.
ferrule::Task<int> sum_in_parallel(const ferrule::Pool& pool) {
  std::vector<ferrule::TaskHandle<int>> parts;
  for (int ten = 0; ten < 10; ++ten) {
    parts.push_back(pool.spawn(
        [](int from) {
          std::vector<int> numbers(10);
          std::iota(numbers.begin(), numbers.end(), from);
          return std::accumulate(numbers.begin(), numbers.end(), 0);
        },
        ten * 10 + 1));
  }
  int sum = 0;
  for (auto& part : parts) sum += co_await std::move(part);
  co_return sum;
}

int main() {
  auto [tx, rx] = ferrule::channel<int>();
  auto thread = ferrule::spawn([to = std::move(tx)] {
    for (int i = 1; i <= 3; ++i) (void)to.send(i);
  });
  ferrule::block_on(print_all(std::move(rx)));
  thread.join();

  ferrule::Pool pool(2);
  std::printf("all sums: %d\n", ferrule::block_on(sum_in_parallel(pool)));
}
