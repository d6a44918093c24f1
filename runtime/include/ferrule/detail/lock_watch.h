// Where the debug mode of lock_order.h listens. Empty, and gone from every object, unless FERRULE_LOCK_ORDER is
// defined.
#pragma once

#ifdef FERRULE_LOCK_ORDER
#include <ferrule/lock_order.h>
#else

namespace ferrule::detail {

struct LockWatch {
  static void before_lock(const void*) noexcept {}
  static void locked(const void*) noexcept {}
  static void unlocked(const void*) noexcept {}
};

}  // namespace ferrule::detail

#endif
