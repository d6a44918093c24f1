#include "test/fixtures/unguarded-shared-data/two_objects.cpp"

#include "test/tsan/both.h"

void reject() {
  History history;
  both([&] { history.add(1); }, [&] { History copy(history); });
  Pool pool;
  both([&] { pool.give(1); }, [&] { pool = Pool(); });
  Gauge gauge, other;
  both([&] { gauge.set(1); }, [&] { (void)(other < gauge); });
}

void accept() {
  LockedHistory history, other;
  both([&] { history.add(1); }, [&] { LockedHistory copy(history); });
  both([&] { history.add(1); }, [&] { other = history; });
  both([&] { history.add(1); }, [&] { (void)(other == history); });
  both([&] { history.add(1); }, [&] { other.swap(history); });
  Pool pool;
  Pool moved(std::move(pool));
}
