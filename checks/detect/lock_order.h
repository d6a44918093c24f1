// Locks taken in a cycle, and locks taken twice.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

/// While `held` is held, `taken` is taken.
struct LockStep {
  std::string held = {};  ///< for people
  std::string taken = {};
  Location where = {};
  std::vector<Note> way = {};  ///< calls from where the first lock is held to where the second is taken
};

struct LockCycle {
  std::vector<LockStep> steps = {};  ///< one step: the lock is taken while it is held already
  std::string subject = {};
  Profile profile = Profile::Default;
};

/// Along the calls that the heap knows, of locks that surely are one object each.
std::vector<LockCycle> lock_cycles_by_heap(const Flow& flow);

/// Sorted by place; one for each set of locks.
std::vector<LockCycle> find_lock_cycles(const Flow& flow);

}  // namespace ferrule
