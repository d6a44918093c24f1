#include "test/fixtures/thread-local-escape/addresses.cpp"

#include <chrono>

// unseen: collector.add(&line);: a report names who uses what was kept, not who gave it
// The thread that the variable belongs to goes on with it.
void reject() {
  later();
  line = "changed";
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void accept() {
  line = "text";
  copied();
  waited_for();
  line = "changed";
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
