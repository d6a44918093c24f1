// sanitizer: address
#include "test/fixtures/non-moved-capture/coroutines.cpp"

#include <chrono>
#include <sched.h>

// The threads are detached, and only those that run later than the return are caught: on one core a new thread waits for
// the one that made it.
void stay_on_one_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(sched_getcpu(), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

void reject() {
  stay_on_one_core();
  for (int i = 0; i < 20; ++i) {
    borrows();
    captures();
    lends_a_view();
    lends_a_pointer();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void accept() {
  owns();
  waits();
  passes();
  lends_a_literal();
  lends_and_waits();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}
