// unseen: ++claimed_late: two threads are at the load and the store of this lock at once in hardly any run
#include "test/fixtures/unguarded-shared-data/lock_classes.cpp"

void reject() {
  for (int round = 0; round < 20; ++round) run_wrong();
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
