// Fields, arrays, references, casts, allocation: what C and C++ themselves do.
#include "test/heap/solved.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

TEST(HeapObjects, FieldsAreToldApart) {
  const Solved s(R"(
    void a(const void*); void b(const void*);
    struct Pair { int* left; int* right; };
    int x, y;
    int main() { Pair p; p.left = &x; p.right = &y; a(p.left); b(p.right); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(HeapObjects, ObjectsAreCopiedWithTheirMembers) {
  const Solved s(R"(
    void a(const void*);
    struct Inner { int* p; }; struct Outer { Inner inner; };
    int x;
    Outer make() { Outer o; o.inner.p = &x; return o; }
    void use(Outer o) { Outer copy = o; a(copy.inner.p); }
    int main() { Outer o = make(); use(o); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, ConstantIndicesAreToldApartUntilOneIsNotConstant) {
  const Solved s(R"(
    void a(const void*); void b(const void*); void c(const void*); void d(const void*);
    int x, y; int* known[2]; int* mixed[2];
    int main(int n, char**) {
      known[0] = &x; known[1] = &y; a(known[0]); b(&known[1]);
      mixed[0] = &x; mixed[n] = &y; c(mixed[0]); d(mixed[1]); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"known[1]"});
  EXPECT_EQ(s.at("c"), (Names{"x", "y"}));
  EXPECT_FALSE(s.may_alias("a", "b"));
}

TEST(HeapObjects, AnElementOfUnknownIndexMayBeAny) {
  const Solved s(R"(
    void a(const void*); void b(const void*); void c(const void*);
    int cells[4];
    int main(int n, char**) { a(&cells[n]); b(&cells[2]); c(&cells[3]); })");
  EXPECT_TRUE(s.may_alias("a", "b"));
  EXPECT_FALSE(s.may_alias("b", "c"));
}

TEST(HeapObjects, ReferencesNameTheirObject) {
  const Solved s(R"(
    void a(const void*); void b(const void*);
    struct Node { int* p; Node& peer; };
    int x, y;
    void set(int*& to, int* from) { to = from; }
    int*& slot(Node& n) { return n.p; }
    int main() {
      int* q = &y; set(q, &x); a(q);
      Node first{nullptr, first}; Node second{nullptr, first};
      slot(second.peer) = &x; b(first.p); })");
  EXPECT_EQ(s.at("a"), (Names{"x", "y"}));
  EXPECT_EQ(s.at("b"), Names{"x"});
}

TEST(HeapObjects, VoidPointersAndCastsKeepTheObject) {
  const Solved s(R"(
    void a(const void*);
    struct Context { int* p; };
    int x; void* stored;
    void put(void* c) { stored = c; }
    int main() { Context c{&x}; put(&c); a(static_cast<Context*>(stored)->p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, AStructIsReachedThroughItsFirstMember) {
  const Solved s(R"(
    void a(const void*); void b(const void*);
    struct Header { int* p; }; struct Packet { Header header; int* q; };
    int x, y;
    int main() {
      Packet packet; packet.header.p = &x; packet.q = &y;
      Header* header = &packet.header; a(((Packet*)header)->q);
      Packet* whole = &packet; b(((Header*)whole)->p); })");
  EXPECT_EQ(s.at("a"), Names{"y"});
  EXPECT_EQ(s.at("b"), Names{"x"});
}

TEST(HeapObjects, MembersOfAUnionShareTheirStorage) {
  const Solved s(R"(
    void a(const void*);
    union Word { int* number; void* any; };
    int x;
    int main() { Word w; w.number = &x; a(w.any); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, AllocationHelpersGiveEachCallerItsOwn) {
  const Solved s(R"(
    void a(const void*); void b(const void*); void c(const void*);
    struct Node { int* p; };
    int x, y;
    Node* make() { return new Node; }
    Node* make_with(int* p) { Node* n = make(); n->p = p; return n; }
    int main() { Node* m = make_with(&x); Node* n = make_with(&y); a(m->p); b(n->p); c(m); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
  EXPECT_EQ(s.at("c"), Names{"new Node in make"});
  EXPECT_FALSE(s.may_alias("a", "b"));
}

TEST(HeapObjects, MallocIsAnObjectOfAnyType) {
  const Solved s(R"(
    #include <stdlib.h>
    void a(const void*);
    struct Node { int* p; struct Node* next; };
    int x; Node* head;
    void push(int* p) { Node* n = (Node*)malloc(sizeof(Node)); n->p = p; n->next = head; head = n; }
    int main() { push(&x); for (Node* n = head; n; n = n->next) a(n->p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, AnIntrusiveListIsWalked) {
  const Solved s(R"(
    void a(const void*);
    struct Job { Job* next = nullptr; virtual void run() {} };
    struct Print : Job { void run() override {} };
    struct List { Job* head = nullptr; void add(Job* j) { j->next = head; head = j; }
                  void all() { for (Job* j = head; j; j = j->next) { a(j); j->run(); } } };
    int main() { List list; Job plain; Print print; list.add(&plain); list.add(&print); list.all(); })");
  EXPECT_EQ(s.at("a"), (Names{"main::plain", "main::print"}));
  EXPECT_EQ(s.receivers("List::all", "Print::run"), Names{"main::print"});
  EXPECT_EQ(s.receivers("List::all", "Job::run"), Names{"main::plain"});
}

TEST(HeapObjects, RecursionReachesAFixedPoint) {
  const Solved s(R"(
    void a(const void*);
    struct Tree { Tree* left; Tree* right; int* p; };
    int x;
    Tree* build(int n) { if (n == 0) return nullptr; Tree* t = new Tree; t->left = build(n - 1); t->right = build(n - 1); t->p = &x; return t; }
    void walk(Tree* t) { if (!t) return; a(t->p); walk(t->left); walk(t->right); }
    int main() { walk(build(3)); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.calls("walk"), Names{"walk"});
  for (const auto& component : s.heap.calls().components()) EXPECT_EQ(component.size(), 1u);
}

TEST(HeapObjects, MutualRecursionIsOneComponentAfterItsCallees) {
  const Solved s(R"(
    void leaf() {}
    void odd(int n);
    void even(int n) { leaf(); if (n) odd(n - 1); }
    void odd(int n) { if (n) even(n - 1); }
    int main() { even(4); })");
  const auto& components = s.heap.calls().components();
  ASSERT_EQ(components.size(), 3u);
  EXPECT_EQ(components[0].front()->name, "leaf");
  EXPECT_EQ(components[1].size(), 2u);
  EXPECT_EQ(components[2].front()->name, "main");
}

TEST(HeapObjects, TemplatesAreTakenAsInstantiated) {
  const Solved s(R"(
    void a(const void*); void b(const void*);
    template <class T> struct Box { T value; T& get() { return value; } };
    int x; long y;
    int main() { Box<int*> i; Box<long*> l; i.get() = &x; l.get() = &y; a(i.get()); b(l.value); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(HeapObjects, InheritedConstructorsInitialiseTheBase) {
  const Solved s(R"(
    void a(const void*);
    struct Base { int* p; Base(int* q) : p(q) {} };
    struct Derived : Base { using Base::Base; };
    int x;
    int main() { Derived d(&x); a(d.p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, AUserContainerKeepsItsObjectsApart) {
  const Solved s(R"(
    void a(const void*); void b(const void*);
    template <class T> struct Stack { T items[8]; int n = 0; void push(T t) { items[n++] = t; } T pop() { return items[--n]; } };
    int x, y;
    int main() { Stack<int*> one, two; one.push(&x); two.push(&y); a(one.pop()); b(two.pop()); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(HeapObjects, TwoUnitsAreOneProgram) {
  const Solved s(std::vector<std::string>{R"(
    extern int* shared; void use();
    int x;
    int main() { shared = &x; use(); })",
                                          R"(
    void a(const void*);
    int* shared;
    void use() { a(shared); })"});
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(HeapObjects, WhatComesFromOutsideIsOneObjectOfAClass) {
  const Solved s(R"(
    void a(const void*); void b(const void*); void c(const void*);
    struct Server { Server* next; int n; }; struct Other { int n; };
    void first(Server* s) { a(s); b(s->next); }
    void second(Server& s, Other* o) { a(&s); c(o); })");
  EXPECT_EQ(s.at("a"), Names{"outside Server"});
  EXPECT_EQ(s.at("b"), Names{"outside Server"});
  EXPECT_FALSE(s.may_alias("a", "c"));
}

TEST(HeapObjects, OneObjectIsToldFromMany) {
  const Solved s(R"(
    struct S { int n; };
    S global; S several[3];
    void helper() { S inner; inner.n = 1; }
    void twice() { S t; t.n = 1; }
    int main(int n, char**) {
      global.n = 1; S local; local.n = 2; several[n].n = 3; several[1].n = 3;
      helper(); twice(); twice();
      for (int i = 0; i < n; ++i) { S* p = new S; p->n = 4; } })");
  const auto single = [&](const std::string& function, const std::string& name) {
    const Function& of = s.function(function);
    for (const Event& event : of.events)
      for (const heap::CellId cell : s.heap.cells(of, event.place))
        if (s.heap.describe(cell) == name) return s.heap.is_single(cell);
    ADD_FAILURE() << name << " is not there";
    return false;
  };
  EXPECT_TRUE(single("main", "global.n"));
  EXPECT_TRUE(single("main", "main::local.n"));
  EXPECT_TRUE(single("helper", "helper::inner.n"));
  EXPECT_TRUE(single("main", "several[1].n"));
  EXPECT_FALSE(single("main", "several[].n"));
  EXPECT_FALSE(single("twice", "twice::t.n"));
  EXPECT_FALSE(single("main", "new S in main.n"));
}

TEST(HeapObjects, DeadEndsAreSaid) {
  const Solved s(R"(
    struct Plugin { void (*run)(int); };
    void library(int*);
    void call(Plugin* p) { p->run(1); }
    int main() { int x = 0; library(&x); })");
  EXPECT_TRUE(s.incomplete(heap::Incompleteness::Kind::NoCallee));
  EXPECT_TRUE(s.incomplete(heap::Incompleteness::Kind::NoBody));
  const Solved known(R"(
    void call(void (*run)()) { run(); }
    void body() {}
    int main() { call(body); })");
  EXPECT_TRUE(known.heap.incomplete().empty());
}

}  // namespace
}  // namespace ferrule::test
