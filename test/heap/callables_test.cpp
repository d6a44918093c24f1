// What calls may run: virtual functions, members, closures, `std::function`, `bind`.
#include "test/heap/solved.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

TEST(Callables, VirtualCallsRunWhatTheObjectIs) {
  const Solved s(R"(
    struct Shape { virtual void draw() = 0; };
    struct Circle : Shape { void draw() override {} };
    struct Square : Shape { void draw() override {} };
    struct Unused : Shape { void draw() override {} };
    struct Round : Circle {};
    void show(Shape& s) { s.draw(); }
    void other(Shape* s) { s->draw(); }
    int main() { Round r; Square q; show(r); show(q); other(&q); })");
  EXPECT_EQ(s.calls("show"), (Names{"Circle::draw", "Square::draw"}));
  EXPECT_EQ(s.calls("other"), Names{"Square::draw"});
}

TEST(Callables, FromOutsideItMayBeAnyOverrider) {
  const Solved s(R"(
    struct Shape { virtual void draw() {} };
    struct Circle : Shape { void draw() override {} };
    void show(Shape* s) { s->draw(); })");
  EXPECT_EQ(s.calls("show"), (Names{"Shape::draw", "Circle::draw"}));
}

TEST(Callables, MemberPointers) {
  const Solved s(R"(
    struct Machine { int n; void stop() { n = 0; } void go() { n = 1; }
                     void run(void (Machine::*step)()) { (this->*step)(); } };
    struct Table { void (Machine::*steps[2])(); };
    int main() { Machine m; m.run(&Machine::go); Table t; t.steps[0] = &Machine::stop; (m.*t.steps[0])(); })");
  EXPECT_EQ(s.calls("Machine::run"), Names{"Machine::go"});
  EXPECT_EQ(s.receivers("Machine::run", "Machine::go"), Names{"main::m"});
  EXPECT_EQ(s.receivers("main", "Machine::stop"), Names{"main::m"});
}

TEST(Callables, VirtualFunctionsThroughMemberPointers) {
  const Solved s(R"(
    struct Base { virtual void f() {} }; struct Derived : Base { void f() override {} };
    void run(Base* b, void (Base::*m)()) { (b->*m)(); }
    int main() { Derived d; run(&d, &Base::f); })");
  EXPECT_EQ(s.calls("run"), Names{"Derived::f"});
}

TEST(Callables, StdFunctionInContainers) {
  const Solved s(R"(
    #include <deque>
    #include <functional>
    #include <map>
    #include <string>
    #include <vector>
    int x, y, z;
    struct Loop {
      std::vector<std::function<void()>> every; std::deque<std::function<void()>> queue;
      std::map<std::string, std::function<void(int)>> handlers;
      void add(std::function<void()> f) { every.push_back(f); }
      void post(std::function<void()> f) { queue.emplace_back(std::move(f)); }
      void on(const std::string& name, std::function<void(int)> f) { handlers[name] = std::move(f); }
      void run() { for (auto& f : every) f(); }
      void drain() { while (!queue.empty()) { auto task = std::move(queue.front()); queue.pop_front(); task(); } }
      void fire(const std::string& name) { auto it = handlers.find(name); if (it != handlers.end()) it->second(1); }
      void fire_all() { for (auto& [name, handler] : handlers) handler(2); }
    };
    void first() { ++x; }
    int main() {
      Loop loop; int local = 0;
      loop.add(first); loop.add([] { ++y; });
      loop.post([&local] { ++local; });
      loop.on("z", [](int n) { z = n; });
      loop.run(); loop.drain(); loop.fire("z"); loop.fire_all(); })");
  EXPECT_EQ(s.calls("Loop::run"), (Names{"first", "main::(lambda)::operator()"}));
  EXPECT_EQ(s.calls("Loop::drain"), Names{"main::(lambda)::operator()"});
  EXPECT_EQ(s.calls("Loop::fire"), Names{"main::(lambda)::operator()"});
  EXPECT_EQ(s.calls("Loop::fire_all"), Names{"main::(lambda)::operator()"});
  EXPECT_EQ(s.calls("Loop::on"), Names{});
  EXPECT_EQ(s.reached_by("main::local"), Names{"main"});
}

