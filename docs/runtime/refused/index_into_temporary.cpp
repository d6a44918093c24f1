// No way into a container through a guard that dies at once.
// error: deleted
#include <ferrule/ferrule.h>

#include <vector>

int main() {
  ferrule::Mutex<std::vector<int>> m(std::vector<int>{1});
  auto& number = (*m.lock())[0];
  number = 2;
}
