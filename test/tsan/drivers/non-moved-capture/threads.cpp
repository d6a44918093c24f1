// sanitizer: address
#include "test/fixtures/non-moved-capture/threads.cpp"

#include <chrono>

// The threads are detached, and only those that run later than the return are caught.
void reject() {
  for (int i = 0; i < 100; ++i) {
    detached_reference();
    detached_argument();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void accept() {
  moved();
  copied();
  joined();
  waited_for();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}
