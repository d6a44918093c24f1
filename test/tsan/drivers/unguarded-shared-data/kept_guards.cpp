#include "test/fixtures/unguarded-shared-data/kept_guards.cpp"

void reject() {
  for (int round = 0; round < 20; ++round) run_wrong();
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
