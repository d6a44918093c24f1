// Races as the heap sees them: two accesses that may touch one cell, one of them a write, in origins that may run at
// once, with no lock that both surely hold. All that is feasible is listed, and what speaks against each.
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
  Place place = {};                           ///< as the function names it
  const heap::Copy* copy = nullptr;           ///< of the function's body
  std::vector<calls::OriginId> origins = {};  ///< where it may run, of those that make it a race
  std::vector<std::string> locks = {};        ///< surely held, for people
  Location run_by_library = {};               ///< a call of a library's function that may run `function`; none mostly
};

struct OriginRace {
  heap::CellId cell = 0;
  std::string name = {};            ///< of the cell, for people
  bool is_by_element = false;       ///< it rests on two elements of unknown index being one
  bool is_one_object = false;       ///< the cell surely is one object, so both accesses mean the same
  bool is_guarded_perhaps = false;  ///< both hold locks that may be the same: elements of an array of locks
  bool is_passed_around = false;  ///< a pointer to it is an element, or under a lock: one side may hand it to the other
  bool is_handed_over = false;    ///< one side probably comes first: locks or signals between the two say so
  OriginAccess first = {};
  OriginAccess second = {};
};

enum class RacesOf : unsigned char {
  AnyCell,
  MayBeOne,   ///< of any cell, if no thread outlives the call from outside that starts it
  OneObject,  ///< only cells that surely are one object: much cheaper
};

/// Sorted by place; of two events one pair of accesses. Not thread-safe.
std::vector<OriginRace> find_races_by_origin(const Flow& flow, const heap::Heap& heap,
                                             RacesOf which = RacesOf::AnyCell);

}  // namespace ferrule
