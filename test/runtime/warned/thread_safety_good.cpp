// The same acts with the lock held: no warning.
#include <ferrule/condvar.h>
#include <ferrule/lock_all.h>
#include <ferrule/mutex.h>
#include <ferrule/rw_lock.h>

#include <cstddef>
#include <string>

namespace {

struct Account {
  ferrule::Mutex<int> gate{0};
  int balance __attribute__((guarded_by(gate))) = 0;
  ferrule::RwLock<int> names_gate{0};
  std::string name __attribute__((guarded_by(names_gate)));

  void deposit() {
    auto guard = gate.lock();
    balance += *guard;
  }

  void rename() {
    auto guard = names_gate.write();
    name = "other";
  }

  std::size_t length_after_a_downgrade() const {
    auto guard = names_gate.write_and_downgrade([](int& number) { ++number; });
    return name.size();
  }

  std::size_t length() const {
    auto guard = names_gate.read();
    return name.size();
  }
};

void locks_again_afterwards(const ferrule::Mutex<int>& mutex) {
  {
    auto first = mutex.lock();
    *first = 1;
  }
  auto second = mutex.lock();
  *second = 2;
}

void locks_two(const ferrule::Mutex<int>& a, const ferrule::Mutex<int>& b) {
  auto first = a.lock();
  auto second = b.lock();
  *second = *first;
}

void locks_both(const ferrule::Mutex<int>& a, const ferrule::Mutex<int>& b) {
  auto [first, second] = ferrule::lock_all(a, b);
  second = first;
}

void tries(const ferrule::Mutex<int>& mutex) {
  if (auto guard = mutex.try_lock()) **guard = 1;
}

void waits(const ferrule::Mutex<bool>& is_ready, const ferrule::Condvar& changed) {
  auto guard = is_ready.lock();
  while (!*guard) changed.wait(guard);
}

void works_in_a_callback(const ferrule::Mutex<int>& mutex) {
  mutex.with_lock([](int& value) { value += 1; });
  mutex.set(mutex.get() + 1);
}

int reads_then_writes(const ferrule::RwLock<int>& lock) {
  int seen = *lock.read();
  auto guard = lock.write();
  *guard = seen + 1;
  return *guard;
}

}  // namespace
