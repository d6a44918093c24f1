// A thread of the operating system, with a stack size: pthreads where there are any, else std::thread.
#pragma once

#ifdef FERRULE_MODEL_HEADER
#include FERRULE_MODEL_HEADER
#else

#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#define FERRULE_DETAIL_PTHREADS 1
#include <pthread.h>
#else
#define FERRULE_DETAIL_PTHREADS 0
#include <thread>
#endif

namespace ferrule::detail {

#if FERRULE_DETAIL_PTHREADS

class NativeThread {
 public:
  /// Runs `body(argument)` on a new thread; says why if there can be none. A stack size of 0 is the system's own.
  std::error_code start(void* (*body)(void*), void* argument, std::size_t stack_size) noexcept {
    if (stack_size == 0)
      return std::error_code(pthread_create(&handle_, nullptr, body, argument), std::generic_category());
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error == 0) {
      constexpr std::size_t page = 4096, least = 16 * page;
      std::size_t rounded = stack_size < least ? least : (stack_size + page - 1) / page * page;
      error = pthread_attr_setstacksize(&attributes, rounded);
      if (error == 0) error = pthread_create(&handle_, &attributes, body, argument);
      pthread_attr_destroy(&attributes);
    }
    return std::error_code(error, std::generic_category());
  }

  void join() noexcept { pthread_join(handle_, nullptr); }
  void detach() noexcept { pthread_detach(handle_); }

  /// Names the calling thread, as far as the system shows names.
  static void set_name(const std::string& name) noexcept {
#if defined(__linux__)
    char shortened[16] = {};
    name.copy(shortened, sizeof(shortened) - 1);
    pthread_setname_np(pthread_self(), shortened);
#elif defined(__APPLE__)
    pthread_setname_np(name.c_str());
#else
    (void)name;
#endif
  }

 private:
  pthread_t handle_{};
};

#else

class NativeThread {
 public:
  std::error_code start(void* (*body)(void*), void* argument, std::size_t) noexcept {
    try {
      thread_ = std::thread(body, argument);
      return {};
    } catch (const std::system_error& error) {
      return error.code();
    }
  }

  void join() noexcept { thread_.join(); }
  void detach() noexcept { thread_.detach(); }
  static void set_name(const std::string&) noexcept {}

 private:
  std::thread thread_;
};

#endif

}  // namespace ferrule::detail

#endif  // FERRULE_MODEL_HEADER
