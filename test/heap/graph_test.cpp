#include "checks/heap/graph.h"

#include <gtest/gtest.h>

#include <map>

namespace ferrule::heap {
namespace {

struct GraphTest : testing::Test {
  Graph graph{[this](NodeId cell, StepId step) { return part(cell, step); }};
  std::map<std::pair<NodeId, StepId>, NodeId> parts;

  NodeId part(NodeId cell, StepId step) {
    NodeId& made = parts[{cell, step}];
    if (made == no_node) {
      made = graph.add_node();
      graph.adopt(cell, step, made);
    }
    return made;
  }
  std::vector<NodeId> solved(NodeId node) {
    graph.solve();
    return graph.pointees(node).ids();
  }
};

TEST_F(GraphTest, CopiesGoOnWhateverTheOrder) {
  const NodeId a = graph.add_node(), b = graph.add_node(), c = graph.add_node(), x = graph.add_node();
  graph.copy(b, c);
  graph.copy(a, b);
  graph.point(a, x);
  EXPECT_EQ(solved(c), std::vector<NodeId>{x});
  const NodeId y = graph.add_node();
  graph.point(b, y);
  EXPECT_EQ(solved(c), (std::vector<NodeId>{x, y}));
  EXPECT_EQ(solved(a), std::vector<NodeId>{x});
}

TEST_F(GraphTest, LoadsAndStoresGoThroughPointees) {
  const NodeId p = graph.add_node(), q = graph.add_node(), object = graph.add_node(), x = graph.add_node();
  const NodeId from = graph.add_node(), to = graph.add_node();
  graph.point(from, x);
  graph.store(p, from);
  graph.load(q, to, false);
  graph.point(p, object);
  EXPECT_TRUE(solved(to).empty());
  graph.copy(p, q);
  EXPECT_EQ(solved(to), std::vector<NodeId>{x});
}

TEST_F(GraphTest, DeepCopiesCarryParts) {
  const NodeId a = graph.add_node(), b = graph.add_node(), x = graph.add_node();
  graph.copy(a, b);
  graph.point(part(a, 7), x);
  EXPECT_EQ(solved(part(b, 7)), std::vector<NodeId>{x});
  graph.point(part(part(a, 7), 8), b);
  EXPECT_EQ(solved(part(part(b, 7), 8)), std::vector<NodeId>{b});
}

TEST_F(GraphTest, ACycleHoldsOneSetAndItsParts) {
  std::vector<NodeId> ring;
  for (int i = 0; i < 50; ++i) ring.push_back(graph.add_node());
  for (std::size_t i = 0; i < ring.size(); ++i) graph.copy(ring[i], ring[(i + 1) % ring.size()]);
  const NodeId x = graph.add_node(), y = graph.add_node();
  graph.point(ring[10], x);
  graph.solve();
  graph.point(part(ring[3], 5), y);
  EXPECT_EQ(solved(ring[9]), std::vector<NodeId>{x});
  EXPECT_EQ(solved(part(ring[30], 5)), std::vector<NodeId>{y});
}

TEST_F(GraphTest, UnifiedNodesShareWhatComesLater) {
  const NodeId a = graph.add_node(), b = graph.add_node(), x = graph.add_node(), y = graph.add_node();
  graph.point(part(a, 1), x);
  graph.unify(a, b);
  graph.solve();
  graph.point(b, y);
  EXPECT_EQ(solved(a), std::vector<NodeId>{y});
  EXPECT_EQ(solved(part(b, 1)), std::vector<NodeId>{x});
}

TEST_F(GraphTest, EachPointeeIsReactedToOnce) {
  const NodeId a = graph.add_node(), b = graph.add_node();
  std::map<NodeId, int> seen;
  graph.react(b, [&](NodeId pointee) { ++seen[pointee]; });
  const NodeId x = graph.add_node(), y = graph.add_node();
  graph.point(a, x);
  graph.copy(a, b);
  graph.point(b, x);
  graph.solve();
  graph.point(a, y);
  graph.solve();
  EXPECT_EQ(seen, (std::map<NodeId, int>{{x, 1}, {y, 1}}));
}

}  // namespace
}  // namespace ferrule::heap
