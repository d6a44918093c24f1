// A raw pointer says nothing about who else uses what it points to.
// strict: FERRULE_STRICT|Send<typename std::decay
#include <ferrule/thread.h>

int main() {
  int number = 3;
  return ferrule::spawn([](int* where) { return *where; }, &number).join() - 3;
}
