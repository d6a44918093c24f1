// C's ways to do it: contexts behind `void*`, tables of functions, callbacks.
#include "test/heap/solved.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

TEST(CIdioms, AFunctionPointerWithItsContextInAStruct) {
  const Solved s(R"(
    void a(const void*);
    struct Event { void (*run)(void*); void* context; };
    int x;
    void handle(void* c) { a(c); }
    void other(void*) {}
    Event queue[8]; int count;
    void post(void (*run)(void*), void* context) { queue[count].run = run; queue[count++].context = context; }
    void loop() { for (int i = 0; i < count; ++i) queue[i].run(queue[i].context); }
    int main() { post(handle, &x); loop(); })");
  EXPECT_EQ(s.calls("loop"), Names{"handle"});
  EXPECT_EQ(s.at("a"), Names{"x"});
}

TEST(CIdioms, TablesOfFunctions) {
  const Solved s(R"(
    void open_it() {} void close_it() {} void never() {}
    struct Ops { void (*open)(); void (*close)(); };
    static const Ops ops = {open_it, close_it};
    static void (*const table[])() = {open_it, close_it};
    void use(const Ops* o) { o->open(); }
    void all() { for (auto f : table) f(); }
    int main() { use(&ops); all(); })");
  EXPECT_EQ(s.calls("use"), Names{"open_it"});
  EXPECT_EQ(s.calls("all"), (Names{"open_it", "close_it"}));
}

TEST(CIdioms, APthreadGetsItsStruct) {
  const Solved s(R"(
    #include <pthread.h>
    void a(const void*);
    struct Task { int* counter; void (*step)(struct Task*); };
    int x;
    void step(Task* t) { ++*t->counter; }
    void* body(void* p) { Task* t = (Task*)p; a(t); t->step(t); return nullptr; }
    int main() { Task task = {&x, step}; pthread_t id; pthread_create(&id, nullptr, body, &task); pthread_join(id, nullptr); })");
  EXPECT_EQ(s.starts("main"), Names{"body"});
  EXPECT_EQ(s.calls("main"), Names{});
  EXPECT_EQ(s.at("a"), Names{"main::task"});
  EXPECT_EQ(s.calls("body"), Names{"step"});
  EXPECT_EQ(s.touched("step"), (Names{"step::t", "main::task.counter", "x"}));
}

TEST(CIdioms, CallbacksOfALibrary) {
  const Solved s(R"(
    #include <stdlib.h>
    struct Item { int n; };
    int compare(const void* l, const void* r) { return ((const Item*)l)->n - ((const Item*)r)->n; }
    Item items[4];
    int main() { qsort(items, 4, sizeof(Item), compare); })");
  EXPECT_EQ(s.calls("main"), Names{"compare"});
  EXPECT_EQ(s.touched("compare"), (Names{"compare::l", "compare::r", "items[].n"}));
}

TEST(CIdioms, SignalHandlersInterrupt) {
  const Solved s(R"(
    #include <signal.h>
    int flag;
    void on_signal(int) { flag = 1; }
    void on_action(int) { flag = 2; }
    int main() { signal(2, on_signal); struct sigaction action = {}; action.sa_handler = on_action; sigaction(3, &action, nullptr); })");
  EXPECT_EQ(s.run_by("main", calls::CallKind::Handler), (Names{"on_signal", "on_action"}));
}

TEST(CIdioms, MemoryIsCopiedWithItsPointers) {
  const Solved s(R"(
    #include <string.h>
    void a(const void*);
    struct S { int* p; };
    int x;
    int main() { S from = {&x}; S to; memcpy(&to, &from, sizeof to); a(to.p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
}

}  // namespace
}  // namespace ferrule::test
