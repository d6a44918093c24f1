#include "test/fixtures/unguarded-shared-data/bound_at_start.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) bound::add_by_name();
  for (int i = 0; i < 100; ++i) bound::write_by_pointer();
  for (int i = 0; i < 100; ++i) bound::write_element();
}

void accept() {
  for (int i = 0; i < 20; ++i) guarded::add_by_either_name();
  guarded::write_when_joined();
}
