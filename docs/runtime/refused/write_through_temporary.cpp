// What `*m.lock()` gives is a copy; writing to it would be lost.
// error: lvalue required|expression is not assignable|not assignable
#include <ferrule/ferrule.h>

int main() {
  ferrule::Mutex<int> m(5);
  *m.lock() += 1;
}
