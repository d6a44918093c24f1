#include "test/fixtures/unguarded-shared-data/runtime.cpp"

void reject() {
  std::vector<int> values(1000000, 1);  // so many that another thread takes some
  scoped();
  summed(values);
  joined_inside_the_scope();
  moved_while_read();
  named_threads_of_a_scope();
}

void accept() {
  std::vector<int> values(1000, 1);
  locked();
  sent();
  doubled(values);
  counted(values);
  with_lock();
}
