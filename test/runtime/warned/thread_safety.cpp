// Capabilities: what Clang says to locks that are taken twice, or not at all.
#include <ferrule/mutex.h>
#include <ferrule/rw_lock.h>

#include <string>

namespace {

struct Account {
  ferrule::Mutex<int> gate{0};
  int balance __attribute__((guarded_by(gate))) = 0;
  ferrule::RwLock<int> names_gate{0};
  std::string name __attribute__((guarded_by(names_gate)));

  void deposit_without_the_lock() {
    balance += 1;  // warns: -Wthread-safety-analysis
  }

  void deposit_after_the_lock() {
    {
      auto guard = gate.lock();
    }
    balance += 1;  // warns: -Wthread-safety-analysis
  }

  void rename_while_reading() {
    auto guard = names_gate.read();
    name = "other";  // warns: -Wthread-safety-analysis
  }

  void rename_after_a_downgrade() {
    auto guard = names_gate.write_and_downgrade([](int& number) { ++number; });
    name = "other";  // warns: -Wthread-safety-analysis
  }

  std::size_t read_without_the_lock() const {
    return name.size();  // warns: -Wthread-safety-analysis
  }
};

void locks_twice(const ferrule::Mutex<int>& mutex) {
  auto first = mutex.lock();
  auto second = mutex.lock();  // warns: -Wthread-safety-analysis
  *second = *first;
}

void writes_while_writing(const ferrule::RwLock<int>& lock) {
  auto first = lock.write();
  auto second = lock.write();  // warns: -Wthread-safety-analysis
  *second = *first;
}

void writes_while_reading(const ferrule::RwLock<int>& lock) {
  auto first = lock.read();
  auto second = lock.write();  // warns: -Wthread-safety-analysis
  *second = *first;
}

void writes_after_a_downgrade(const ferrule::RwLock<int>& lock) {
  auto first = lock.write_and_downgrade([](int& number) { ++number; });
  auto second = lock.write();  // warns: -Wthread-safety-analysis
  *second = *first;
}

int read_and_read_again(const ferrule::RwLock<int>& lock) {
  auto first = lock.read();
  auto second = lock.read();  // warns: -Wthread-safety-analysis
  return *first + *second;
}

}  // namespace
