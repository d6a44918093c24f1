// Nothing tells a mutable member of an aggregate from another one: sharing it wants a claim.
// strict: FERRULE_STRICT
#include <ferrule/arc.h>

struct Config {
  int retries;
};

int main() {
  auto config = ferrule::Arc<Config>::make(3);
  return config->retries - 3;
}
