// A thread may outlive the function that started it, so it takes what it needs along.
// prints: the thread has 3 numbers
#include <ferrule/ferrule.h>

#include <cstdio>
#include <utility>
#include <vector>

int main() {
  std::vector<int> numbers{1, 2, 3};
  auto handle =
      ferrule::spawn([numbers = std::move(numbers)] { std::printf("the thread has %zu numbers\n", numbers.size()); });
  std::move(handle).join();
}
