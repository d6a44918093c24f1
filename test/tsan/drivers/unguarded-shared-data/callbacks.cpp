#include "test/fixtures/unguarded-shared-data/callbacks.cpp"

void reject() { together(); }

void accept() {
  Box box;
  int total = 0;
  std::thread other([&] { box.locked([&] { ++total; }); });
  box.locked([&] { ++total; });
  other.join();
}
