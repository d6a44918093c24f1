// The data is inside the lock: there is no way to it but through a guard.
// prints: m = 6
#include <ferrule/ferrule.h>

#include <iostream>

int main() {
  ferrule::Mutex<int> m(5);
  {
    auto number = m.lock();
    *number = 6;
  }
  std::cout << "m = " << *m.lock() << '\n';  // a copy: the guard dies with the statement
}
