#include "test/fixtures/unguarded-shared-data/misses.cpp"

#include "test/tsan/both.h"

void reject() {
  Tables tables;
  one_later([&] { tables.create(); }, [&] { tables.total(); });
  packed_elements();
  same_element();
  Plugins plugins;
  one_later([&] { plugins.load(1, 2); }, [&] { plugins.total(); });
}

void accept() {}
