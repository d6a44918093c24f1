#include "checks/program/flow_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ferrule {
namespace {

// One event a block; entry is block 0.
Function shaped(const std::vector<std::vector<unsigned>>& successors) {
  Function function;
  for (unsigned block = 0; block < successors.size(); ++block) {
    function.events.emplace_back();
    Block made;
    made.first = block;
    made.last = block + 1;
    made.successors = successors[block];
    function.blocks.push_back(made);
  }
  return function;
}

using Blocks = std::vector<unsigned>;

TEST(FlowGraph, ABlockComesAfterAllThatLeadToIt) {
  const Function diamond = shaped({{1, 2}, {3}, {3}, {}});
  const FlowGraph graph(diamond);
  EXPECT_EQ(graph.order().front(), 0u);
  EXPECT_EQ(graph.order().back(), 3u);
  EXPECT_LT(graph.rank(1), graph.rank(3));
  EXPECT_LT(graph.rank(2), graph.rank(3));
}

TEST(FlowGraph, WhatNothingReachesIsNotInTheOrder) {
  const Function function = shaped({{2}, {2}, {}});
  const FlowGraph graph(function);
  EXPECT_EQ(graph.order(), (Blocks{0, 2}));
  EXPECT_EQ(graph.rank(1), 3u);
}

TEST(FlowGraph, ALoopHasABackEdgeAndABody) {
  const Function loop = shaped({{1}, {2, 4}, {3}, {1}, {}});
  const FlowGraph graph(loop);
  ASSERT_EQ(graph.back_edges().size(), 1u);
  EXPECT_EQ(graph.back_edges().front(), std::pair(3u, 1u));
  EXPECT_EQ(graph.natural_loop(3, 1), (std::vector<bool>{false, true, true, true, false}));
}

TEST(FlowGraph, NestedLoopsHaveBodiesOfTheirOwn) {
  const Function nested = shaped({{1}, {2, 5}, {3, 4}, {2}, {1}, {}});
  const FlowGraph graph(nested);
  EXPECT_EQ(graph.back_edges().size(), 2u);
  EXPECT_EQ(graph.natural_loop(3, 2), (std::vector<bool>{false, false, true, true, false, false}));
  EXPECT_EQ(graph.natural_loop(4, 1), (std::vector<bool>{false, true, true, true, true, false}));
}

TEST(FlowGraph, ABlockReachesItselfOnlyInALoop) {
  const Function function = shaped({{1}, {1, 2}, {}});
  const FlowGraph graph(function);
  EXPECT_FALSE(graph.reaches(0, 0));
  EXPECT_TRUE(graph.reaches(1, 1));
  EXPECT_TRUE(graph.reaches(0, 2));
  EXPECT_FALSE(graph.reaches(2, 1));
}

TEST(FlowGraph, AWayMayHaveToDoWithoutABlock) {
  const Function function = shaped({{1}, {2}, {}});
  const FlowGraph graph(function);
  EXPECT_FALSE(graph.reaches_without(0, 2, 1));
  const Function around = shaped({{1, 2}, {2}, {}});
  EXPECT_TRUE(FlowGraph(around).reaches_without(0, 2, 1));
}

TEST(FlowGraph, ABranchIsConditionalAndWhatFollowsItIsNot) {
  const Function function = shaped({{1, 2}, {2}, {}});
  const FlowGraph graph(function);
  EXPECT_TRUE(graph.is_conditional(1));
  EXPECT_FALSE(graph.is_conditional(2));
  EXPECT_FALSE(graph.is_conditional(0));
}

TEST(FlowGraph, ABlockBeforeTheOnlyExitOfAnEndlessLoopIsNotConditional) {
  const Function function = shaped({{1}, {1}});
  EXPECT_FALSE(FlowGraph(function).is_conditional(1));
}

TEST(FlowGraph, EventsOfALoopHappenAfterEachOther) {
  const Function loop = shaped({{1}, {2, 3}, {1}, {}});
  const FlowGraph graph(loop);
  EXPECT_TRUE(graph.happens_after(2, 1));
  EXPECT_TRUE(graph.happens_after(1, 2));
  EXPECT_FALSE(graph.happens_after(3, 1));
  EXPECT_FALSE(graph.happens_after(0, 0));
}

TEST(FlowGraph, EventsOfOneBlockHaveTheTextsOrder) {
  Function function = shaped({{}});
  function.events.emplace_back();
  function.blocks.front().last = 2;
  const FlowGraph graph(function);
  EXPECT_TRUE(graph.happens_after(0, 1));
  EXPECT_FALSE(graph.happens_after(1, 0));
  EXPECT_EQ(graph.block_of(1), 0u);
}

TEST(FlowGraph, TenThousandBlocksInARowNeedNoDeepStack) {
  std::vector<std::vector<unsigned>> chain(10000);
  for (unsigned block = 0; block + 1 < chain.size(); ++block) chain[block] = {block + 1};
  const Function function = shaped(chain);
  const FlowGraph graph(function);
  EXPECT_TRUE(graph.reaches(0, 9999));
  EXPECT_EQ(graph.order().size(), chain.size());
}

}  // namespace
}  // namespace ferrule
