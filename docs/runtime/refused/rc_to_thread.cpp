// Rc counts without atomics: it stays on its thread. Rust: E0277 (Rc is not Send).
// error: Send|no matching
#include <ferrule/ferrule.h>

int main() {
  auto handle = ferrule::spawn([](ferrule::Rc<int> number) { return *number; }, ferrule::Rc<int>(1));
  handle.join();
}
