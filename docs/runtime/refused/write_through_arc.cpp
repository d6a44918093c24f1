// Owners together may only read. Rust: E0594.
// error: read-only|const-qualified|const
#include <ferrule/ferrule.h>

int main() {
  auto shared = ferrule::Arc<int>::make(5);
  *shared = 6;
}
