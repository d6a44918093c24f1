// Each excuse for an access without the lock, where it holds and where it does not.
#include "checks/detect/excuses.h"

#include <gtest/gtest.h>

namespace ferrule {
namespace {

constexpr PlaceId lock = 1;
constexpr PlaceId other = 2;

// A body of three blocks: 0 leads to 1 and to 2, which do not lead to one another. Each has two events.
Function forked() {
  Function function;
  function.key = function.name = "forked";
  function.events.resize(6);
  function.blocks = {{0, 2, {1, 2}}, {2, 4, {}}, {4, 6, {}}};
  return function;
}

TEST(Excuses, HoldsForAWriteOnlyIfNobodyElseMayHoldItToo) {
  Accessed access;
  access.locks = Locks{{lock, true}};
  EXPECT_TRUE(holds(access, lock));
  EXPECT_FALSE(holds(access, other));
  access.write = true;
  EXPECT_FALSE(holds(access, lock));
  access.locks = Locks{{lock, false}};
  EXPECT_TRUE(holds(access, lock));
}

TEST(Excuses, NotAnalysed) {
  Function plain = forked();
  Function exempt = forked();
  exempt.locks.not_analysed = true;
  Accessed access;
  access.in = &plain;
  EXPECT_FALSE(is_not_analysed(access));
  access.hops = hop(nullptr, exempt, false, nullptr);
  EXPECT_TRUE(is_not_analysed(access));
  access.hops = nullptr;
  access.in = &exempt;
  EXPECT_TRUE(is_not_analysed(access));
}

TEST(Excuses, MayBeHeld) {
  const Function callee = forked();
  Accessed access;
  access.perhaps = std::set<PlaceId>{lock};
  EXPECT_FALSE(may_be_held(access, lock)) << "in its own text it is not told which way was taken";
  access.hops = hop(nullptr, callee, false, nullptr);
  EXPECT_TRUE(may_be_held(access, lock));
  EXPECT_FALSE(may_be_held(access, other));
  Accessed told;
  told.told = std::set<PlaceId>{lock};
  EXPECT_TRUE(may_be_held(told, lock));
}

TEST(Excuses, GivenUpInOneTextIsKnownToItsAuthor) {
  const Function callee = forked();
  const Location here;
  Accessed access;
  access.where = &here;
  EXPECT_FALSE(is_given_up(access, lock, nullptr));
  access.released = std::set<PlaceId>{lock};
  EXPECT_TRUE(is_given_up(access, lock, nullptr));
  EXPECT_FALSE(is_given_up(access, other, nullptr));

  access.hops = hop(nullptr, callee, false, nullptr);
  FunctionFlow in;
  in.function = &callee;
  in.touches.emplace_back();
  in.touches.back().accessed.where = &here;
  EXPECT_FALSE(is_given_up(access, lock, &in)) << "the caller gave it up, and the callee does not know";
  in.touches.back().accessed.released = std::set<PlaceId>{lock};
  EXPECT_TRUE(is_given_up(access, lock, &in));
}

class TakenOut : public testing::Test {
 protected:
  Sighting at(unsigned event, bool write, bool locked, FunctionFlow* flow = nullptr) {
    Touch& touch = touches_.emplace_back();
    touch.event = event;
    touch.accessed.write = write;
    if (locked) touch.accessed.locks = Locks{{lock, false}};
    return {flow ? flow : &flow_, &touch, no_place, &touch.accessed};
  }

  TakenOut() {
    function_ = forked();
    flow_.function = other_flow_.function = &function_;
  }

  Function function_;
  FunctionFlow flow_;
  FunctionFlow other_flow_;
  std::deque<Touch> touches_;
};

TEST_F(TakenOut, ReadAfterItsOwnCriticalSection) {
  EXPECT_TRUE(is_taken_out(at(1, false, false), lock, {at(0, true, true)}));
}
TEST_F(TakenOut, NotWhatIsReadBefore) { EXPECT_FALSE(is_taken_out(at(0, false, false), lock, {at(1, true, true)})); }
TEST_F(TakenOut, WrittenBeforeItsOwnCriticalSection) {
  EXPECT_TRUE(is_taken_out(at(0, true, false), lock, {at(1, true, true)}));
}
TEST_F(TakenOut, NotOnAnotherBranch) { EXPECT_FALSE(is_taken_out(at(5, false, false), lock, {at(2, true, true)})); }
TEST_F(TakenOut, NotIfAnotherFunctionHoldsTheLockToo) {
  EXPECT_FALSE(is_taken_out(at(1, false, false), lock, {at(0, true, true), at(0, false, true, &other_flow_)}));
}

TEST(Excuses, AnotherLock) {
  PlaceTable places;
  const PlaceId guard = places.field(places.root(Root::This), "Account.mutex_");
  const PlaceId twin = places.field(places.root(Root::Param, 0), "Account.mutex_");
  const PlaceId another = places.field(places.root(Root::Param, 0), "Bank.mutex_");
  Accessed access;
  EXPECT_FALSE(holds_other_lock(access, guard, places));
  access.locks = Locks{{guard, true}};
  EXPECT_FALSE(holds_other_lock(access, guard, places));
  access.locks = Locks{{twin, false}};
  EXPECT_FALSE(holds_other_lock(access, guard, places)) << "the lock of the other account";
  access.locks = Locks{{twin, false}, {another, false}};
  EXPECT_TRUE(holds_other_lock(access, guard, places));
}

TEST(Excuses, MovedFrom) {
  Facts facts;
  facts.types = {{"int&&", TypeKind::Reference, "int &&"}, {"int&", TypeKind::Reference, "int &"}};
  Function function = forked();
  function.params = {{"from", "int&&"}, {"of", "int&"}};
  facts.functions = {function};
  std::vector<Facts> units;
  units.push_back(facts);
  const Program program(std::move(units));
  PlaceTable places;
  FunctionFlow flow;
  flow.function = &function;
  Touch touch;
  const Sighting stray{&flow, &touch, no_place, &touch.accessed};
  touch.accessed.place = places.root(Root::Param, 0);
  EXPECT_TRUE(is_moved_from(stray, places, program));
  touch.accessed.place = places.root(Root::Param, 1);
  EXPECT_FALSE(is_moved_from(stray, places, program));
  touch.accessed.place = places.root(Root::This);
  EXPECT_FALSE(is_moved_from(stray, places, program));
}

TEST(Excuses, EveryExcuseHasWords) {
  for (unsigned i = 1; i <= static_cast<unsigned>(Excuse::ForeignObject); ++i)
    EXPECT_FALSE(in_words(static_cast<Excuse>(i)).empty());
}

TEST(Excuses, WaysThroughABody) {
  const Function function = forked();
  EXPECT_TRUE(leads_to(function, 0, 1));
  EXPECT_FALSE(leads_to(function, 1, 0));
  EXPECT_TRUE(leads_to(function, 1, 5));
  EXPECT_FALSE(leads_to(function, 2, 5));
  EXPECT_FALSE(leads_to(function, 99, 0));
}

}  // namespace
}  // namespace ferrule
