// sanitizer: address
#include "test/fixtures/non-moved-capture/coroutines.cpp"

#include <chrono>

// The threads are detached, and only those that run later than the return are caught.
void reject() {
  for (int i = 0; i < 100; ++i) {
    borrows();
    captures();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void accept() {
  owns();
  waits();
  passes();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}
