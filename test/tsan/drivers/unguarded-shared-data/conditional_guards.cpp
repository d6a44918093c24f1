// unseen: ++later: the locked sections on either side of it order nearly every meeting
// unseen: ++between: the locked sections on either side of it order nearly every meeting
// unseen: ++left: the locked sections on either side of it order most meetings
// unseen: ++never: the locked sections on either side of it order most meetings
#include "test/fixtures/unguarded-shared-data/conditional_guards.cpp"

#include "test/tsan/both.h"

void reject() {
  Counters counters;
  both([&] { counters.wrong(); }, [&] { counters.wrong(); }, 2000);
  Finals finals;
  both([&] { finals.wrong(); }, [&] { finals.wrong(); }, 2000);
}

void accept() {
  for (int round = 0; round < 20; ++round) run_right();
}
