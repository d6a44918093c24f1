// A task of a pool may run on any of its threads: what it takes must be Send. Rust: E0277 from tokio::spawn.
// error: Send|no matching
#include <ferrule/ferrule.h>

#include <utility>

ferrule::Task<int> look(ferrule::Rc<int> shared) { co_return *shared; }

int main() {
  ferrule::Pool pool(1);
  auto handle = pool.spawn(look, ferrule::Rc<int>::make(1));
  return handle.join();
}
