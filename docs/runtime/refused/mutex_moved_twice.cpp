// A Mutex stays where it is: several threads need an Arc of it. Rust: E0382.
// error: deleted (function|constructor|copy)|no matching
#include <ferrule/ferrule.h>

#include <utility>
#include <vector>

int main() {
  ferrule::Mutex<int> counter(0);
  std::vector<ferrule::JoinHandle<void>> handles;
  for (int i = 0; i < 10; ++i) {
    handles.push_back(ferrule::spawn([counter = std::move(counter)] { counter.set(1); }));
  }
}
