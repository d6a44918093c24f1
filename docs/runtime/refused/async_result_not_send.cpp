// What a task of a pool gives goes to another thread, too. Rust: E0277.
// error: Send|no matching
#include <ferrule/ferrule.h>

ferrule::Task<ferrule::Rc<int>> make() { co_return ferrule::Rc<int>::make(1); }

int main() {
  ferrule::Pool pool(1);
  auto handle = pool.spawn(make());
  return *handle.join();
}
