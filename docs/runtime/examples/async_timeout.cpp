// The Book builds a timeout from race and sleep; ferrule::timeout is the same, ready made.
// prints: mine: failed after 1 ms
// prints: ready made: failed
// prints: in time: 42
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

using namespace std::chrono_literals;

template <class T>
ferrule::Task<std::optional<T>> my_timeout(ferrule::Task<T> task, std::chrono::milliseconds most) {
  auto first = co_await ferrule::race(std::move(task), ferrule::async::sleep_for(most));
  if (first.index() == 1) co_return std::nullopt;
  co_return std::get<0>(std::move(first));
}

ferrule::Task<int> slow(std::chrono::milliseconds time) {
  co_await ferrule::async::sleep_for(time);
  co_return 42;
}

ferrule::Task<> demonstrate() {
  if (!co_await my_timeout(slow(10s), 1ms)) std::printf("mine: failed after 1 ms\n");
  auto late = co_await ferrule::timeout(1ms, slow(10s));
  if (!late) std::printf("ready made: failed\n");
  auto in_time = co_await ferrule::timeout(10s, slow(1ms));
  if (in_time) std::printf("in time: %d\n", *in_time);
}

int main() { ferrule::block_on(demonstrate()); }
