// A class is Send if its members are. Rust: E0277.
// error: Send|no matching
#include <ferrule/ferrule.h>

#include <mutex>
#include <string>
#include <utility>

struct Job {
  std::string name;
  std::unique_lock<std::mutex> lock;
};

int main() {
  std::mutex mutex;
  auto handle = ferrule::spawn([](Job) {}, Job{"a", std::unique_lock(mutex)});
  handle.join();
}
