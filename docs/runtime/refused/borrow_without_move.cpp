// The thread may outlive `numbers`. Rust: E0373.
// analyser: ferrule-non-moved-capture
#include <ferrule/ferrule.h>

#include <cstdio>
#include <vector>

int main() {
  std::vector<int> numbers{1, 2, 3};
  auto handle = ferrule::spawn([&] { std::printf("%zu numbers\n", numbers.size()); });
  std::move(handle).join();
}
