// One solver for what is known of each copy of a body from the calls that lead to it.
#pragma once

#include "checks/heap/heap.h"

#include <deque>
#include <vector>

namespace ferrule::beside {

/// Looks at the calls that the copies in `first` make, and again at those of each copy about which `step(edge)` learnt
/// something new (it answers true), until nothing is new.
template <class Step>
void along_calls(const heap::Heap& heap, const std::vector<unsigned>& first, Step step) {
  std::vector<std::vector<const heap::CopyEdge*>> from(heap.copies().size());
  for (const heap::CopyEdge& edge : heap.copy_edges()) from[edge.caller->number].push_back(&edge);
  std::deque<unsigned> work(first.begin(), first.end());
  std::vector<bool> queued(from.size());
  for (const unsigned copy : first) queued[copy] = true;
  while (!work.empty()) {
    const unsigned copy = work.front();
    work.pop_front();
    queued[copy] = false;
    for (const heap::CopyEdge* edge : from[copy]) {
      const unsigned callee = edge->callee->number;
      if (!step(*edge) || queued[callee]) continue;
      queued[callee] = true;
      work.push_back(callee);
    }
  }
}

}  // namespace ferrule::beside
