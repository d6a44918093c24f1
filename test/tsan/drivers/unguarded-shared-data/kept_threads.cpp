#include "test/fixtures/unguarded-shared-data/kept_threads.cpp"

#include <chrono>

namespace {

volatile int seen;  // a value that nobody uses is not read

// Threads write at once: who reads later meets the write in every run. Each object has an address of its own, since
// of two races at one address ThreadSanitizer reports one.
template <class Object>
void read_late() {
  static Object object;
  object.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  seen = object.level();
  if constexpr (requires { object.stop(); }) object.stop();
}

}  // namespace

void reject() {
  read_late<Owned>();
  read_late<Reset>();
  read_late<Bare>();
  read_late<Several>();
  static Keeper keeper;
  seen = keeper.level();
}

void accept() {
  seen = use_joined();
  PatientKeeper patient;
  seen = patient.level();
}
