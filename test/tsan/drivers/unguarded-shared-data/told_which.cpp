#include "test/fixtures/unguarded-shared-data/told_which.cpp"

#include "test/tsan/both.h"

void reject() {
  Table table;
  both([&] { table.add(1); }, [&] { table.clear(); });
  SharedTable shared;
  both([&] { shared.reset(); }, [&] { shared.reset(); }, 2000);
}

void accept() {
  Table table;
  both([&] { table.add(1); }, [&] { table.sum(); });
  SharedTable shared;
  both([&] { shared.add(1); }, [&] { shared.add(2); });
}
