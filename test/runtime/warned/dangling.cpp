// Lifetimes: what Clang says to a reference that outlives what it refers to.
#include <ferrule/arc.h>
#include <ferrule/mutex.h>
#include <ferrule/once.h>
#include <ferrule/rw_lock.h>

#include <string>
#include <string_view>

namespace {

int& returns_out_of_a_guard(const ferrule::Mutex<int>& mutex) {
  auto guard = mutex.lock();
  return *guard;  // warns: -Wreturn-stack-address
}

const std::string* returns_out_of_a_reader(const ferrule::RwLock<std::string>& lock) {
  auto guard = lock.read();
  return &*guard;  // warns: -Wreturn-stack-address
}

const std::string& returns_out_of_an_arc() {
  ferrule::Arc<std::string> text(std::string("text"));
  return *text;  // warns: -Wreturn-stack-address
}

const int& returns_out_of_a_once() {
  ferrule::OnceLock<int> once;
  return once.get_or_init([] { return 1; });  // warns: -Wreturn-stack-address
}

const int& returns_what_it_waited_for() {
  ferrule::OnceLock<int> once;
  return once.wait();  // warns: -Wreturn-stack-address
}

std::size_t binds_out_of_a_temporary_arc() {
  const std::string& text = *ferrule::Arc<std::string>(std::string("text"));  // warns: -Wdangling
  return text.size();
}

int* returns_the_part_of_a_mutex() {
  ferrule::Mutex<int> mutex(1);
  return &mutex.get_mut();  // warns: -Wreturn-stack-address
}

}  // namespace
