// Which accesses a summary passes on, and which say nothing new.
#include "checks/flow/summary.h"

#include <gtest/gtest.h>

namespace ferrule {
namespace {

const Location first{"a.cpp", 1, 1};
const Location second{"a.cpp", 2, 1};
constexpr PlaceId counter = 7;
constexpr PlaceId flag = 8;
constexpr PlaceId mutex = 9;

Accessed writes(PlaceId place, const Location& where) {
  Accessed made;
  made.place = place;
  made.write = true;
  made.where = &where;
  made.effect = place;
  return made;
}

Passed passed(Accessed accessed, unsigned distance = 0) {
  return {std::make_shared<const Accessed>(std::move(accessed)), nullptr, nullptr, distance};
}

TEST(Effects, WhereTheTextStandsMakesNoDifference) {
  const Accessed a = writes(counter, first);
  const Accessed b = writes(counter, second);
  EXPECT_FALSE(ByEffect()(&a, &b));
  EXPECT_FALSE(ByEffect()(&b, &a));
}

TEST(Effects, APlaceAKindOrALockDoes) {
  const Accessed a = writes(counter, first);
  Accessed read = a;
  read.write = false;
  Accessed locked = a;
  locked.locks = Shared<Locks>(Locks{{mutex, false}});
  const Accessed other = writes(flag, first);
  for (const Accessed& b : {read, locked, other}) EXPECT_TRUE(ByEffect()(&a, &b) != ByEffect()(&b, &a));
}

TEST(Order, WhatIsOrderedByNothingIsOrderedByLess) {
  const Accessed bare = writes(counter, first);
  Accessed after = bare;
  after.sync_before = SharedPlaces(std::set<PlaceId>{flag});
  EXPECT_TRUE(is_ordered_by_less(bare, after));
  EXPECT_FALSE(is_ordered_by_less(after, bare));
  EXPECT_TRUE(is_ordered_by_less(after, after));
}

TEST(Order, TwoOrdersOfWhichNeitherHoldsTheOtherStaySide) {
  Accessed joined = writes(counter, first);
  joined.joined = SharedPlaces(std::set<PlaceId>{flag});
  Accessed synced = writes(counter, first);
  synced.sync_after = SharedPlaces(std::set<PlaceId>{flag});
  EXPECT_FALSE(is_ordered_by_less(joined, synced));
  EXPECT_FALSE(is_ordered_by_less(synced, joined));
}

TEST(Witnesses, OfTheSameTheNearestIsKept) {
  Witnesses witnesses;
  witnesses.offer(passed(writes(counter, second), 2));
  witnesses.offer(passed(writes(counter, first), 1));
  witnesses.offer(passed(writes(counter, second), 3));
  const std::vector<Passed> kept = witnesses.take();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept.front().distance, 1u);
}

TEST(Witnesses, WhatIsOrderedByMoreSaysNothingNew) {
  Accessed after = writes(counter, first);
  after.sync_before = SharedPlaces(std::set<PlaceId>{flag});
  Witnesses witnesses;
  witnesses.offer(passed(after));
  witnesses.offer(passed(writes(counter, second)));
  witnesses.offer(passed(after));
  const std::vector<Passed> kept = witnesses.take();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_TRUE(kept.front().access->sync_before.empty());
}

TEST(Witnesses, EffectsKeepTheOrderInWhichTheyCame) {
  Witnesses witnesses;
  witnesses.offer(passed(writes(flag, first)));
  witnesses.offer(passed(writes(counter, first)));
  const std::vector<Passed> kept = witnesses.take();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].access->place, flag);
  EXPECT_EQ(kept[1].access->place, counter);
}

TEST(Repeats, TheSameBesideTheSameThreadsIsOne) {
  Repeats repeats;
  const auto access = passed(writes(counter, first)).access;
  const Shared<std::set<unsigned>> none;
  const Shared<std::set<unsigned>> thread(std::set<unsigned>{0});
  EXPECT_FALSE(repeats.is_repeat(access, none, {}, 0));
  EXPECT_TRUE(repeats.is_repeat(access, none, {}, 0));
  EXPECT_FALSE(repeats.is_repeat(access, thread, {}, 0));
}

TEST(Repeats, AfterASynchronisationTheSameIsAnother) {
  Repeats repeats;
  const auto access = passed(writes(counter, first)).access;
  EXPECT_FALSE(repeats.is_repeat(access, {}, {}, 0));
  EXPECT_FALSE(repeats.is_repeat(access, {}, {}, 1));
}

TEST(Summaries, ANewEffectMakesThemDiffer) {
  Summary a;
  a.accesses.push_back(passed(writes(counter, first)));
  Summary b = a;
  EXPECT_TRUE(same_effect(a, b));
  b.accesses.push_back(passed(writes(flag, first)));
  EXPECT_FALSE(same_effect(a, b));
}

TEST(Summaries, ThatAFunctionReturnsAfterAllMakesThemDiffer) {
  Summary a;
  a.never_returns = true;
  EXPECT_FALSE(same_effect(a, Summary()));
}

}  // namespace
}  // namespace ferrule
