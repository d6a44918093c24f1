// How many threads can run at once, without <thread>.
#pragma once

#include <cstddef>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#else
#include <thread>
#endif

namespace ferrule::detail {

/// At least 1. On Linux: of the processors that this process may use.
inline std::size_t processor_count() noexcept {
#if defined(__linux__)
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return static_cast<std::size_t>(CPU_COUNT(&allowed));
  long online = ::sysconf(_SC_NPROCESSORS_ONLN);  // more processors than the set has room for
  return online < 1 ? 1 : static_cast<std::size_t>(online);
#else
  std::size_t count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : count;
#endif
}

}  // namespace ferrule::detail
