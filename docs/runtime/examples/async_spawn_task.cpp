// A spawned task runs beside the one that spawned it; its handle is awaited.
// prints: hi number 4 from the second task
// prints: hi number 2 from the first task
// prints: the first task has ended
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <utility>

using namespace std::chrono_literals;

ferrule::Task<> count(const char* who, int to) {
  for (int i = 1; i <= to; ++i) {
    std::printf("hi number %d from the %s task\n", i, who);
    co_await ferrule::async::sleep_for(1ms);
  }
}

ferrule::Task<> first(ferrule::LocalTaskHandle<void> second) {
  co_await count("first", 2);
  std::printf("the first task has ended\n");
  co_await std::move(second);
}

int main() {
  ferrule::LocalExecutor executor;
  auto second = executor.spawn(count("second", 4));
  executor.block_on(first(std::move(second)));
}
