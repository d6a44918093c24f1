// References, pointers and views into guarded data that are returned while the guard stays behind.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

struct GuardEscape {
  std::string name = {};  ///< of the place, for people
  std::string lock = {};
  std::string how = {};   ///< "reference", "pointer", "iterator" or "view"
  std::string type = {};  ///< key of the type that is pointed to, if the result's type says it
  Location where = {};
  Location threat = {};  ///< another function changes the place here under the lock, or takes it away
  Location declared = {};
  Profile profile = Profile::Default;
  std::string subject = {};
};

/// What a guard leads to is used, or returned by reference, when the guard is gone.
struct OutlivedGuard {
  std::string lock = {};
  Location where = {};
  bool is_returned = false;
  std::string subject = {};
};

/// Sorted by place.
std::vector<OutlivedGuard> find_outlived_guards(const Flow& flow);

/// Sorted by place; only where some other function changes, moves or removes under the lock what the result points to.
std::vector<GuardEscape> find_guard_escapes(const Flow& flow);

}  // namespace ferrule
