#include "test/fixtures/unguarded-shared-data/unions.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) overlaid::write_another_member();
  for (int i = 0; i < 100; ++i) overlaid::write_a_part();
}

void accept() {
  for (int i = 0; i < 20; ++i) apart::write_with_lock();
  apart::write_two();
  apart::write_two_members();
}
