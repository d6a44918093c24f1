// The constraint graph of an inclusion-based points-to analysis (Andersen 1994), solved with difference propagation
// (Pearce, Kelly and Hankin 2004) and lazy cycle detection (Hardekopf and Lin 2007).
//
// A node stands for storage that may hold pointers: a cell of an object, or a helper without a name. An edge says that
// what one node holds may be held by another; a deep edge says the same of all their parts, since C++ copies objects.
#pragma once

#include "checks/heap/id_set.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace ferrule::heap {

using NodeId = std::uint32_t;
using StepId = std::uint32_t;
inline constexpr NodeId no_node = 0;

/// Not thread-safe while it grows; reading a solved graph is.
class Graph {
 public:
  using Reaction = std::function<void(NodeId pointee)>;
  /// Makes or finds the part `step` of a cell; needed where a deep edge carries a part over.
  using PartOf = std::function<NodeId(NodeId cell, StepId step)>;

  explicit Graph(PartOf part_of);

  NodeId add_node();
  /// `part` is the part `step` of `whole`: deep edges of `whole` carry it on.
  void adopt(NodeId whole, StepId step, NodeId part);
  /// From now on both hold the same, and so do their parts.
  void unify(NodeId a, NodeId b);

  void point(NodeId node, NodeId pointee);
  void copy(NodeId from, NodeId to, bool deep = true);
  /// `to` holds what the pointees of `pointer` hold: `to = *pointer`.
  void load(NodeId pointer, NodeId to, bool deep);
  /// The pointees of `pointer` hold what `from` holds: `*pointer = from`.
  void store(NodeId pointer, NodeId from);
  /// Runs once for each pointee that `node` ever gets.
  void react(NodeId node, Reaction reaction);

  /// Carries everything on until nothing changes, or until the budget is spent.
  void solve();
  /// Work left, in edges tried: what a program with huge structures copied into each other cannot use up time beyond.
  void set_budget(std::size_t steps) { steps_left_ = steps; }
  bool is_spent() const { return steps_left_ == 0; }

  const IdSet& pointees(NodeId node) const { return nodes_[find(node)].pointees; }
  NodeId find(NodeId node) const {
    while (nodes_[node].representative != node) node = nodes_[node].representative;
    return node;
  }
  std::size_t size() const { return nodes_.size(); }

 private:
  struct Edge {
    NodeId to;
    bool deep;
  };
  struct Watch {
    enum class Kind : unsigned char { Load, DeepLoad, Store, React } kind;
    std::uint32_t with;  // a node, or the number of a reaction
  };
  struct Node {
    NodeId representative;
    IdSet pointees;
    IdSet fresh;  // pointees that the edges and watches have not seen
    std::vector<Edge> edges;
    std::vector<Watch> watches;
    std::vector<std::pair<StepId, NodeId>> parts;
    bool queued = false;
  };

  NodeId root(NodeId node);
  void queue(NodeId node);
  void spread(NodeId to, const IdSet& pointees);
  void watch(NodeId node, Watch watch);
  void run(const Watch& watch, const IdSet& pointees);
  void process(NodeId node);
  void carry(NodeId whole, StepId step, NodeId part);
  void find_cycle(NodeId from, NodeId to);
  void merge(NodeId a, NodeId b);
  void drain();

  void spend() { steps_left_ -= steps_left_ > 0 ? 1 : 0; }

  PartOf part_of_;
  std::size_t steps_left_ = static_cast<std::size_t>(-1);
  std::deque<Node> nodes_;
  std::deque<Reaction> reactions_;
  std::deque<NodeId> work_;
  std::deque<std::pair<NodeId, Watch>> new_watches_;
  std::deque<std::pair<NodeId, std::pair<StepId, NodeId>>> new_parts_;
  std::deque<std::pair<NodeId, NodeId>> to_unify_;
  std::unordered_set<std::uint64_t> known_edges_;
  std::unordered_set<std::uint64_t> searched_;  // edges on which a cycle was looked for
};

}  // namespace ferrule::heap
