// A closure that several threads call at once.
// strict: FERRULE_STRICT
#include <ferrule/par.h>

#include <vector>

int main() {
  std::vector<int> numbers{1, 2, 3};
  int factor = 2;
  return ferrule::par_map(numbers, [factor](int number) { return factor * number; })[2] - 6;
}
