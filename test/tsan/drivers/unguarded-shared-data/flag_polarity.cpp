#include "test/fixtures/unguarded-shared-data/flag_polarity.cpp"

namespace {

volatile int result;  // a value that nobody uses is not read

}  // namespace

void reject() {
  result = change_while_it_runs();
  static Job job;
  job.start();
  do {
    result = job.level();
  } while (!job.done());
}

void accept() {
  result = clear_and_take();
  result = wait_for_it();
}
