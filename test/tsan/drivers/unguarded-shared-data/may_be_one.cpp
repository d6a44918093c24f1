#include "test/fixtures/unguarded-shared-data/may_be_one.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) chosen::write_either(true);
  for (int i = 0; i < 100; ++i) accessors::write_front();
  for (int i = 0; i < 100; ++i) accessors::write_begin();
  for (int i = 0; i < 100; ++i) by_index::write_neighbours();
  for (int i = 0; i < 100; ++i) share_a_parent::run();
}

void accept() {
  for (int i = 0; i < 20; ++i) chosen::write_either_with_lock(true);
  accessors::write_front_when_joined();
  by_index::write_own();
  by_index::write_own_by_argument();
  for (int i = 0; i < 20; ++i) share_a_locked_parent::run();
}
