// sanitizer: address
#include "test/fixtures/non-moved-capture/sinks.cpp"

#include <chrono>

// The threads are detached, and only those that run later than the return are caught.
void reject() {
  Pool pool;
  for (int i = 0; i < 100; ++i) {
    report();
    post_and_leave(pool);
    later(1).get();
    views();
    by_argument();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void accept() {
  Pool pool;
  post_and_wait(pool);
  own_pool();
  now(1);
}
