#include "test/types/verdicts_types.h"

#include <gtest/gtest.h>

#include <memory>

namespace ferrule::test {
namespace {

class VerdictsTest : public testing::Test {
 protected:
  Answer ask(Question question, const std::string& type, const std::string& unit = {}) {
    judge(unit);
    return verdicts_->answer(question, type);
  }
  const Verdict& explain(Question question, const std::string& type) {
    judge({});
    return verdicts_->of(question, type);
  }
  void judge(const std::string& unit) {
    std::vector<Facts> units;
    units.push_back(types.finish(unit));
    program_ = std::make_unique<Program>(std::move(units));
    AccessesOf accesses;
    if (has_bodies)
      accesses = [this](std::string_view key) -> const std::vector<TracedAccess>& {
        return accesses_[std::string(key)];
      };
    verdicts_ = std::make_unique<Verdicts>(*program_, accesses, knowledge::Types::builtin());
  }
  /// A member function of `record` that does this when it is called.
  Function& method(const std::string& record, const std::string& name, std::vector<TracedAccess> does) {
    Function function{.key = record + "::" + name, .name = record + "::" + name, .record = record};
    function.blocks.push_back({});
    function.visibility = Visibility::Public;
    for (Record& known : types.facts().records)
      if (known.key == record) known.methods.push_back(function.key);
    accesses_[function.key] = std::move(does);
    has_bodies = true;
    types.facts().functions.push_back(function);
    return types.facts().functions.back();
  }
  static TracedAccess access(const Place& place, bool is_write, std::vector<Place> locks = {}) {
    TracedAccess access;
    access.place = place;
    access.is_write = is_write;
    access.where = {"a.h", 7, 1};
    access.locks = std::move(locks);
    return access;
  }
  static Place self(const std::string& field) { return Place{Root::This}.field(field); }

  Types types;
  std::string int_ = types.scalar("int");
  bool has_bodies = false;

