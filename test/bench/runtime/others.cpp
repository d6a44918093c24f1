#include "test/bench/runtime/common.h"

#include <ferrule/arc.h>
#include <ferrule/once.h>
#include <ferrule/thread.h>

#include <future>
#include <memory>
#include <mutex>

namespace ferrule::bench {
namespace {

template <class Pointer, class Make>
void add_pointer(const std::string& who, Make make) {
  const int many = scaled(1000000);
  add("arc_clone", who, many, [=] {
    const Pointer pointer = make();
    return here([&] {
      for (int i = 0; i < many; ++i) {
        Pointer copy = pointer;
        benchmark::DoNotOptimize(copy);
      }
    });
  });
  add("arc_clone_2", who, many, [=] {
    const Pointer pointer = make();
    return in_threads(2, [&](int) {
      const Pointer own = pointer;
      for (int i = 0; i < many / 2; ++i) {
        Pointer copy = own;
        benchmark::DoNotOptimize(copy);
      }
    });
  });
  add("arc_make", who, many, [=] {
    return here([&] {
      for (int i = 0; i < many; ++i) {
        Pointer made = make();
        benchmark::DoNotOptimize(made);
      }
    });
  });
}

OnceLock<std::uint64_t> once_lock;
std::once_flag once_flag;
std::uint64_t once_value = 0;

std::uint64_t function_static() {
  static const std::uint64_t value =
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  return value;
}

template <class Get>
void add_once(const std::string& who, Get get) {
  const int many = scaled(5000000);
  add("once_get", who, many, [=] {
    return here([&] {
      // Four at a time: one is no more than the loop around it.
      for (int i = 0, count = many; i < count; i += 4) {
        benchmark::DoNotOptimize(get());
        benchmark::DoNotOptimize(get());
        benchmark::DoNotOptimize(get());
        benchmark::DoNotOptimize(get());
      }
    });
  });
}

template <class Run>
void add_spawn(const std::string& who, Run run) {
  const int few = scaled(2000);
  add("spawn_join", who, few, [=] {
    return here([&] {
      for (int i = 0; i < few; ++i) benchmark::DoNotOptimize(run(i));
    });
  });
}

}  // namespace

void add_others() {
  add_pointer<Arc<std::uint64_t>>("ferrule", [] { return Arc<std::uint64_t>::make(7u); });
  add_pointer<std::shared_ptr<const std::uint64_t>>("std", [] { return std::make_shared<const std::uint64_t>(7); });
  add_once("ferrule", [] { return once_lock.get_or_init([] { return std::uint64_t{7}; }); });
  add_once("std", [] {
    std::call_once(once_flag, [] { once_value = 7; });
    return once_value;
  });
  add_once("static", function_static);
  add_spawn("ferrule", [](int i) { return spawn([i] { return i; }).join(); });
  add_spawn("std", [](int i) {
    int result = 0;
    std::thread([&] { result = i; }).join();
    return result;
  });
  add_spawn("async", [](int i) { return std::async(std::launch::async, [i] { return i; }).get(); });
}

}  // namespace ferrule::bench
