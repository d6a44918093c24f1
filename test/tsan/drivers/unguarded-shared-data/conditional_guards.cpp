#include "test/fixtures/unguarded-shared-data/conditional_guards.cpp"

void reject() {
  for (int round = 0; round < 20; ++round) run_wrong();
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
