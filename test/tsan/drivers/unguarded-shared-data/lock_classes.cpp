#include "test/fixtures/unguarded-shared-data/lock_classes.cpp"

void reject() {
  for (int round = 0; round < 20; ++round) run_wrong();
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
