// A guard of Mutex that is held while its task waits keeps the lock, perhaps for ever, and is released by whatever
// thread goes on with the task. clippy: await_holding_lock. AsyncMutex is made for it.
// analyser: ferrule-lock-across-wait
#include <ferrule/ferrule.h>

#include <chrono>

using namespace std::chrono_literals;

ferrule::Task<> hold(const ferrule::Mutex<int>& number) {
  auto guard = number.lock();
  co_await ferrule::async::sleep_for(1ms);
  *guard += 1;
}

int main() {
  ferrule::Mutex<int> number(0);
  ferrule::block_on(hold(number));
}
