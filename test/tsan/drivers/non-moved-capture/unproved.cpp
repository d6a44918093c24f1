// sanitizer: address
#include "test/fixtures/non-moved-capture/unproved.cpp"

#include <chrono>

void use(View) {}

namespace {

const int number = 1;

void leaves_its_view() {
  const View view{&number};
  by_reference(view);
}

}  // namespace

// The threads are detached, and only those that run later than the return are caught.
void reject() {
  for (int i = 0; i < 100; ++i) leaves_its_view();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void accept() {
  for (int i = 0; i < 10; ++i) {
    by_argument({&number});
    by_capture({&number});
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}
