// A task of a LocalExecutor stays on its thread, and so does its handle. Rust: E0277.
// error: Send|no matching
#include <ferrule/ferrule.h>

#include <utility>

ferrule::Task<int> one() { co_return 1; }

int main() {
  ferrule::LocalExecutor executor;
  auto thread = ferrule::spawn([](ferrule::LocalTaskHandle<int>) {}, executor.spawn(one()));
  thread.join();
}
