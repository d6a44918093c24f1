#include "test/fixtures/unguarded-shared-data/callbacks.cpp"

void reject() {
  together();
  for (int i = 0; i < 50; ++i) watched();
}

void accept() {
  Box box;
  int total = 0;
  std::thread other([&] { box.locked([&] { ++total; }); });
  box.locked([&] { ++total; });
  other.join();
}
