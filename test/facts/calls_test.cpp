// Calls, constructors, closures and lifetimes.
#include "test/facts/events.h"

namespace ferrule::test {
namespace {

TEST(Calls, VirtualIndirectAndQualified) {
  Facts facts = facts_of(
      "struct B { virtual void v(); void n(); }; struct D final : B { void v() override; };"
      "void f(B* b, D& d, B l, void (*p)(int), void (B::*m)()) { b->v(); d.v(); b->B::v(); l.v(); p(1); (b->*m)(); }");
  EXPECT_EQ(events_of(facts, "f"),
            (Lines{"read param0:b", "call B::v on (*param0:b) () virtual", "call D::v on param1:d ()", "read param0:b",
                   "call B::v on (*param0:b) ()", "call B::v on param2:l ()", "read param3:p",
                   "call through param3:p (literal)", "read param0:b", "read param4:m",
                   "call through param4:m (&(*param0:b))"}));
  EXPECT_EQ(function_named(facts, "D::v")->overrides, (Lines{"B::v()"}));
}

TEST(Calls, FunctionsAreValues) {
  EXPECT_EQ(
      events_in("struct S { void m(); }; void g(void (*)()); void h(void (S::*)()); void k(); void f() { g(k); g(&k); "
                "h(&S::m); g([] {}); }"),
      (Lines{"call g (function k)", "call g (function k)", "call h (function S::m)",
             "construct f()::(lambda +0:114) {} ()", "call g (function f::(lambda)::operator())"}));
}

TEST(Calls, LibrarysHiddenBasesAreNamedAsTheirPublicClasses) {
  EXPECT_EQ(events_in("#include <memory>\n#include <future>\nvoid f(std::shared_ptr<int> p, std::future<int> q) { *p = "
                      "1; q.wait(); }"),
            (Lines{"call std::shared_ptr::operator* on param0:p ()", "assign %0 = literal",
                   "call std::future::wait on param1:q ()"}));
}

TEST(Calls, InitialisersOfMembersAndBases) {
  EXPECT_EQ(events_in("struct B { B(int); }; struct M { M(); }; struct C : B { int a = 7; int& r; int* p; M m; "
                      "C(int& x) : B(1), r(x), p(&x) { a = 8; } };",
                      "C::C"),
            (Lines{"construct B B::B at this (literal)", "init this.a = literal", "init this.r = ref param0:x",
                   "init this.p = &param0:x", "construct M M::M at this.m ()", "assign this.a = literal"}));
}

TEST(Calls, ReferenceFieldsAreFollowed) {
  EXPECT_EQ(events_in("struct C { int& r; void f() { r = 1; } };", "C::f"), (Lines{"assign (*this.r) = literal"}));
}

TEST(Calls, ElisionMakesNoObject) {
  EXPECT_EQ(events_in("struct S { S(int); ~S(); }; S make(); void f() { S a = make(); S b = S(1); S c(2); }"),
            (Lines{"call make ()", "init local0:a = object %0", "construct S S::S at local1:b (literal)",
                   "construct S S::S at local2:c (literal)", "destroy local2:c S::~S", "destroy local1:b S::~S",
                   "destroy local0:a S::~S"}));
}

TEST(Calls, NewAndDelete) {
  EXPECT_EQ(
      events_in("struct S { S(); ~S(); int v; }; void f() { S* s = new S; s->v = 1; int* i = new int(3); delete s; }"),
      (Lines{"construct S S::S ()", "init local0:s = new %0", "read local0:s", "assign (*local0:s).v = literal",
             "construct int {} ()", "init local1:i = new %4", "read local0:s", "destroy (*local0:s) S::~S",
             "destroy local1:i", "destroy local0:s"}));
}

TEST(Calls, AggregatesListTheirFields) {
  EXPECT_EQ(events_in("struct S { int* p; int n; }; void f(int x) { S s{&x, 2}; }"),
            (Lines{"construct S {} at local0:s (&param0:x, literal)", "destroy local0:s"}));
}

TEST(Calls, DiscardedResults) {
  Facts facts =
      facts_of("struct G { G(int&); ~G(); }; G make(); void f(int x) { G{x}; make(); (void)make(); G g(x); }");
  std::vector<bool> discarded;
  for (const Event& event : function_named(facts, "f")->events)
    if (event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct)
      discarded.push_back(event.is_discarded);
  EXPECT_EQ(discarded, (std::vector<bool>{true, true, true, false}));
}

TEST(Closures, CapturesAreFieldsInOrder) {
  Facts facts = facts_of(
      "struct C { int x; void f(int a, int& b, int* p) { auto l = [this, a, &b, q = p] { x = a; b = 1; *q = 2; }; l(); "
      "} };");
  EXPECT_EQ(events_of(facts, "C::f::(lambda)::operator()"),
            (Lines{"read this.a", "assign (*this.this).x = copy this.a", "assign (*this.b) = literal", "read this.q",
                   "assign (*this.q) = literal"}));
  const Record* closure = record_named(facts, "C::f::(lambda)");
  ASSERT_NE(closure, nullptr);
  ASSERT_EQ(closure->fields.size(), 4u);
  EXPECT_EQ(closure->fields[0].capture, Field::Capture::This);
  EXPECT_EQ(closure->fields[0].key, closure->key + ".this");
  EXPECT_EQ(closure->fields[1].capture, Field::Capture::Copy);
  EXPECT_EQ(closure->fields[2].capture, Field::Capture::Reference);
  EXPECT_EQ(closure->fields[3].capture, Field::Capture::Init);
  EXPECT_EQ(closure->fields[3].name, "q");
  EXPECT_FALSE(closure->call_operator.empty());
}

TEST(Closures, TheConstructionNamesEveryCapture) {
  EXPECT_EQ(events_in("struct C { void f(int a, int& b) { auto l = [this, a, &b] { }; } };", "C::f"),
            (Lines{"read param0:a",
                   "construct C::f(int,int &)::(lambda +0:45) {} at local0:l (&this, copy param0:a, ref param1:b)",
                   "destroy local0:l"}));
}

TEST(Closures, StarThisAndNesting) {
  Facts facts = facts_of(
      "struct C { int x; void f() { auto o = [*this]() mutable { x = 1; auto i = [&] { x = 2; }; i(); }; o(); } };");
  Lines outer = events_of(facts, "C::f::(lambda)::operator()");
  EXPECT_EQ(outer.at(0), "assign this.*this.x = literal");
  EXPECT_EQ(events_of(facts, "C::f::(lambda)::operator()::(lambda)::operator()"),
            (Lines{"assign (*this.this).x = literal"}));
}

TEST(Closures, GenericLambdasAreOneFunctionPerInstance) {
  Facts facts = facts_of("int g; void f() { auto l = [](auto v) { g = v; }; l(1); l('c'); }");
  unsigned bodies = 0;
  for (const Function& function : facts.functions)
    if (function.name == "f::(lambda)::operator()" && function.has_body()) ++bodies;
  EXPECT_EQ(bodies, 2u);
}

TEST(Closures, GenericLambdasWithoutInstanceAreReadAsWritten) {
  Facts facts = facts_of(
      "#include <vector>\ntemplate <class F> void library(F f); struct C { int n; void m(int); std::vector<int> v;"
      "void f() { int sum = 0; library([&](auto& x) mutable { sum += x; n = 1; m(x); v.push_back(x); }); } };");
  EXPECT_EQ(events_of(facts, "C::f::(lambda)::operator()"),
            (Lines{"update (*this.sum) increment", "assign (*this.this).n = literal",
                   "call C::m on (*this.this) (ref param0:x) discarded",
                   "call std::vector::push_back on (*this.this).v (ref param0:x) discarded"}));
  EXPECT_EQ(record_named(facts, "C::f::(lambda)")->call_operator,
            function_named(facts, "C::f::(lambda)::operator()")->key);
  EXPECT_TRUE(record_named(facts, "C::f::(lambda)")->is_mutable_closure);
}

TEST(Closures, TwoOnOneLineAreTwo) {
  Facts facts =
      facts_of("#define TWO(x) x; x\nvoid g(int); void f() { TWO([] { g(1); }()); auto a = [] {}; auto b = [] {}; }");
  unsigned closures = 0;
  for (const Record& record : facts.records) closures += record.is_closure;
  EXPECT_EQ(closures, 4u);
}

}  // namespace
}  // namespace ferrule::test
