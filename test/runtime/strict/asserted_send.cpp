// assert_send says what it misses.
// strict: not known to be Send, as FERRULE_STRICT demands
#include <ferrule/traits.h>

#include <functional>

int main() { ferrule::assert_send<std::function<void()>>(); }
