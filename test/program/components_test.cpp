#include "checks/program/components.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ferrule {
namespace {

using Members = std::vector<unsigned>;

std::size_t position(const std::vector<Component>& all, unsigned member) {
  const auto has = [&](const Component& c) { return std::count(c.members.begin(), c.members.end(), member) != 0; };
  return static_cast<std::size_t>(std::find_if(all.begin(), all.end(), has) - all.begin());
}

TEST(Components, CalleesComeFirst) {
  const std::vector<Component> all = components({{1, 2}, {2}, {}});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_LT(position(all, 2), position(all, 1));
  EXPECT_LT(position(all, 1), position(all, 0));
}

TEST(Components, ThoseThatReachEachOtherAreOne) {
  const std::vector<Component> all = components({{1}, {2}, {0, 3}, {}});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].members, (Members{3}));
  EXPECT_EQ(all[1].members, (Members{2, 1, 0}));
  EXPECT_TRUE(all[1].is_recursive);
  EXPECT_FALSE(all[0].is_recursive);
}

TEST(Components, OneThatCallsItselfIsRecursive) {
  const std::vector<Component> all = components({{0}});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all.front().is_recursive);
}

TEST(Components, OfNothingIsNothing) { EXPECT_TRUE(components({}).empty()); }

TEST(Components, TheOrderOfNumbersDoesNotDecideWhoIsWithWhom) {
  const std::vector<Component> one = components({{1}, {0}, {0}});
  const std::vector<Component> other = components({{2}, {0, 2}, {1}});
  EXPECT_EQ(one.size(), 2u);
  EXPECT_EQ(one.front().members, (Members{1, 0}));
  EXPECT_EQ(other.size(), 1u);
}

TEST(Components, AHundredThousandInARowNeedNoDeepStack) {
  std::vector<std::vector<unsigned>> chain(100000);
  for (unsigned node = 0; node + 1 < chain.size(); ++node) chain[node] = {node + 1};
  const std::vector<Component> all = components(chain);
  ASSERT_EQ(all.size(), chain.size());
  EXPECT_EQ(all.front().members, (Members{99999}));
}

}  // namespace
}  // namespace ferrule
