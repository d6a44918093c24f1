#include "test/fixtures/non-send-crossing/counts.cpp"

void reject() {
  counted();
  std::mutex mutex;
  locked_elsewhere(mutex);
}

void accept() {
  owned();
  shared_and_constant();
}
