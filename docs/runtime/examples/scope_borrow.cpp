// Threads of a scope end before the scope does, so they may refer to the locals around it.
// prints: 3 numbers, the largest is 9
#include <ferrule/ferrule.h>

#include <algorithm>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<int> numbers{4, 9, 2};
  std::size_t count = 0;
  int largest = ferrule::scope([&](ferrule::Scope& threads) {
    threads.spawn([&] { count = numbers.size(); });
    return threads.spawn([&] { return *std::ranges::max_element(numbers); }).join();
  });
  std::printf("%zu numbers, the largest is %d\n", count, largest);
}
