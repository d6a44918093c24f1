// The same acts on what lives long enough: no warning.
#include <ferrule/arc.h>
#include <ferrule/mutex.h>
#include <ferrule/once.h>
#include <ferrule/rw_lock.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

int returns_a_copy(const ferrule::Mutex<int>& mutex) {
  auto guard = mutex.lock();
  return *guard;
}

std::string returns_a_copy_of_a_reader(const ferrule::RwLock<std::string>& lock) {
  auto guard = lock.read();
  return *guard;
}

const std::string& returns_out_of_a_callers_arc(const ferrule::Arc<std::string>& text) { return *text; }

const int& returns_out_of_a_static_once() {
  static const ferrule::OnceLock<int> once;
  return once.get_or_init([] { return 1; });
}

std::size_t uses_a_temporary_guard(const ferrule::Mutex<std::vector<int>>& values) {
  values.lock()->push_back(1);
  return values.lock()->size();
}

int reads_through_a_temporary(const ferrule::Mutex<int>& mutex) { return *mutex.lock() + 1; }

int sums(const ferrule::Mutex<std::vector<int>>& values) {
  auto guard = values.lock();
  int sum = 0;
  for (int value : *guard) sum += value;
  return sum;
}

int& of_the_owner(ferrule::Mutex<int>& mutex) { return mutex.get_mut(); }

}  // namespace
