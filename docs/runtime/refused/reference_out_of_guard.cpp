// The guard dies at the end of the statement, and with it the right to the data. Rust: E0716.
// error: cannot bind|non-const lvalue reference|cannot bind to
#include <ferrule/ferrule.h>

int main() {
  ferrule::Mutex<int> m(5);
  auto& number = *m.lock();
  number = 6;
}
