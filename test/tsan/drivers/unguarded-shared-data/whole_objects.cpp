#include "test/fixtures/unguarded-shared-data/whole_objects.cpp"

#include "test/tsan/both.h"

void reject() {
  takes_away_unlocked();
  // Part of the library's code for strings is not instrumented: what it copies is seen, so there must be something.
  Names names;
  names.rename("some");
  both([&] { names.rename("other"); }, [&] { Names copy(names); });
}

void accept() {
  takes_away();
  copies_through_a_maker_locked();
}
