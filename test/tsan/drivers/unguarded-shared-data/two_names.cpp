#include "test/fixtures/unguarded-shared-data/two_names.cpp"

#include "test/tsan/both.h"

void reject() {
  for (int i = 0; i < 200; ++i) meter_without_lock();
  for (int i = 0; i < 200; ++i) run_plain();
  for (int i = 0; i < 200; ++i) be_hasty();
}

void accept() {
  gauge_with_lock();
  meter_before_start();
  run_guarded();
  hand_over();
  be_patient();
}
