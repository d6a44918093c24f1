// The shape of one function's control flow: one implementation for all analyses. Immutable; safe to share.
#pragma once

#include "checks/model/function.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace ferrule {

class FlowGraph {
 public:
  /// Keeps a reference to `function`. Linear in its blocks and events.
  explicit FlowGraph(const Function& function);

  /// Blocks that the entry reaches, in reverse postorder: a block comes before its successors but for back edges.
  const std::vector<unsigned>& order() const { return order_; }
  /// Position of each block in `order()`; blocks that nothing reaches come last.
  unsigned rank(unsigned block) const { return rank_[block]; }
  unsigned block_of(unsigned event) const { return block_of_[event]; }

  /// Edges (tail, header) back to a block that is still open in the depth-first search.
  const std::vector<std::pair<unsigned, unsigned>>& back_edges() const { return back_edges_; }
  /// The natural loop of a back edge: the header, and every block that comes to the tail without passing it.
  std::vector<bool> natural_loop(unsigned tail, unsigned header) const;

  /// Is there a way of at least one edge from `from` to `to`? The first question about `from` is linear in the blocks.
  bool reaches(unsigned from, unsigned to) const;
  /// Is there such a way that does not pass `without`?
  bool reaches_without(unsigned from, unsigned to, unsigned without) const;
  /// Is there a way from `from` to an exit that does not pass `block`?
  bool avoids(unsigned from, unsigned block) const;
  /// Does some way through the function do without `block`?
  bool is_conditional(unsigned block) const { return block != function_.entry && avoids(function_.entry, block); }
  /// Can event `later` run after event `event`?
  bool happens_after(unsigned event, unsigned later) const;

 private:
  void search();

  const Function& function_;
  std::vector<unsigned> order_;
  std::vector<unsigned> rank_;
  std::vector<unsigned> block_of_;
  std::vector<std::pair<unsigned, unsigned>> back_edges_;
  std::vector<std::vector<unsigned>> predecessors_;
  mutable std::unordered_map<unsigned, std::vector<bool>> reachable_;
};

}  // namespace ferrule
