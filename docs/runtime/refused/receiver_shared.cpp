// A Receiver belongs to one thread at a time; an Arc would share it. Rust: E0277 (Receiver is not Sync).
// error: Sync|no matching
#include <ferrule/ferrule.h>

#include <utility>

int main() {
  auto [tx, rx] = ferrule::channel<int>();
  auto shared = ferrule::Arc<ferrule::Receiver<int>>::make(std::move(rx));
}
