// Containers, smart pointers and other holders of the standard library.
#include "test/heap/solved.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

TEST(Containers, VirtualJobsInAQueueOfUniquePointers) {
  const Solved s(R"(
    #include <memory>
    #include <queue>
    struct Job { virtual ~Job() = default; virtual void run() = 0; };
    struct Send : Job { int* n; explicit Send(int* m) : n(m) {} void run() override { ++*n; } };
    struct Other : Job { void run() override {} };
    struct Pool {
      std::queue<std::unique_ptr<Job>> jobs;
      void push(std::unique_ptr<Job> j) { jobs.push(std::move(j)); }
      void work() { while (!jobs.empty()) { auto job = std::move(jobs.front()); jobs.pop(); job->run(); } }
    };
    int x;
    int main() { Pool pool; pool.push(std::make_unique<Send>(&x)); pool.work(); })");
  EXPECT_EQ(s.receivers("Pool::work", "Send::run"), Names{"new Send in main"});
  EXPECT_EQ(s.receivers("Pool::work", "Other::run"), Names{});
  EXPECT_EQ(s.touched("Send::run"), (Names{"new Send in main.n", "x"}));
}

TEST(Containers, SmartPointersShareTheirObject) {
  const Solved s(R"(
    #include <memory>
    void a(const void*); void b(const void*); void c(const void*); void d(const void*);
    struct Node { std::shared_ptr<Node> next; std::weak_ptr<Node> back; int* p; };
    int x;
    int main() {
      auto n = std::make_shared<Node>(); auto m = n; m->p = &x; a(n->p); b(n.get());
      n->next = m; if (auto locked = std::weak_ptr<Node>(n).lock()) c(locked->p);
      std::unique_ptr<int> u(new int); d(&*u); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"new Node in main"});
  EXPECT_EQ(s.at("c"), Names{"x"});
  EXPECT_EQ(s.at("d"), Names{"new int in main"});
}

TEST(Containers, MakeSharedAndEmplaceRunTheConstructor) {
  const Solved s(R"(
    #include <list>
    #include <memory>
    void a(const void*); void b(const void*);
    struct Session { int* p; Session(int* q, int) : p(q) {} explicit Session(const Session& o) : p(o.p) {} };
    int x, y;
    int main() {
      auto shared = std::make_shared<Session>(&x, 1); a(shared->p);
      std::list<Session> all; all.emplace_back(&y, 2); for (auto& session : all) b(session.p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(Containers, MapsTellKeysFromValues) {
  const Solved s(R"(
    #include <map>
    #include <string>
    #include <unordered_map>
    void a(const void*); void b(const void*); void c(const void*); void d(const void*);
    int x, y, z, k;
    int main() {
      std::map<int*, int*> m; m[&k] = &x; a(m[&k]); for (auto& [key, value] : m) { b(key); c(value); }
      std::unordered_map<int, int*> u; u.emplace(1, &y); u.insert({2, &z}); auto it = u.find(1); d(it->second); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"k"});
  EXPECT_EQ(s.at("c"), Names{"x"});
  EXPECT_EQ(s.at("d"), (Names{"y", "z"}));
}

TEST(Containers, IteratorsPointToElements) {
  const Solved s(R"(
    #include <iterator>
    #include <vector>
    void a(const void*); void b(const void*); void c(const void*);
    struct Item { int* p; };
    int x;
    int main() {
      std::vector<Item> items; items.push_back({&x});
      for (auto it = items.begin(); it != items.end(); ++it) a(it->p);
      auto last = std::prev(items.end()); b((*last).p); c(&items.back()); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"x"});
  EXPECT_EQ(s.at("c"), Names{"main::items[]"});
}

TEST(Containers, ContainersAreCopiedMovedAndSwapped) {
  const Solved s(R"(
    #include <utility>
    #include <vector>
    void a(const void*); void b(const void*);
    int x;
    int main() {
      std::vector<int*> one{&x}; std::vector<int*> two; two = std::move(one); a(two.front());
      std::vector<int*> batch; batch.swap(two); for (int* p : batch) b(p); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"x"});
}

TEST(Containers, PairsTuplesAndOptionals) {
  const Solved s(R"(
    #include <optional>
    #include <tuple>
    #include <utility>
    void a(const void*); void b(const void*); void c(const void*);
    int x, y, z;
    struct Item { int* p; };
    std::optional<Item> find() { return Item{&z}; }
    int main() {
      std::pair<int*, int*> p(&x, &y); a(p.second); auto q = std::make_pair(&x, 1); b(q.first);
      if (auto found = find()) c(found->p); })");
  EXPECT_EQ(s.at("a"), Names{"y"});
  EXPECT_EQ(s.at("b"), Names{"x"});
  EXPECT_EQ(s.at("c"), Names{"z"});
}

TEST(Containers, PromisesGiveWhatTheyAreTold) {
  const Solved s(R"(
    #include <future>
    void a(const void*); void b(const void*);
    int x, y;
    int main() {
      std::promise<int*> p; std::future<int*> f = p.get_future(); p.set_value(&x); a(f.get());
      auto later = std::async([] { return &y; }); b(later.get()); })");
  EXPECT_EQ(s.at("a"), Names{"x"});
  EXPECT_EQ(s.at("b"), Names{"y"});
}

TEST(Containers, AtomicsAndGuardsHoldPointers) {
  const Solved s(R"(
    #include <atomic>
    #include <mutex>
    void a(const void*);
    struct Config { int n; };
    std::atomic<Config*> current;
    int main() { current.store(new Config); a(current.load()); })");
  EXPECT_EQ(s.at("a"), Names{"new Config in main"});
}

}  // namespace
}  // namespace ferrule::test
