// A handle of a scope is another type than one that may live for ever. Rust: a lifetime error.
// error: no matching|constraint
#include <ferrule/ferrule.h>

#include <optional>

int main() {
  std::optional<ferrule::JoinHandle<int>> escaped;
  ferrule::scope([&](ferrule::Scope& threads) { escaped.emplace(threads.spawn([] { return 1; })); });
}
