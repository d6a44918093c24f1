// How one function comes to run another.
#pragma once

namespace ferrule::calls {

/// Number of an origin: see origins.h.
using OriginId = unsigned;

enum class CallKind : unsigned char {
  Call,      ///< the caller waits for it
  Start,     ///< on a thread, or as a task, of its own
  Parallel,  ///< on several threads at once, which the caller waits for
  Later,     ///< after the function that was given the callable has returned
  Handler,   ///< interrupts a thread, as a signal handler does
};

}  // namespace ferrule::calls
