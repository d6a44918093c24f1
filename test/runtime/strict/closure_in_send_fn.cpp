// A capturing closure in a SendFn.
// strict: FERRULE_STRICT
#include <ferrule/send_fn.h>

int main() {
  int number = 3;
  ferrule::SendFn<int()> f([number] { return number; });
  return f() - 3;
}
