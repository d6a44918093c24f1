// Two threads count at the same time. Nothing waits for the spawned one: when main returns, it is cut off.
// prints: the main thread counts to 4
#include <ferrule/ferrule.h>

#include <cstdio>

using namespace std::chrono_literals;

int main() {
  auto handle = ferrule::spawn([] {
    for (int i = 1; i < 10; ++i) {
      std::printf("the spawned thread counts to %d\n", i);
      ferrule::sleep_for(1ms);
    }
  });
  for (int i = 1; i < 5; ++i) {
    std::printf("the main thread counts to %d\n", i);
    ferrule::sleep_for(1ms);
  }
  handle.detach();  // what dropping the handle does too; said aloud
}
