// What escapes is used here.
#define main fixture_main
#include "test/fixtures/guard-escape/returned.cpp"
#undef main

#include "test/tsan/both.h"

void reject() {
  Routes routes;
  routes.set("a", "b");
  both([&] { routes.set("a", "c"); }, [&] { const std::string copy(*routes.find("a")); });  // expect: guard-escape
  Frames frames;
  both([&] { frames.add(1); }, [&] { (void)frames.all().size(); });  // expect: guard-escape
}

void accept() {
  Routes routes;
  both([&] { routes.set("a", "c"); }, [&] { routes.copy("a"); });
  Metrics metrics;
  both([&] { metrics.declare("a"); }, [&] { ++metrics.counter("a"); });
  Names names;
  names.intern("a");
  both([&] { names.intern("b"); }, [&] { (void)names.known("a").size(); });
  Lazy lazy;
  both([&] { (void)lazy.text().size(); }, [&] { (void)lazy.text().size(); });
}
