// What a closure captured is nothing that the language can tell.
// strict: FERRULE_STRICT
#include <ferrule/thread.h>

int main() {
  int number = 3;
  return ferrule::spawn([number] { return number; }).join() - 3;
}
