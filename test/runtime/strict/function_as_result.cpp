// A result that is a std::function.
// strict: FERRULE_STRICT
#include <ferrule/thread.h>

#include <functional>

int main() {
  return ferrule::spawn([]() -> std::function<int()> { return [] { return 0; }; }).join()();
}
