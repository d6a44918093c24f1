// The mutex would die before its guard. Rust: E0716.
// error: deleted
#include <ferrule/ferrule.h>

int main() { auto guard = ferrule::Mutex<int>(5).lock(); }
