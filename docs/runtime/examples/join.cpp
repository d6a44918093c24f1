// Waiting for a thread: whatever comes after `join` happens after everything that the thread did.
// prints: the spawned thread counts to 9
// prints: and gives back 45
#include <ferrule/ferrule.h>

#include <cstdio>

int main() {
  auto handle = ferrule::spawn([] {
    int sum = 0;
    for (int i = 1; i < 10; ++i) {
      std::printf("the spawned thread counts to %d\n", i);
      sum += i;
    }
    return sum;
  });
  for (int i = 1; i < 5; ++i) std::printf("the main thread counts to %d\n", i);
  std::printf("and gives back %d\n", std::move(handle).join());
}
