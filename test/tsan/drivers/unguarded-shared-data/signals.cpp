#include "test/fixtures/unguarded-shared-data/signals.cpp"

#include <chrono>
#include <thread>

// Another thread gets the signal once the handler is there.
void reject() {
  std::thread other([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::raise(SIGHUP);
  });
  wait_for_signal();
  other.join();
}

void accept() {}
