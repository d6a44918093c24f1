// Races as the heap sees them: two accesses that may touch one cell, one of them a write, in origins that may run at
// once, with no lock that both surely hold. All that is feasible is listed; nothing here judges how likely it is.
#pragma once

#include "checks/flow/flow.h"
#include "checks/heap/heap.h"
#include "checks/model/location.h"

#include <string>
#include <vector>

namespace ferrule {

struct OriginAccess {
  const Function* function = nullptr;
  unsigned event = 0;
  Location where = {};
  bool is_write = false;
  std::vector<calls::OriginId> origins = {};  ///< where it may run, of those that make it a race
  std::vector<std::string> locks = {};        ///< surely held, for people
};

struct OriginRace {
  heap::CellId cell = 0;
  std::string name = {};       ///< of the cell, for people
  bool is_by_element = false;  ///< it rests on two elements of unknown index being one
  OriginAccess first = {};
  OriginAccess second = {};
};

/// Sorted by place; of two events one pair of accesses. Thread-safe if the flow is not used otherwise meanwhile.
std::vector<OriginRace> find_races_by_origin(const Flow& flow, const heap::Heap& heap);

}  // namespace ferrule
