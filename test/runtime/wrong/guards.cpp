// Guards: nothing leaves one that dies at once, none leaves its scope, and none is had of a mutex that dies.
#include "wrong.h"

#include <ferrule/ferrule.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct Config {
  int port = 0;
  std::vector<int> ports;
};

const ferrule::Mutex<int> number(1);
const ferrule::Mutex<std::vector<int>> numbers;
const ferrule::Mutex<std::unique_ptr<int>> owned;
const ferrule::Mutex<Config> config;
const ferrule::RwLock<int> shared(1);
const ferrule::RwLock<std::unique_ptr<int>> shared_owned;
const ferrule::ReentrantLock<std::string> nested(std::in_place);

void temporary_guards() {
  int copy = *number.lock();
  copy = *shared.read() + *shared.write();
  numbers.lock()->push_back(copy);
  std::vector<int> all = *numbers.lock();
  copy += static_cast<int>(nested.lock()->size());
  WRONG(int& r = *number.lock();)                // error: cannot bind
  WRONG(auto& r = *numbers.lock();)              // error: cannot bind
  WRONG(*number.lock() = 1;)                     // error: lvalue required|not assignable
  WRONG(*number.lock() += 1;)                    // error: lvalue required|not assignable
  WRONG(++*number.lock();)                       // error: lvalue required|not assignable
  WRONG(int* p = &*number.lock();)               // error: lvalue required|rvalue|address
  WRONG((*numbers.lock())[0] = 1;)               // error: deleted
  WRONG((*numbers.lock()).push_back(1);)         // error: no member|has no member
  WRONG(for (int n : *numbers.lock())(void) n;)  // error: begin
  WRONG(auto taken = *owned.lock();)             // error: deleted
  WRONG(int& r = *shared.read();)                // error: cannot bind
  WRONG(int& r = *shared.write();)               // error: cannot bind
  WRONG(*shared.write() = 1;)                    // error: lvalue required|not assignable
  WRONG(auto taken = *shared_owned.read();)      // error: deleted
  WRONG(auto taken = *shared_owned.write();)     // error: deleted
  WRONG(std::string& text = *nested.lock();)     // error: cannot bind|no viable conversion
}

void parts() {
  auto guard = config.lock();
  auto port = guard.map(&Config::port);
  *port = 1;
  WRONG(int& r = *guard.map(&Config::port);)  // error: deleted
  WRONG(auto again = std::move(port);)        // error: deleted
  WRONG(auto part =
            config.lock().map(&Config::port);)  // error: discards qualifiers|passing|not viable|lvalue|no matching
  WRONG(auto value = guard.map([](Config& c) { return c.port; });)  // error: no matching
}

void callbacks() {
  int port = config.with_lock([](Config& c) { return c.port; });
  shared.with_read([](const int& n) { return n; });
  WRONG(config.with_lock([](Config& c) -> int& { return c.port; });)                      // error: no matching
  WRONG(config.with_lock([](Config& c) { return &c; });)                                  // error: no matching
  WRONG(shared.with_read([](const int& n) -> const int& { return n; });)                  // error: no matching
  WRONG(shared.with_write([](int& n) { return &n; });)                                    // error: no matching
  WRONG(nested.with_lock([](const std::string& s) -> const std::string& { return s; });)  // error: no matching
  WRONG((void)shared.write_and_downgrade([](int& n) { return n; });)                      // error: no matching
}

void temporary_locks() {
  ferrule::Mutex<int> mutex(1);
  auto guard = mutex.lock();
  mutex.get_mut() = 2;
  WRONG(auto g = ferrule::Mutex<int>(1).lock();)                             // error: deleted
  WRONG(auto g = ferrule::Mutex<int>(1).try_lock();)                         // error: deleted
  WRONG(auto g = ferrule::Mutex<int>(1).try_lock_for(1s);)                   // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).read();)                            // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).write();)                           // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).try_read();)                        // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).try_write();)                       // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).try_read_for(1s);)                  // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).try_write_for(1s);)                 // error: deleted
  WRONG(auto g = ferrule::RwLock<int>(1).write_and_downgrade([](int&) {});)  // error: deleted
  WRONG(auto g = ferrule::ReentrantLock<int>(1).lock();)                     // error: deleted
  WRONG(auto g = ferrule::ReentrantLock<int>(1).try_lock();)                 // error: deleted
  WRONG(auto g = ferrule::ReentrantLock<int>(1).try_lock_for(1s);)           // error: deleted
  WRONG(ferrule::Mutex<int>(1).get_mut() = 3;)  // error: discards qualifiers|passing|not viable|lvalue
}

void what_stays_where_it_is(ferrule::Mutex<int>& mutex, ferrule::RwLock<int>& lock,
                            [[maybe_unused]] ferrule::Condvar& condvar) {
  auto guard = mutex.lock();
  auto reader = lock.read();
  WRONG(auto g = std::move(guard);)                                       // error: deleted
  WRONG(auto g = std::move(reader);)                                      // error: deleted
  WRONG(ferrule::Mutex<int> m(std::move(mutex));)                         // error: deleted
  WRONG(ferrule::RwLock<int> l(std::move(lock));)                         // error: deleted
  WRONG(ferrule::Condvar c(condvar);)                                     // error: deleted
  WRONG(mutex = ferrule::Mutex<int>(2);)                                  // error: deleted
  WRONG(auto [a, b] = ferrule::lock_all(mutex, ferrule::Mutex<int>(2));)  // error: deleted
}

void what_is_read_only(const ferrule::Arc<Config>& arc) {
  auto reader = shared.read();
  auto inner = nested.lock();
  int sum = *reader + arc->port;
  WRONG(*reader = 1;)         // error: read-only|const-qualified|const
  WRONG(*inner = "text";)     // error: discards|passing|const|no viable
  WRONG(arc->port = 1;)       // error: read-only|const-qualified|const
  WRONG(arc->ports.clear();)  // error: discards|const
  WRONG(*arc.clone() = {};)   // error: discards|passing|const|no viable
}

}  // namespace
