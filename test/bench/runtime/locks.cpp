#include "test/bench/runtime/common.h"

#include <ferrule/mutex.h>
#include <ferrule/rw_lock.h>

#include <mutex>
#include <shared_mutex>

#if __has_include(<absl/synchronization/mutex.h>) && defined(FERRULE_BENCH_ABSL)
#include <absl/synchronization/mutex.h>
#endif

namespace ferrule::bench {
namespace {

struct Ours {
  Mutex<std::uint64_t> value{0};
  RwLock<std::uint64_t> shared{0};
  void bump() {
    auto guard = value.lock();
    ++*guard;
  }
  std::uint64_t read() { return *shared.read(); }
  void write() {
    auto guard = shared.write();
    ++*guard;
  }
};

struct Std {
  std::mutex mutex;
  std::shared_mutex shared_mutex;
  std::uint64_t value = 0;
  void bump() {
    const std::lock_guard lock(mutex);
    ++value;
  }
  std::uint64_t read() {
    const std::shared_lock lock(shared_mutex);
    return value;
  }
  void write() {
    const std::lock_guard lock(shared_mutex);
    ++value;
  }
};

#ifdef FERRULE_BENCH_ABSL
struct Absl {
  absl::Mutex mutex;
  std::uint64_t value = 0;
  void bump() {
    const absl::MutexLock lock(&mutex);
    ++value;
  }
  std::uint64_t read() {
    const absl::ReaderMutexLock lock(&mutex);
    return value;
  }
  void write() {
    const absl::WriterMutexLock lock(&mutex);
    ++value;
  }
};
#endif

template <class Lock>
double contended(int threads, int each, bool works) {
  Lock lock;
  return in_threads(threads, [&](int thread) {
    std::uint64_t x = static_cast<std::uint64_t>(thread) + 1;
    for (int i = 0; i < each; ++i) {
      lock.bump();
      if (works) x = work_outside(x);
    }
  });
}

template <class Lock>
void add_lock(const std::string& who) {
  const int many = scaled(1000000);
  const auto alone = [&](const std::string& row, auto body) {
    add(row, who, many, [=] {
      Lock lock;
      return here([&] {
        for (int i = 0; i < many; ++i) body(lock);
      });
    });
  };
  alone("mutex", [](Lock& lock) { lock.bump(); });
  alone("rwlock_read", [](Lock& lock) { benchmark::DoNotOptimize(lock.read()); });
  alone("rwlock_write", [](Lock& lock) { lock.write(); });
  for (const int threads : {2, 4}) {
    const int each = scaled(400000) / threads;
    add("mutex_" + std::to_string(threads) + "_work", who, each * threads,
        [=] { return contended<Lock>(threads, each, true); });
    add("mutex_" + std::to_string(threads) + "_empty", who, each * threads,
        [=] { return contended<Lock>(threads, each, false); });
  }
}

}  // namespace

void add_locks() {
  add_lock<Ours>("ferrule");
  add_lock<Std>("std");
#ifdef FERRULE_BENCH_ABSL
  add_lock<Absl>("absl");
#endif
}

}  // namespace ferrule::bench
