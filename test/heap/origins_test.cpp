// Threads, tasks and handlers: where code runs, and what each of them reaches.
#include "test/heap/solved.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

const calls::Origin& origin_of(const Solved& s, const std::string& body) {
  static const calls::Origin none;
  for (const calls::Origin& origin : s.origins.all())
    for (const Function* function : origin.bodies)
      if (function->name == body && origin.function) return origin;
  ADD_FAILURE() << "nothing starts " << body;
  return none;
}

TEST(OriginsTest, AThreadRunsMembersOnTheObjectOfAPointer) {
  const Solved s(R"(
    #include <thread>
    struct Server { int n = 0; std::thread thread; void start() { thread = std::thread(&Server::loop, this); } void loop() { helper(); } void helper() { ++n; } };
    int main() { Server one; one.start(); one.thread.join(); })");
  EXPECT_EQ(s.starts("Server::start"), Names{"Server::loop"});
  EXPECT_EQ(s.receivers("Server::start", "Server::loop"), Names{"main::one"});
  EXPECT_FALSE(origin_of(s, "Server::loop").many);
  EXPECT_EQ(s.origins.of(s.function("Server::helper")).size(), 1u);
  EXPECT_EQ(s.reached_by("main::one.n"), (Names{"main", "Server::loop"}));
}

TEST(OriginsTest, ThreadsInALoopAreMany) {
  const Solved s(R"(
    #include <thread>
    #include <vector>
    int shared; 
    void many() { ++shared; } void one() {}
    int main() { std::vector<std::thread> all; for (int i = 0; i < 4; ++i) all.emplace_back(many); all.push_back(std::thread(one)); for (auto& t : all) t.join(); })");
  EXPECT_TRUE(origin_of(s, "many").many);
  EXPECT_FALSE(origin_of(s, "one").many);
  EXPECT_EQ(s.reached_by("shared"), Names{"many"});
}

TEST(OriginsTest, AStarterThatIsCalledTwiceStartsMany) {
  const Solved s(R"(
    #include <thread>
    void body() {}
    void launch() { std::thread(body).detach(); }
    int main() { launch(); launch(); })");
  EXPECT_TRUE(origin_of(s, "body").many);
}

TEST(OriginsTest, ThreadsOfThreads) {
  const Solved s(R"(
    #include <thread>
    void inner() {}
    void outer() { std::thread t(inner); t.join(); }
    int main() { for (int i = 0; i < 2; ++i) { std::thread t(outer); t.join(); } })");
  EXPECT_TRUE(origin_of(s, "outer").many);
  EXPECT_TRUE(origin_of(s, "inner").many);
}

TEST(OriginsTest, APoolRunsWhatIsPosted) {
  const Solved s(R"(
    #include <condition_variable>
    #include <functional>
    #include <mutex>
    #include <queue>
    #include <thread>
    class Pool {
      std::mutex mutex_; std::condition_variable ready_; std::queue<std::function<void()>> tasks_; std::thread worker_; bool stop_ = false;
      void work() { for (;;) { std::function<void()> task; { std::unique_lock lock(mutex_); ready_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
                    if (tasks_.empty()) return; task = std::move(tasks_.front()); tasks_.pop(); } task(); } }
     public:
      Pool() : worker_([this] { work(); }) {}
      template <class F> void post(F&& f) { { std::lock_guard lock(mutex_); tasks_.push(std::forward<F>(f)); } ready_.notify_one(); }
    };
    int main() { Pool pool; int count = 0; pool.post([&count] { ++count; }); })");
  const Names called = s.calls("Pool::work");
  EXPECT_EQ(called, (Names{"main::(lambda)::operator()", "Pool::work::(lambda)::operator()"}));
  EXPECT_EQ(s.starts("Pool::Pool"), Names{"Pool::Pool::(lambda)::operator()"});
  EXPECT_EQ(s.reached_by("main::count"), (Names{"main", "Pool::Pool::(lambda)::operator()"}));
}

TEST(OriginsTest, ArgumentsAreCopiedForTheThreadUnlessByRef) {
  const Solved s(R"(
    #include <functional>
    #include <thread>
    struct Job { int* p; };
    void by_value(Job j) { *j.p = 1; } void by_reference(Job& j) { j.p = nullptr; }
    int x;
    int main() { Job job{&x}; std::thread t(by_value, job); std::thread u(by_reference, std::ref(job)); t.join(); u.join(); })");
  EXPECT_EQ(s.touched("by_value"), (Names{"by_value::j.p", "x"}));
  EXPECT_EQ(s.touched("by_reference"), Names{"main::job.p"});
}

TEST(OriginsTest, WhatOneOriginAloneReachesIsItsOwn) {
  const Solved s(R"(
    #include <thread>
    struct Buffer { int n = 0; };
    void fill(Buffer& b) { ++b.n; }
    void worker() { Buffer mine; fill(mine); }
    int main() { std::thread t(worker); Buffer other; fill(other); t.join(); })");
  EXPECT_EQ(s.reached_by("worker::mine.n"), Names{"worker"});
  EXPECT_EQ(s.reached_by("main::other.n"), Names{"main"});
}

TEST(OriginsTest, EntriesRunOutside) {
  const Solved s(R"(
    #include <thread>
    class Cache { int n_ = 0; std::thread t_; void loop() { ++n_; } public: Cache() : t_([this] { loop(); }) {} int size() const { return n_; } };
    int size_of(const Cache& c) { return c.size(); })");
  EXPECT_EQ(s.reached_by("outside Cache.n_"), (Names{"Cache::Cache", "size_of", "Cache::Cache::(lambda)::operator()"}));
}

TEST(OriginsTest, ObjectsOfAThreadClassRun) {
  const Solved s(R"(
    class QThread { public: virtual ~QThread() {} void start(); protected: virtual void run() {} };
    class Worker : public QThread { int n = 0; void run() override { ++n; } };
    int main() { Worker w; w.start(); })");
  EXPECT_EQ(s.starts("main"), Names{"Worker::run"});
  EXPECT_EQ(s.receivers("main", "Worker::run"), Names{"main::w"});
}

}  // namespace
}  // namespace ferrule::test
