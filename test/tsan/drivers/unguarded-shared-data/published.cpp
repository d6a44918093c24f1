#include "test/fixtures/unguarded-shared-data/published.cpp"

#include "test/tsan/both.h"

void reject() {
  Publisher publisher;
  one_later([&] { publisher.too_early(1); }, [&] { publisher.version(); });
  Early early("name");
  Pump pump;
  // The thread waits by then: nobody is told, if the flag is set between its look at it and its sleep.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

void accept() {
  Publisher publisher;
  both([&] { publisher.in_time(1); }, [&] { publisher.version(); }, 2000);
  fill();
  Last last("name");
  Log log;
  both([&] { log.append("line"); }, [&] { log.flush(); });
  each_its_own();
}
