#include "test/fixtures/unguarded-shared-data/stored_functions.cpp"

#include <thread>

namespace {

template <class Source>
void replace_while_called() {
  Source source;
  source.on_value([](int) {});
  std::thread other([&] { source.on_value([](int) {}); });
  source.emit(1);
  other.join();
}

}  // namespace

void reject() { replace_while_called<Source>(); }

void accept() { replace_while_called<CarefulSource>(); }
