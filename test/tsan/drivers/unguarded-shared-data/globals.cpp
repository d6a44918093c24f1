#define main fixture_main
#include "test/fixtures/unguarded-shared-data/globals.cpp"
#undef main

#include "test/tsan/both.h"

void reject() { fixture_main(); }

void accept() {
  const auto guarded = [] { remember(next_atomic_id()); };
  both(guarded, guarded);
}
