// A result crosses too. Rust: E0277.
// error: Send|no matching
#include <ferrule/ferrule.h>

#include <mutex>

std::mutex mutex;

int main() {
  auto handle = ferrule::spawn([] { return std::unique_lock(mutex); });
  handle.join();
}
