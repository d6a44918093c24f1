#include "own.h"

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>

struct Done {
  void operator()() noexcept {}
};

struct Rows {
  std::thread thread;                                    // yes yes no
  std::thread::id id;                                    // yes yes no
  std::future<Plain> future;                             // yes yes no
  std::future<Bound> future_bound;                       // no yes no
  std::future<void> nothing;                             // yes yes no
  std::shared_future<Plain> shared_future;               // yes yes no
  std::shared_future<Cell> shared_cell;                  // no no no
  std::promise<Plain> promise;                           // yes yes yes
  std::promise<Bound> promise_bound;                     // no yes yes
  std::mutex mutex;                                      // yes yes yes
  std::timed_mutex timed;                                // yes yes yes
  std::recursive_mutex recursive;                        // yes yes yes
  std::shared_mutex shared_mutex;                        // yes yes yes
  std::lock_guard<std::mutex> guard;                     // no yes no
  std::scoped_lock<std::mutex> scoped;                   // no yes no
  std::unique_lock<std::mutex> unique;                   // no yes no
  std::shared_lock<std::shared_mutex> shared;            // no yes no
  std::condition_variable condition;                     // yes yes yes
  std::condition_variable_any any_condition;             // yes yes yes
  std::once_flag once;                                   // yes yes yes
  std::latch latch;                                      // yes yes yes
  std::counting_semaphore<4> semaphore;                  // yes yes yes
  std::barrier<Done> barrier;                            // yes yes yes
  std::atomic<int> atomic;                               // yes yes yes
  std::atomic<bool> flag;                                // yes yes yes
  std::atomic<int*> pointer;                             // if_unique if_unique if_unique
  std::atomic<const int*> const_pointer;                 // yes yes yes
  std::atomic_flag simple;                               // yes yes yes
  std::atomic_ref<int> reference;                        // yes yes yes
  _Atomic(int) c_atomic;                                 // yes yes yes
  Monitor monitor;                                       // yes yes yes
};