TEST(Callables, ClosuresInClosuresAndReturnedOnes) {
  const Solved s(R"(
    #include <functional>
    void a(const void*);
    int x;
    auto counter(int* p) { return [p] { a(p); }; }
    std::function<void()> twice(std::function<void()> f) { return [f] { f(); f(); }; }
    int main() { auto c = counter(&x); auto t = twice(c); t(); auto outer = [t] { auto inner = [t] { t(); }; inner(); }; outer(); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.calls("twice::(lambda)::operator()"), Names{"counter::(lambda)::operator()"});
  EXPECT_EQ(s.calls("main::(lambda)::operator()::(lambda)::operator()"), Names{"twice::(lambda)::operator()"});
}

TEST(Callables, CapturesByReferenceNameTheVariable) {
  const Solved s(R"(
    template <class F> void apply(F&& f) { f(); }
    int main() { int count = 0; int other = 0; apply([&count] { ++count; }); other = count; })");
  EXPECT_EQ(s.touched("main::(lambda)::operator()"), Names{"main::count"});
}

TEST(Callables, BindKeepsItsArguments) {
  const Solved s(R"(
    #include <functional>
    void a(const void*); void b(const void*);
    struct W { void go(int* p, int* q) { a(p); b(q); } };
    int x, y;
    void run(std::function<void(int*)> f) { f(&y); }
    int main() { W w; run(std::bind(&W::go, &w, &x, std::placeholders::_1)); })");
  EXPECT_EQ(s.calls("run"), Names{"W::go"});
  EXPECT_EQ(s.receivers("run", "W::go"), Names{"main::w"});
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(Callables, FunctionObjectsOfTheUser) {
  const Solved s(R"(
    #include <functional>
    struct Add { int* to; void operator()(int n) const { *to += n; } };
    void run(const std::function<void(int)>& f) { f(1); }
    int main() { int sum = 0; run(Add{&sum}); })");
  EXPECT_EQ(s.calls("run"), Names{"Add::operator()"});
  EXPECT_EQ(s.touched("Add::operator()"), (Names{"temporary Add in main.to", "main::sum", "Add::operator()::n"}));
}

TEST(Callables, AlgorithmsCallBackWithTheElements) {
  const Solved s(R"(
    #include <algorithm>
    #include <vector>
    struct Item { int n; };
    int main() { std::vector<Item> items(3); std::for_each(items.begin(), items.end(), [](Item& i) { i.n = 1; }); })");
  EXPECT_EQ(s.calls("main"), Names{"main::(lambda)::operator()"});
  EXPECT_EQ(s.touched("main::(lambda)::operator()"), Names{"main::items[].n"});
}

TEST(Callables, ObserversInARegistry) {
  const Solved s(R"(
    #include <vector>
    struct Observer { virtual ~Observer() = default; virtual void changed() = 0; };
    struct Logger : Observer { int lines = 0; void changed() override { ++lines; } };
    class Subject { std::vector<Observer*> observers_;
     public: void attach(Observer* o) { observers_.push_back(o); } void set() { for (Observer* o : observers_) o->changed(); } };
    int main() { Subject subject; Logger logger; subject.attach(&logger); subject.set(); })");
  EXPECT_EQ(s.receivers("Subject::set", "Logger::changed"), Names{"main::logger"});
  EXPECT_EQ(s.touched("Logger::changed"), Names{"main::logger.lines"});
}

TEST(Callables, CallablesThatTheUserWraps) {
  const Solved s(R"(
    #include <functional>
    #include <utility>
    class Task { std::function<void()> body_; public: explicit Task(std::function<void()> b) : body_(std::move(b)) {} void run() { if (body_) body_(); } };
    void work() {}
    int main() { Task t(work); t.run(); })");
  EXPECT_EQ(s.calls("Task::run"), Names{"work"});
  EXPECT_EQ(s.calls("main"), (Names{"Task::Task", "Task::run", "Task::~Task"}));
}

}  // namespace
}  // namespace ferrule::test
