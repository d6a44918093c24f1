// Races as the heap and the origins show them.
#include "checks/detect/races_by_origin.h"
#include "test/facts/parse.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ferrule::test {
namespace {

using Names = std::set<std::string>;

Names races(const std::string& code) {
  std::optional<Facts> facts = facts_of_code(code);
  EXPECT_TRUE(facts);
  if (!facts) return {};
  std::vector<Facts> units;
  units.push_back(std::move(*facts));
  const Program program(std::move(units));
  const Flow flow(program);
  const heap::Heap heap(program);
  Names names;
  for (const OriginRace& race : find_races_by_origin(flow, heap))
    names.insert(race.name + (race.is_by_element ? "?" : "") + (race.is_handed_over ? " handed over" : "") +
                 (race.is_passed_around ? " passed around" : "") + (race.is_guarded_perhaps ? " perhaps guarded" : ""));
  return names;
}

TEST(OriginRaces, OnlyWhatTheThreadRunsBesideIsARace) {
  EXPECT_EQ(races(R"(
    #include <thread>
    int before, during, after;
    int main() { before = 1; std::thread t([] { ++before; ++during; ++after; }); during = 2; t.join(); after = 3; })"),
            Names{"during"});
}

TEST(OriginRaces, ACommonLockOfTheCallersOrders) {
  EXPECT_EQ(races(R"(
    #include <mutex>
    #include <thread>
    struct Counter {
      std::mutex mutex; int guarded = 0; int missed = 0;
      void bump() { ++guarded; }
      void add() { std::lock_guard lock(mutex); bump(); ++missed; }
      int peek() { return missed; }
    };
    int main() { Counter c; std::thread t([&c] { c.add(); }); c.add(); c.peek(); t.join(); })"),
            Names{"main::c.missed"});
}

TEST(OriginRaces, LocksOfTwoObjectsDoNotExclude) {
  EXPECT_EQ(races(R"(
    #include <mutex>
    #include <thread>
    int shared;
    struct Side { std::mutex mutex; void bump() { std::lock_guard lock(mutex); ++shared; } };
    int main() { Side a, b; std::thread t([&a] { a.bump(); }); b.bump(); t.join(); })"),
            Names{"shared"});
}

TEST(OriginRaces, ATaskInAQueueIsFollowed) {
  EXPECT_EQ(races(R"(
    #include <functional>
    #include <mutex>
    #include <thread>
    #include <vector>
    struct Pool {
      std::mutex mutex; std::vector<std::function<void()>> tasks;
      void post(std::function<void()> f) { std::lock_guard lock(mutex); tasks.push_back(std::move(f)); }
      void work() { std::function<void()> next; { std::lock_guard lock(mutex); next = std::move(tasks.back()); tasks.pop_back(); } next(); }
    };
    int main() { Pool pool; int count = 0; std::thread t(&Pool::work, &pool); pool.post([&count] { ++count; }); ++count; t.join(); })"),
            Names{"main::count"});
}

TEST(OriginRaces, AContextBehindAVoidPointer) {
  const std::string program = R"(
    #include <pthread.h>
    struct Task { pthread_mutex_t lock; int done; void (*run)(void*); void* context; };
    void step(void* c) { Task* t = (Task*)c; LOCK t->done = 1; UNLOCK }
    void* body(void* p) { Task* t = (Task*)p; t->run(t->context); return 0; }
    int main() { Task task; task.run = step; task.context = &task; pthread_t id; pthread_create(&id, 0, body, &task);
                 pthread_mutex_lock(&task.lock); int seen = task.done; pthread_mutex_unlock(&task.lock);
                 pthread_join(id, 0); return seen; })";
  EXPECT_EQ(races("#define LOCK\n#define UNLOCK\n" + program), Names{"main::task.done"});
  EXPECT_EQ(
      races("#define LOCK pthread_mutex_lock(&t->lock);\n#define UNLOCK pthread_mutex_unlock(&t->lock);\n" + program),
      Names{});
}

TEST(OriginRaces, ThreadsOfALoopRaceWithThemselvesButNotForWhatTheyMake) {
  EXPECT_EQ(races(R"(
    #include <thread>
    #include <vector>
    int total;
    struct Work { int n = 0; };
    void run() { Work mine; ++mine.n; Work* heap = new Work; ++heap->n; ++total; delete heap; }
    int main() { std::vector<std::thread> all; for (int i = 0; i < 4; ++i) all.emplace_back(run); for (auto& t : all) t.join(); })"),
            Names{"total"});
}

TEST(OriginRaces, WhatRunsOnceIsSeenByAll) {
  EXPECT_EQ(races(R"(
    #include <mutex>
    #include <thread>
    struct Table { std::once_flag once; int size = 0; int get() { std::call_once(once, [this] { size = 7; }); return size; } };
    Table table;
    int main() { std::thread a([] { table.get(); }); table.get(); a.join(); })"),
            Names{"table.size handed over"});
}

TEST(OriginRaces, WhatComesBeforeALockIsHandedOverToWhoeverTakesItLater) {
  const char* const code = R"(
    #include <mutex>
    #include <thread>
    std::mutex mutex; int value; bool ready;
    void look() { { std::lock_guard<std::mutex> hold(mutex); if (!ready) return; } int copy = value; (void)copy; }
    int main() { std::thread a(look); value = 1; { std::lock_guard<std::mutex> hold(mutex); ready = true; } a.join(); })";
  EXPECT_EQ(races(code), Names{"value handed over"});
}

TEST(OriginRaces, WhatComesAfterTheLockIsNotHandedOver) {
  const char* const code = R"(
    #include <mutex>
    #include <thread>
    std::mutex mutex; int value; bool ready;
    void look() { { std::lock_guard<std::mutex> hold(mutex); if (!ready) return; } int copy = value; (void)copy; }
    int main() { std::thread a(look); { std::lock_guard<std::mutex> hold(mutex); ready = true; } value = 1; a.join(); })";
  EXPECT_EQ(races(code), Names{"value"});
}

TEST(OriginRaces, ElementsOfUnknownIndexAreMarked) {
  EXPECT_EQ(races(R"(
    #include <thread>
    #include <vector>
    int main() { std::vector<int> out(4); std::vector<std::thread> all;
      for (int i = 0; i < 4; ++i) all.emplace_back([&out, i] { int k = i; ++k; out[k] = i; });
      for (auto& t : all) t.join(); })"),
            Names{"main::out[]?"});
}

TEST(OriginRaces, AnObjectOfALibraryIsSharedWithItsThread) {
  EXPECT_EQ(races(R"(
    #include <thread>
    class Cache { int n_ = 0; std::thread t_; void loop() { ++n_; }
     public: void start() { t_ = std::thread(&Cache::loop, this); } int size() const { return n_; } void stop() { t_.join(); } };
    int size_of(const Cache& c) { return c.size(); } void start_it(Cache& c) { c.start(); })"),
            Names{"outside Cache.n_"});
}

}  // namespace
}  // namespace ferrule::test
