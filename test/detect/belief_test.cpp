// What a lock is evidence for: which observations are enough, and which are not.
#include "checks/detect/belief.h"

#include <gtest/gtest.h>

namespace ferrule {
namespace {

Observations seen(std::size_t holding, std::size_t holding_writers, std::size_t bare, std::size_t bare_writers,
                  std::size_t fewest_members) {
  return {holding, holding_writers, bare, bare_writers, fewest_members, false};
}

TEST(Belief, OneWriterUnderALockOfItsOwnIsEnoughAgainstOneReader) { EXPECT_TRUE(is_believed(seen(1, 1, 1, 0, 1))); }

TEST(Belief, AllWritesHoldTheLockThoughHalfOfTheReadersDoNot) { EXPECT_TRUE(is_believed(seen(2, 1, 2, 0, 1))); }

TEST(Belief, TwoOfFiveForget) { EXPECT_TRUE(is_believed(seen(3, 2, 2, 0, 3))); }

TEST(Belief, NineMembersUnderOneLock) { EXPECT_TRUE(is_believed(seen(2, 2, 1, 0, 9))); }

TEST(Belief, ALockTakenForNothingElseIsMeantForIt) { EXPECT_TRUE(is_believed(seen(1, 0, 1, 1, 1))); }

TEST(Belief, OneReadAmongOtherThingsSaysNothing) { EXPECT_FALSE(is_believed(seen(1, 0, 1, 1, 2))); }

TEST(Belief, OneCriticalSectionThatSpansTheClass) { EXPECT_FALSE(is_believed(seen(1, 1, 1, 0, 9))); }

TEST(Belief, OneThatHappensToHoldItAgainstThree) { EXPECT_FALSE(is_believed(seen(1, 1, 3, 2, 2))); }

TEST(Belief, NobodyHoldsIt) {
  EXPECT_FALSE(is_believed(seen(0, 0, 3, 1, 0)));
  EXPECT_EQ(belief(seen(0, 0, 3, 1, 0)), 0);
}

TEST(Belief, GrowsWithThoseWhoHoldItAndFallsWithThoseWhoDoNot) {
  for (std::size_t holding = 1; holding < 20; ++holding)
    for (std::size_t bare = 1; bare < 20; ++bare) {
      EXPECT_LT(belief(seen(holding, 0, bare, 0, 3)), belief(seen(holding + 1, 0, bare, 0, 3)));
      EXPECT_GT(belief(seen(holding, 0, bare, 0, 3)), belief(seen(holding, 0, bare + 1, 0, 3)));
      EXPECT_LT(belief(seen(holding, 0, bare, 0, 3)), belief(seen(holding, 1, bare, 0, 3)));
      EXPECT_GT(belief(seen(holding, 0, bare, 0, 3)), belief(seen(holding, 0, bare, 1, 3)));
      EXPECT_GT(belief(seen(holding, 0, bare, 0, 3)), belief(seen(holding, 0, bare, 0, 4)));
    }
}

TEST(Belief, WhatTheAuthorDeclaresNeedsNoExamples) {
  Observations declared = seen(0, 0, 5, 5, 0);
  declared.is_declared = true;
  EXPECT_TRUE(is_believed(declared));
  EXPECT_EQ(in_words(declared), "its declaration says so");
}

TEST(Belief, IsToldInFunctions) {
  EXPECT_EQ(in_words(seen(4, 1, 1, 0, 2)), "4 of 5 functions hold it");
  EXPECT_EQ(in_words(seen(1, 1, 0, 0, 1)), "1 of 1 function holds it");
}

}  // namespace
}  // namespace ferrule
