// For each copy of a body: which origins may run beside it, and which locks its callers surely hold. Along the calls of
// the whole program, from what the flow analysis knows at each event of a body. A static happens-before order of starts
// and joins, as in O2 (Liu and others 2021).
#pragma once

#include "checks/flow/engine.h"
#include "checks/heap/heap.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace ferrule::beside {

/// A lock in the terms of the function that is asked about, or the one cell that it surely is.
struct Held {
  Place lock = {};
  bool is_shared = false;
  heap::CellId cell = 0;    ///< instead of `lock`, if not 0
  bool is_perhaps = false;  ///< one of several cells that the lock may be
  bool is_once = false;     ///< no lock: what runs at most once does, and whoever comes by waits until it has
  auto operator<=>(const Held&) const = default;
};

class MayRunBeside {
 public:
  MayRunBeside(const Flow& flow, const heap::Heap& heap);

  /// The origins that may run when a copy of a body is at an event: started by what led there.
  std::set<calls::OriginId> live_at(const heap::Copy& copy, unsigned event) const;
  /// What else may run, if outside code called in before and has now called in again.
  const std::set<calls::OriginId>& live_from_before(const heap::Copy& copy) const {
    return entries_[copy.number].from_before;
  }
  /// Surely held at an event, by the body itself or its callers.
  std::vector<Held> held_at(const heap::Copy& copy, unsigned event) const;
  /// Does it run because something outside calls it, and not the program?
  bool is_entry(const heap::Copy& copy) const;

 private:
  struct Entry {
    std::set<calls::OriginId> live = {};
    std::set<calls::OriginId> from_before = {};
    bool reached = false;
    std::optional<std::set<Held>> held = {};  ///< by all calls that matter; nothing: there has been none yet
  };

  void index_starts();
  void seed();
  void spread();
  bool spread(const heap::CopyEdge& edge);
  bool is_local_static(const Event& event) const;
  void add_locks_of_library(const heap::CopyEdge& edge, std::vector<Held>& held) const;
  void index_handles();
  std::vector<calls::OriginId> origins_of(const Started& started) const;
  std::vector<heap::CellId> handle_cells(const heap::Copy& copy, PlaceId handle) const;
  bool is_joined(const heap::Copy& copy, const Moment& at, calls::OriginId origin) const;
  std::set<Held> translated(const heap::CopyEdge& edge, const std::vector<Held>& held) const;
  const Moment* moment(const Function& function, unsigned event) const;

  const Flow::Engine& engine_;
  const heap::Heap& heap_;
  std::map<std::pair<const Function*, unsigned>, std::vector<calls::OriginId>> starts_;
  std::map<calls::OriginId, std::set<heap::CellId>> handles_;
  std::vector<Entry> entries_;  // by copy
};

}  // namespace ferrule::beside
