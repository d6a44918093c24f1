// What tells one thread how far another has come, besides starts and joins: what is done before a lock is taken, or a
// semaphore, latch or flag is set, comes before what is done after another thread has taken that lock, or waited for
// it, if that was later. A static form of the order between critical sections that happens-before detectors see in one
// run (FastTrack: Flanagan and Freund 2009); that the sections meet in this order is plausible, not certain.
#pragma once

#include "checks/flow/engine.h"
#include "checks/heap/heap.h"
#include "checks/program/flow_graph.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace ferrule::beside {

/// Works lazily and keeps what it finds: not thread-safe.
class OrderBySync {
 public:
  OrderBySync(const Flow& flow, const heap::Heap& heap);

  /// Does the thread of the first event hand over what it has done by then, before the thread of the second goes on?
  bool hands_over(const heap::Copy& copy, unsigned event, const heap::Copy& to, unsigned at);

 private:
  using Cells = std::set<heap::CellId>;
  struct Around {
    Cells surely = {};   ///< locks taken and objects waited for, on each way to the event
    Cells perhaps = {};  ///< locks taken on some way to the event
    Cells locks = {};    ///< taken after the event on some way
    Cells signals = {};  ///< objects set after the event on some way
  };
  /// What surrounds the calls of a copy.
  struct Entry {
    std::optional<Cells> surely = {};  ///< nothing: no call has been seen yet
    Cells perhaps = {};
    Cells locks = {};
    Cells signals = {};
  };

  void spread();
  bool spread(const heap::CopyEdge& edge);
  const FlowGraph& graph(const Function& function);
  std::optional<heap::CellId> cell(const heap::Copy& copy, PlaceId place) const;
  const Around& within(const heap::Copy& copy, unsigned event);
  Around find_within(const heap::Copy& copy, unsigned event);
  Around around(const heap::Copy& copy, unsigned event);

  const Flow::Engine& engine_;
  const heap::Heap& heap_;
  std::unordered_map<const Function*, std::unique_ptr<FlowGraph>> graphs_;
  std::map<std::pair<unsigned, unsigned>, Around> within_;  // by copy and event
  std::vector<Entry> entries_;                              // by copy
};

}  // namespace ferrule::beside
