#include "test/fixtures/unguarded-shared-data/derived_threads.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) derived::meet();
  for (int i = 0; i < 100; ++i) derived::meet_scoped();
}

void accept() {
  derived::wait();
  derived::wait_scoped();
}
