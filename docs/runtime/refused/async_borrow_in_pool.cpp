// A task of a pool may outlive the function that spawned it: it must not borrow. Rust: E0373, E0597.
// analyser: ferrule-non-moved-capture
#include <ferrule/ferrule.h>

ferrule::Task<> add(int& to) {
  co_await ferrule::async::yield_now();
  to += 1;
}

void begin(const ferrule::Pool& pool) {
  int number = 0;
  pool.spawn(add(number)).detach();
}

int main() {
  ferrule::Pool pool(1);
  begin(pool);
}
