// The thread that locks is the one that unlocks. Rust: E0277 (MutexGuard is not Send).
// error: constraint|no matching
#include <ferrule/ferrule.h>

#include <mutex>
#include <utility>

int main() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  auto handle = ferrule::spawn([](std::unique_lock<std::mutex> held) { held.unlock(); }, std::move(lock));
  handle.join();
}
