#include "test/fixtures/unguarded-shared-data/kept_guards.cpp"

#include "test/tsan/both.h"

void reject() {
  Kept kept;
  both([&] { kept.wrong(); }, [&] { kept.wrong(); }, 2000);
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
