// unseen: ++later: the locked sections on either side of it order nearly every meeting
// unseen: ++between: the locked sections on either side of it order nearly every meeting
// unseen: ++left: the same, in most runs
// unseen: ++never: the same, in most runs
#include "test/fixtures/unguarded-shared-data/conditional_guards.cpp"

void reject() {
  for (int round = 0; round < 400; ++round) run_wrong();
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
