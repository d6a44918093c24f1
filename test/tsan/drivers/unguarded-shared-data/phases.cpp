#include "test/fixtures/unguarded-shared-data/phases.cpp"

void reject() {
  Worker worker;
  worker.start();
  worker.hurry();
  worker.stop();
  count_in_parallel();
  for (int i = 0; i < 200; ++i) poll_while_running();  // the thread must start before it is told to stop
  two_threads_at_once();
  adjacent_bits();
}

void accept() {
  Worker worker;
  worker.start();
  worker.stop();
  read_after_scope();
  two_threads_in_turn();
  separated_bits();
}
