// Blocks, conditions, loops, structured bindings, exceptions, coroutines.
#include "test/facts/events.h"

namespace ferrule::test {
namespace {

const Block* block_with(const Function& function, const std::string& callee) {
  for (const Block& block : function.blocks)
    for (unsigned i = block.first; i < block.last; ++i)
      if (function.events[i].callee == callee) return &block;
  return nullptr;
}

TEST(Graph, ConditionsOfCalls) {
  Facts facts = facts_of(
      "struct M { bool try_lock(); }; void yes(); void no(); void f(M& m) { if (!m.try_lock()) no(); else yes(); }");
  const Function* function = function_named(facts, "f");
  const Block* test = block_with(*function, "M::try_lock()");
  ASSERT_NE(test, nullptr);
  ASSERT_TRUE(test->condition.has_value());
  EXPECT_EQ(function->events[test->condition->event].callee, "M::try_lock()");
  EXPECT_TRUE(test->condition->negated);
  ASSERT_EQ(test->successors.size(), 2u);
  EXPECT_EQ(&function->blocks[test->successors[0]], block_with(*function, "no()"));
  EXPECT_EQ(&function->blocks[test->successors[1]], block_with(*function, "yes()"));
}

TEST(Graph, ComparisonsWithConstantsStillTestTheCall) {
  auto condition = [](const std::string& test) {
    Facts facts = facts_of("int t(); void g(); void f() { if (" + test + ") g(); }");
    const Function* function = function_named(facts, "f");
    const Block* block = block_with(*function, "t()");
    return block && block->condition ? (block->condition->negated ? -1 : 1) : 0;
  };
  EXPECT_EQ(condition("t()"), 1);
  EXPECT_EQ(condition("t() == 0"), -1);
  EXPECT_EQ(condition("0 != t()"), 1);
  EXPECT_EQ(condition("!(t() != 0)"), -1);
  EXPECT_EQ(condition("t() == 5"), 1);
  EXPECT_EQ(condition("t() != 5"), -1);
}

TEST(Graph, EveryBodyReachesItsExit) {
  Facts facts = facts_of(
      "void g(); void f(int n) { for (int i = 0; i < n; ++i) { if (i == 3) continue; g(); } while (n) { --n; } }");
  const Function* function = function_named(facts, "f");
  unsigned exits = 0;
  for (const Block& block : function->blocks) {
    exits += block.successors.empty();
    for (unsigned successor : block.successors) EXPECT_LT(successor, function->blocks.size());
    EXPECT_LE(block.first, block.last);
  }
  EXPECT_EQ(exits, 1u);
}

TEST(Graph, RangeForNamesTheElement) {
  EXPECT_EQ(
      events_in("#include <vector>\nstruct I { int n; }; void f(std::vector<I>& v) { for (auto& i : v) i.n = 1; }"),
      (Lines{"call std::vector::begin on param0:v ()", "assign param0:v[].n = literal"}));
  EXPECT_EQ(events_in("void f(int (&a)[3]) { for (int x : a) { } }"),
            (Lines{"read param0:a[]", "init local0:x = copy param0:a[]", "destroy local0:x"}));
}

TEST(Graph, StructuredBindings) {
  EXPECT_EQ(events_in("struct S { int a; int b; }; void f(S& s) { auto& [x, y] = s; y = 1; }"),
            (Lines{"assign param0:s.b = literal"}));
  EXPECT_EQ(events_in("#include <map>\nvoid f(std::map<int, int>& m) { for (auto& [k, v] : m) v = 1; }"),
            (Lines{"call std::map::begin on param0:m ()", "assign param0:m[].second = literal"}));
  EXPECT_EQ(events_in("#include <tuple>\nvoid f(std::tuple<int, int>& t) { auto& [a, b] = t; b = 1; }"),
            (Lines{"assign param0:t[] = literal"}));
}

TEST(Graph, ScopesEndInReverseOrder) {
  EXPECT_EQ(events_in("struct G { G(); ~G(); }; void g(); void f() { int a; G b; { G c; g(); } int d; }"),
            (Lines{"construct G G::G at local1:b ()", "construct G G::G at local2:c ()", "call g ()",
                   "destroy local2:c G::~G", "destroy local3:d", "destroy local1:b G::~G", "destroy local0:a"}));
}

TEST(Graph, HandlersStartFromTheStartOfTheirTry) {
  Facts facts =
      facts_of("struct G { G(); ~G(); }; void g(); void h(); void f() { try { G guard; g(); } catch (...) { h(); } }");
  const Function* function = function_named(facts, "f");
  ASSERT_NE(block_with(*function, "h()"), nullptr);
  // Nothing that is made inside the try is alive on the way to the handler.
  const Block* body = block_with(*function, "g()");
  ASSERT_NE(body, nullptr);
  EXPECT_EQ(body->successors.size(), 1u);
}

TEST(Graph, CoroutinesSuspend) {
  Facts facts = facts_of(
      "#include <coroutine>\nstruct T { struct promise_type { T get_return_object(); std::suspend_never "
      "initial_suspend(); "
      "std::suspend_never final_suspend() noexcept; void return_void(); void unhandled_exception(); }; };"
      "int g; T f() { co_await std::suspend_always{}; g = 1; }");
  const Function* function = function_named(facts, "f");
  EXPECT_TRUE(function->is_coroutine);
  bool suspended = false;
  bool written_after = false;
  for (const Event& event : function->events) {
    suspended |= event.kind == Event::Kind::Suspend;
    written_after |= suspended && event.kind == Event::Kind::Assign && event.place.key == "g";
  }
  EXPECT_TRUE(written_after);
  EXPECT_EQ(events_of(facts, "f").back(), "assign ::g = literal");
}

TEST(Graph, GlobalInitialisersAreFunctions) {
  Facts facts = facts_of("int make(); int g = make(); int plain = 3; struct S { S(int*); }; S s(&g);");
  const Function* dynamic = function_named(facts, "g");
  ASSERT_NE(dynamic, nullptr);
  EXPECT_TRUE(dynamic->is_initialiser);
  EXPECT_EQ(events_of(facts, "g"), (Lines{"call make ()", "init ::g = copy %0"}));
  EXPECT_EQ(function_named(facts, "plain"), nullptr);
  EXPECT_EQ(events_of(facts, "s"), (Lines{"construct S S::S at ::s (&::g)"}));
}

}  // namespace
}  // namespace ferrule::test
