#include "test/fixtures/unguarded-shared-data/meant.cpp"

#include "test/tsan/both.h"

void reject() {
  Directory directory;
  Entry entry(&directory);
  both([&] { entry.attach(); }, [&] { entry.advance(); });
  LockedClient client;
  both([&] { client.timeout(); }, [&] { client.set_timeout(2); });
  Registry::instance().add("one");
  both([] { Registry::instance().add("one"); }, [] { Registry::instance().count("one"); });
  Tracer tracer;
  both([&] { tracer.push(); }, [&] { tracer.events(); });
  OpenShelf shelf;
  both([&] { shelf.put(); }, [&] { shelf.put_fast(); });
}

void accept() {
  Directory directory;
  Session session(&directory);
  both([&] { session.attach(); }, [&] { session.attach(); });
  const auto add = [] { Registry::instance().add("one"); };
  both(add, add);
  Logger logger, other;
  both([&] { logger.log(); }, [&] { logger.swap(other); });
  const auto make = [] {
    make_table();
    size_of_table();
  };
  both(make, make);
  Shelf shelf;
  both([&] { shelf.put(); }, [&] { shelf.put_twice(); });
  auto* counted = new Counted;
  both([&] { counted->use(); }, [&] { counted->use(); });
  counted->finish();
}
