#include "test/fixtures/unguarded-shared-data/misses.cpp"

#include "test/tsan/both.h"

void reject() {
  Tables tables;
  one_later([&] { tables.create(); }, [&] { tables.total(); });
  packed_elements();
  same_element();
  Plugins plugins;
  one_later([&] { plugins.load(1, 2); }, [&] { plugins.total(); });
  for (int i = 0; i < 20; ++i) {
    count_in_slots();
    Tasks tasks;
    tasks.add();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    tasks.runs();
  }
  for (int i = 0; i < 10; ++i) fill_ring();
}

void accept() {}
