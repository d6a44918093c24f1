// Reads, writes, places and values of expressions.
#include "test/facts/events.h"

namespace ferrule::test {
namespace {

TEST(Expressions, ScalarsAreReadAndAssigned) {
  EXPECT_EQ(events_in("int g; void f(int a) { g = a; g += 2; ++g; g--; g *= 2; }"),
            (Lines{"read param0:a", "assign ::g = copy param0:a", "update ::g increment", "update ::g increment",
                   "update ::g increment", "update ::g"}));
}

TEST(Expressions, PathsThroughFieldsAndPointers) {
  EXPECT_EQ(
      events_in("struct N { int v; N* next; N* list[2]; }; void f(N* p, N& r) { p->next->v = 1; r.list[1]->v = 2; "
                "(*p).v = r.v; }"),
      (Lines{"read param0:p", "read (*param0:p).next", "assign (*(*param0:p).next).v = literal", "read param1:r.list[]",
             "assign (*param1:r.list[]).v = literal", "read param1:r.v", "read param0:p",
             "assign (*param0:p).v = copy param1:r.v"}));
}

TEST(Expressions, ReferencesAreOtherNames) {
  EXPECT_EQ(events_in("struct S { int a; int& r; }; void f(S& s) { auto& x = s.a; x = 1; int& y = s.r; y = 2; }"),
            (Lines{"assign param0:s.a = literal", "assign (*param0:s.r) = literal"}));
}

TEST(Expressions, BasesLeaveNoStep) {
  EXPECT_EQ(events_in("struct B { int b; }; struct D : B { }; void f(D& d, B* p) { d.b = 1; "
                      "static_cast<D*>(p)->b = 2; }"),
            (Lines{"assign param0:d.b = literal", "read param1:p", "assign (*param1:p).b = literal"}));
}

TEST(Expressions, AddressesAndArrays) {
  EXPECT_EQ(
      events_in("void g(int*); void f() { int a[3]; int x = 0; g(a); g(&a[1]); g(&x); int* p = a; p[1] = 2; *p = 3; "
                "g(p + 1); }"),
      (Lines{"init local1:x = literal", "call g (&local0:a)", "call g (&local0:a[])", "call g (&local1:x)",
             "init local2:p = &local0:a", "read local2:p", "assign (*local2:p)[] = literal", "read local2:p",
             "assign (*local2:p) = literal", "read local2:p", "call g (copy local2:p)", "destroy local2:p",
             "destroy local1:x", "destroy local0:a"}));
}

TEST(Expressions, AReferenceArgumentIsToldFromAPointer) {
  Facts facts = facts_of(
      "template <class T> void g(T&&) {} void f(int x, int* p) { g(x); g(&x); g(p); g(static_cast<int&&>(x)); }");
  std::vector<Value> values;
  for (const Event& event : function_named(facts, "f")->events)
    if (event.kind == Event::Kind::Call) values.push_back(event.args.at(0));
  ASSERT_EQ(values.size(), 4u);
  EXPECT_EQ(values[0].kind, Value::Kind::Address);
  EXPECT_TRUE(values[0].by_reference);
  EXPECT_EQ(values[0].type, "int");
  EXPECT_EQ(values[1].kind, Value::Kind::Address);
  EXPECT_FALSE(values[1].by_reference);
  EXPECT_EQ(values[1].type, "int *");
  EXPECT_EQ(values[2].kind, Value::Kind::Address);
  EXPECT_TRUE(values[2].by_reference);
  EXPECT_EQ(values[2].type, "int *");
  EXPECT_EQ(values[3].kind, Value::Kind::Move);
}

TEST(Expressions, UnevaluatedOperandsLeaveNothing) {
  EXPECT_EQ(
      events_in(
          "int g(int&) noexcept; int x; int f() { return sizeof(x++) + noexcept(g(x)) + sizeof(decltype(g(x))); }"),
      (Lines{"return literal"}));
}

TEST(Expressions, ConstantsLeaveNothing) {
  EXPECT_EQ(events_in("enum E { one }; const int k = 3; constexpr int c = 4; int f() { constexpr int l = c + 1; return "
                      "k + c + l + one; }"),
            (Lines{"return literal"}));
}

TEST(Expressions, MoveForwardAndAddressofAreTransparent) {
  std::string code =
      "#include <memory>\n#include <string>\n#include <utility>\nvoid take(std::string&&); void see(const "
      "std::string&);"
      "template <class T> void pass(T&& t) { take(std::forward<T>(t)); }"
      "void f(std::string s) { take(std::move(s)); see(std::as_const(s)); auto* p = std::addressof(s); "
      "pass(std::move(s)); }";
  EXPECT_EQ(
      events_in(code),
      (Lines{"call take (move param0:s)", "call see (ref param0:s)", "init local0:p = &param0:s",
             "call pass (move param0:s) <std::__cxx11::basic_string<char,std::char_traits<char>,std::allocator<char>>>",
             "destroy local0:p"}));
  EXPECT_EQ(events_in(code, "pass"), (Lines{"call take (move param0:t)"}));
}

TEST(Expressions, ByValueClassArguments) {
  EXPECT_EQ(
      events_in(
          "struct S { S(); S(const S&); ~S(); }; void g(S); S make(); void f(S& s) { g(s); g(static_cast<S&&>(s)); "
          "g(make()); }"),
      (Lines{"construct S S::S (ref param0:s)", "call g (copy param0:s)", "destroy %0 S::~S",
             "construct S S::S (move param0:s)", "call g (move param0:s)", "destroy %3 S::~S", "call make ()",
             "call g (object %6)", "destroy %6 S::~S"}));
}

TEST(Expressions, AChoiceGoesWhereItsResultGoes) {
  EXPECT_EQ(
      events_in("struct S { int v; }; void f(bool b, S* p, S* q) { S* r = b ? p : q; r->v = 1; }"),
      (Lines{"read param0:b", "read param1:p", "init local0:r = copy param1:p", "read param2:q",
             "init local0:r = copy param2:q", "read local0:r", "assign (*local0:r).v = literal", "destroy local0:r"}));
  EXPECT_EQ(events_in("int f(bool b, int& p, int& q) { return b ? p : q; }"),
            (Lines{"read param0:b", "read param1:p", "read param2:q", "return literal"}));
}

TEST(Expressions, DefaultArgumentsAreEvaluatedByTheCaller) {
  EXPECT_EQ(events_in("int g; void h(int a = ++g); void f() { h(); h(); }"),
            (Lines{"update ::g increment", "read ::g", "call h (copy ::g)", "update ::g increment", "read ::g",
                   "call h (copy ::g)"}));
}

TEST(Expressions, StaticMembersAndStaticLocalsAreGlobals) {
  Facts facts =
      facts_of("struct S { static int n; }; int f() { static int k = 1; thread_local int t; k++; t++; return S::n; }");
  EXPECT_EQ(events_of(facts, "f"), (Lines{"init ::f()::k +0:50 = literal", "update ::f()::k +0:50 increment",
                                          "update ::f()::t +0:74 increment", "read ::S::n", "return copy ::S::n"}));
  EXPECT_TRUE(global_named(facts, "f::k")->is_local_static);
  EXPECT_TRUE(global_named(facts, "f::t")->is_thread_local);
  EXPECT_NE(global_named(facts, "S::n"), nullptr);
}

}  // namespace
}  // namespace ferrule::test
