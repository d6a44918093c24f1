// Strongly connected components of a graph of small integers.
#pragma once

#include <vector>

namespace ferrule {

struct Component {
  std::vector<unsigned> members = {};  ///< as a depth-first search leaves them: mostly, callees come first
  bool is_recursive = false;           ///< several members, or one that has an edge to itself
};

/// The components of a graph whose node `i` has edges to `edges[i]`, in an order in which a component comes after all
/// that it has edges to (callees first). Linear. Algorithm: Tarjan 1972, without recursion.
std::vector<Component> components(const std::vector<std::vector<unsigned>>& edges);

}  // namespace ferrule