 private:
  std::map<std::string, std::vector<TracedAccess>> accesses_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<Verdicts> verdicts_;
};

TEST_F(VerdictsTest, ScalarsAreSendAndSyncButNotSynchronized) {
  EXPECT_EQ(ask(Question::Send, int_), Answer::Yes);
  EXPECT_EQ(ask(Question::Sync, int_), Answer::Yes);
  EXPECT_EQ(ask(Question::Synchronized, int_), Answer::No);
  EXPECT_EQ(ask(Question::Synchronized, types.constant(int_)), Answer::Yes);
}

TEST_F(VerdictsTest, PointersAreAsGoodAsWhatTheyPointTo) {
  types.record("Cell", {{"value", int_}}).fields[0].is_mutable = true;
  types.record("Bound").annotations.push_back({.name = "thread_affine"});
  EXPECT_EQ(ask(Question::Send, types.pointer(int_)), Answer::IfUnique);
  EXPECT_EQ(ask(Question::Sync, types.pointer(int_)), Answer::IfUnique);
  EXPECT_EQ(ask(Question::Send, types.pointer(types.constant(int_))), Answer::Yes);
  EXPECT_EQ(ask(Question::Send, types.pointer(types.constant("Cell"))), Answer::No);
  EXPECT_EQ(ask(Question::Send, types.pointer("Cell")), Answer::IfUnique);
  EXPECT_EQ(ask(Question::Sync, types.pointer("Cell")), Answer::No);
  EXPECT_EQ(ask(Question::Send, types.reference("Bound")), Answer::No);
  EXPECT_EQ(ask(Question::Send, types.pointer(types.record("std::mutex").key)), Answer::Yes);
  EXPECT_EQ(ask(Question::Send, types.pointer(types.scalar("void"))), Answer::Unknown);
  EXPECT_EQ(ask(Question::Send, types.pointer(types.function("void ()"))), Answer::Yes);
}

TEST_F(VerdictsTest, IncompleteTypesAreUnknown) {
  types.record("Opaque").is_complete = false;
  EXPECT_EQ(ask(Question::Send, "Opaque"), Answer::Unknown);
  EXPECT_EQ(ask(Question::Send, types.pointer("Opaque")), Answer::Unknown);
  EXPECT_EQ(ask(Question::Send, "no such type"), Answer::Unknown);
}

TEST_F(VerdictsTest, EveryReasonIsKeptWorstFirst) {
  types.record("Bound").annotations.push_back({.name = "not_send", .reason = "it holds a window"});
  types.record("S", {{"p", types.pointer(int_)}, {"n", int_}, {"b", "Bound"}});
  const Verdict& verdict = explain(Question::Send, "S");
  EXPECT_EQ(verdict.answer, Answer::No);
  ASSERT_EQ(verdict.reasons.size(), 2u);
  EXPECT_EQ(verdict.reasons[0].text, "member 'b' is of type 'Bound'");
  EXPECT_EQ(verdict.reasons[0].because.at(0).text, "'Bound' is marked as not Send: it holds a window");
  EXPECT_EQ(verdict.reasons[1].text, "member 'p' is of type 'int *'");
}

TEST_F(VerdictsTest, RecursionAloneIsNoReason) {
  types.record("A");
  types.record("B");
  const std::string to_a = types.instance("std::unique_ptr", {"A"}), to_b = types.instance("std::unique_ptr", {"B"});
  for (Record& record : types.facts().records) {
    if (record.key == "A") record.fields.push_back({.key = "A.b", .name = "b", .type = to_b});
    if (record.key == "B") record.fields.push_back({.key = "B.a", .name = "a", .type = to_a});
  }
  EXPECT_EQ(ask(Question::Send, "A"), Answer::Yes);
  for (Record& record : types.facts().records)
    if (record.key == "B") record.annotations.push_back({.name = "not_send"});
  EXPECT_EQ(ask(Question::Send, "A"), Answer::No);
  EXPECT_EQ(explain(Question::Send, to_b).reasons.size(), 1u);
}

TEST_F(VerdictsTest, ClaimsAreHonouredButNotInherited) {
  types.record("Claimed", {{"p", types.pointer(int_)}})
      .annotations.push_back({.name = "claim_send", .reason = "why not"});
  types.record("Derived", {{"q", types.pointer(int_)}});
  types.derive("Derived", "Claimed");
  EXPECT_EQ(ask(Question::Send, "Claimed"), Answer::Yes);
  EXPECT_EQ(explain(Question::Send, "Claimed").reasons.at(0).text, "'Claimed' is claimed to be Send: why not");
  EXPECT_EQ(ask(Question::Send, "Derived"), Answer::IfUnique);
}

TEST_F(VerdictsTest, PolymorphicPointeesAreJudgedOverTheWholeFamily) {
  types.record("Base").is_polymorphic = true;
  types.record("Leaf").is_polymorphic = true;
  types.derive("Leaf", "Base");
  const std::string owner = types.instance("std::unique_ptr", {"Base"});
  EXPECT_EQ(ask(Question::Send, owner), Answer::Yes);
  EXPECT_EQ(ask(Question::Send, owner, "one.cpp"), Answer::Unknown);
  EXPECT_EQ(ask(Question::Send, "Base", "one.cpp"), Answer::Yes);
  for (Record& record : types.facts().records)
    if (record.key == "Base") record.annotations.push_back({.name = "requires_send"});
  EXPECT_EQ(ask(Question::Send, owner, "one.cpp"), Answer::Yes);
  types.facts().records.back().annotations.push_back({.name = "thread_affine"});
  types.record("Affine").annotations.push_back({.name = "thread_affine"});
  types.derive("Affine", "Leaf");
  EXPECT_EQ(ask(Question::Send, owner), Answer::No);
}

TEST_F(VerdictsTest, ClosuresAreClassesOfTheirCaptures) {
  Record& closure = types.record("lambda", {{"x", int_}, {"r", types.reference(int_)}});
  closure.is_closure = true;
  closure.fields[0].capture = Field::Capture::Copy;
  closure.fields[1].capture = Field::Capture::Reference;
  EXPECT_EQ(ask(Question::Send, "lambda"), Answer::IfUnique);
  EXPECT_EQ(explain(Question::Send, "lambda").reasons.at(0).text, "'r' is captured by reference: 'int &'");
  types.record("plain", {{"x", int_}}).is_closure = true;
  EXPECT_EQ(ask(Question::Synchronized, "plain"), Answer::Yes);
  Record& changing = types.record("changing", {{"x", int_}});
  changing.is_closure = changing.is_mutable_closure = true;
  changing.fields[0].capture = Field::Capture::Copy;
  EXPECT_EQ(ask(Question::Send, "changing"), Answer::Yes);
  EXPECT_EQ(ask(Question::Sync, "changing"), Answer::No);
}

TEST_F(VerdictsTest, UnionsAreTheirMembersButNeverSynchronized) {
  const std::string atomic = types.instance("std::atomic", {int_});
  types.record("Either", {{"a", atomic}, {"b", atomic}}).is_union = true;
  EXPECT_EQ(ask(Question::Sync, "Either"), Answer::Yes);
  EXPECT_EQ(ask(Question::Synchronized, "Either"), Answer::No);
  types.record("Both", {{"a", atomic}, {"b", atomic}});
  EXPECT_EQ(ask(Question::Synchronized, "Both"), Answer::Yes);
}

TEST_F(VerdictsTest, ACountThatCopiesShareMustBeAtomic) {
  types.record("Box", {{"count", int_}});
  types.record("Rc", {{"box", types.pointer("Box")}}).copy_constructor = "Rc::Rc";
  TracedAccess count = access(self("Rc.box").deref().field("Box.count"), true);
  count.is_increment = true;
  method("Rc", "Rc", {count}).is_constructor = true;
  EXPECT_EQ(ask(Question::Send, "Rc"), Answer::No);
  EXPECT_EQ(ask(Question::Sync, "Rc"), Answer::No);
  EXPECT_EQ(explain(Question::Send, "Rc").reasons.at(0).text,
            "copying 'Rc' changes 'count', which the copies share and which is not atomic");
}

TEST_F(VerdictsTest, ADeepCopyIsNoSharedCount) {
  types.record("Buffer", {{"data", types.pointer(int_)}}).copy_constructor = "Buffer::Buffer";
  method("Buffer", "Buffer", {access(self("Buffer.data").deref(), true)}).is_constructor = true;
  EXPECT_EQ(ask(Question::Send, "Buffer"), Answer::IfUnique);
}

TEST_F(VerdictsTest, ConstMemberFunctionsThatWriteBreakSync) {
  types.record("Log", {{"out", types.instance("std::unique_ptr", {int_})}});
  method("Log", "put", {access(self("Log.out").deref(), true)}).is_const = true;
  EXPECT_EQ(ask(Question::Sync, "Log"), Answer::No);
  EXPECT_EQ(ask(Question::Send, "Log"), Answer::Yes);
}

TEST_F(VerdictsTest, AClassThatGuardsItselfIsSynchronized) {
  types.record("std::mutex");
  types.record("Monitor", {{"m", "std::mutex"}, {"n", int_}}).fields[0].is_mutable = true;
  const Place lock = self("Monitor.m"), n = self("Monitor.n");
  method("Monitor", "add", {access(n, true, {lock})});
  method("Monitor", "get", {access(n, false, {lock})}).is_const = true;
  EXPECT_EQ(ask(Question::Synchronized, "Monitor"), Answer::Yes);
  method("Monitor", "peek", {access(n, false)}).is_const = true;
  EXPECT_EQ(ask(Question::Synchronized, "Monitor"), Answer::No);
  std::vector<std::string> texts;
  leaves(explain(Question::Synchronized, "Monitor").reasons, texts);
  EXPECT_EQ(texts.at(0), "'n' is read here without the lock of 'Monitor'");
}

TEST_F(VerdictsTest, AMonitorWhoseBodiesAreElsewhereIsUnknown) {
  types.record("std::mutex");
  types.record("Monitor", {{"m", "std::mutex"}, {"n", int_}}).fields[1].is_mutable = true;
  EXPECT_EQ(ask(Question::Synchronized, "Monitor"), Answer::Unknown);
  EXPECT_EQ(ask(Question::Sync, "Monitor"), Answer::Unknown);
}

TEST_F(VerdictsTest, AGuardedMutableMemberKeepsThePromiseOfConst) {
  types.record("std::mutex");
  Record& record = types.record("Cache", {{"m", "std::mutex"}, {"hits", int_}, {"limit", int_}});
  record.fields[0].is_mutable = record.fields[1].is_mutable = true;
  method("Cache", "get", {access(self("Cache.hits"), true, {self("Cache.m")})}).is_const = true;
  method("Cache", "set_limit", {access(self("Cache.limit"), true)});
  EXPECT_EQ(ask(Question::Sync, "Cache"), Answer::Yes);
  EXPECT_EQ(ask(Question::Synchronized, "Cache"), Answer::No);
}

}  // namespace
}  // namespace ferrule::test
