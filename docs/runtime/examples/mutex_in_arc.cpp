// Ten threads share one counter: an Arc to own it together, a Mutex to take turns.
// prints: result: 10
#include <ferrule/ferrule.h>

#include <iostream>
#include <vector>

int main() {
  auto counter = ferrule::Arc<ferrule::Mutex<int>>::make(0);
  std::vector<ferrule::JoinHandle<void>> handles;
  for (int i = 0; i < 10; ++i) {
    handles.push_back(ferrule::spawn([counter = counter.clone()] {
      auto number = counter->lock();
      *number += 1;
    }));
  }
  for (auto& handle : handles) std::move(handle).join();
  std::cout << "result: " << *counter->lock() << '\n';
}
