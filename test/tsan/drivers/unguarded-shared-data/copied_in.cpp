#include "test/fixtures/unguarded-shared-data/copied_in.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) read_to_copy::push();
  for (int i = 0; i < 100; ++i) read_to_copy::emplace();
}

void accept() {
  not_at_once::push_when_written();
  not_at_once::push_a_copy();
}
