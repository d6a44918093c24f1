// For each copy of a body: which origins may run beside it, and which locks its callers surely hold. Along the calls of
// the whole program, from what the flow analysis knows at each event of a body. A static happens-before order of starts
// and joins, as in O2 (Liu and others 2021).
#pragma once

#include "checks/flow/engine.h"
#include "checks/heap/heap.h"

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace ferrule::beside {

/// A lock in the terms of the function that is asked about, or the one cell that it surely is.
struct Held {
  Place lock = {};
  bool is_shared = false;
  heap::CellId cell = 0;  ///< instead of `lock`, if not 0
  auto operator<=>(const Held&) const = default;
};

class MayRunBeside {
 public:
  MayRunBeside(const Flow& flow, const heap::Heap& heap);

  bool may_run_beside(const heap::Copy& copy, unsigned event, calls::OriginId origin) const;
  /// Surely held at an event, by the body itself or its callers.
  std::vector<Held> held_at(const heap::Copy& copy, unsigned event) const;
  const FunctionFlow* flow_of(const Function& function) const;
  /// Does it run because something outside calls it, and not the program?
  bool is_entry(const heap::Copy& copy) const;

 private:
  struct Entry {
    std::set<calls::OriginId> live = {};
    std::optional<std::set<Held>> held = {};  ///< nothing: no call has been seen yet
  };

  void index_starts();
  void seed();
  void spread();
  bool spread(const heap::CopyEdge& edge);
  void add_locks_of_library(const heap::CopyEdge& edge, std::vector<Held>& held) const;
  std::set<calls::OriginId> live_at(const heap::Copy& copy, unsigned event) const;
  std::set<Held> translated(const heap::CopyEdge& edge, const std::vector<Held>& held) const;
  const Moment* moment(const Function& function, unsigned event) const;

  const Flow::Engine& engine_;
  const heap::Heap& heap_;
  std::unordered_map<const Function*, const FunctionFlow*> flows_;
  std::map<std::pair<const Function*, unsigned>, std::vector<calls::OriginId>> starts_;
  std::vector<Entry> entries_;  // by copy
};

}  // namespace ferrule::beside
