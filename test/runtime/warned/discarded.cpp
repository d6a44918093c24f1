// What is dropped at once by mistake.
#include <ferrule/ferrule.h>

namespace {

void drops_guards(const ferrule::Mutex<int>& mutex, const ferrule::RwLock<int>& lock) {
  mutex.lock();      // warns: -Wunused-result
  mutex.try_lock();  // warns: -Wunused-result
  lock.read();       // warns: -Wunused-result
  lock.write();      // warns: -Wunused-result
  lock.try_write();  // warns: -Wunused-result
}

void drops_handles_and_errors(const ferrule::Sender<int>& tx, const ferrule::Semaphore& permits) {
  ferrule::spawn([] {});             // warns: -Wunused-result
  tx.send(1);                        // warns: -Wunused-result
  tx.clone();                        // warns: -Wunused-result
  ferrule::channel<int>();           // warns: -Wunused-result
  ferrule::oneshot<int>();           // warns: -Wunused-result
  permits.try_acquire();             // warns: -Wunused-result
  ferrule::Arc<int>::make(1);        // warns: -Wunused-result
  ferrule::available_parallelism();  // warns: -Wunused-result
}

}  // namespace
