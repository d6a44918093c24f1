#include "test/fixtures/unguarded-shared-data/shared_for_writing.cpp"

#include "test/tsan/both.h"

void reject() {
  Listeners listeners;
  both([&] { listeners.add("a", 1); }, [&] { listeners.find("a"); });
  Cache cache;
  both([&] { cache.get(1); }, [&] { cache.get(1); });
}

void accept() {
  Routes routes;
  both([&] { routes.add("a", 1); }, [&] { routes.find("a"); });
  Counted counted;
  both([&] { counted.get(1); }, [&] { counted.get(1); });
  both([&] { counted.put(1, 1); }, [&] { counted.get(1); });
}
