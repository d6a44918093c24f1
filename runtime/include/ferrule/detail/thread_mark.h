// What tells threads apart, cheaply.
#pragma once

#ifdef FERRULE_MODEL_HEADER
#include FERRULE_MODEL_HEADER
#else

#include <cstdint>

namespace ferrule::detail {

/// Differs between threads that run at the same time.
inline std::uintptr_t thread_mark() noexcept {
  thread_local char mark = 0;
  return reinterpret_cast<std::uintptr_t>(&mark);
}

}  // namespace ferrule::detail

#endif
