// What crosses a channel must be Send. Rust: E0277.
// error: Send
#include <ferrule/ferrule.h>

#include <mutex>

int main() { auto ends = ferrule::channel<std::unique_lock<std::mutex>>(); }
