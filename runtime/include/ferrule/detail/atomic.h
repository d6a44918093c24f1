// The atomics that every algorithm of the runtime is written over. A test may substitute its own, to explore
// interleavings of the real headers: it defines FERRULE_MODEL_HEADER, a header that gives ferrule::detail the same
// names.
#pragma once

#ifdef FERRULE_MODEL_HEADER
#include FERRULE_MODEL_HEADER
#else

#include <atomic>
#include <cstdint>

namespace ferrule::detail {

template <class T>
using Atomic = std::atomic<T>;

/// The word that a thread can sleep on.
using FutexWord = Atomic<std::uint32_t>;

}  // namespace ferrule::detail

#endif
