// assert_sync says what it misses.
// strict: not known to be Sync, as FERRULE_STRICT demands
#include <ferrule/traits.h>

#include <memory>

int main() { ferrule::assert_sync<std::unique_ptr<int>>(); }
