// Aggregates of all kinds: the traits answer, and never fail to compile. Everything here is decided by the compiler.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <any>
#include <array>
#include <atomic>
#include <coroutine>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace ferrule {
namespace aggregates {

using Job = std::packaged_task<int()>;
using Local = Rc<int>;  // not Send, and without a default

// std's greedy types: they can be made from nearly everything.
struct VariantOfJob {
  std::variant<int, Job> job;
};
struct NestedVariant {
  std::variant<std::variant<int, Job>, std::string> job;
};
struct ManyJobs {
  int id;
  std::variant<std::monostate, Job, std::function<void()>> job;
  std::optional<Job> next;
  std::pair<std::variant<int, Job>, int> pair;
  std::tuple<std::variant<int, Job>, int> tuple;
  std::array<std::variant<int, Job>, 2> array;
  std::variant<int, Job> plain[2];
};
struct VariantOfAggregates {
  std::variant<VariantOfJob, ManyJobs> either;
};
struct Anything {
  std::any any;
  std::optional<std::any> maybe;
  std::variant<std::any, int> either;
  std::function<void(std::string)> call;
};
struct Asynchronous {
  std::future<int> future;
  std::promise<int> promise;
  std::shared_future<int> shared;
  std::coroutine_handle<> frame;
  std::thread thread;
};
struct BadVariant {
  std::variant<std::unique_ptr<int>, Local> v;
};
struct BadOptionals {
  std::optional<std::string> good;
  std::optional<std::optional<Local>> bad;
};

// Members of every kind.
struct Bits {
  unsigned a : 3;
  unsigned : 0;
  unsigned b : 5;
};
struct Matrix {
  int cells[2][3];
  std::string names[2];
};
struct Text {
  char name[16];
  const char* const more;
};
struct Constants {
  const int a;
  volatile int b;
  mutable int c;
};
struct NotCopyable {
  std::mutex mutex;
  std::atomic<int> count;
};
struct Unnamed {
  struct {
    int a;
    int b;
  };
  std::string c;
};
struct UnnamedUnion {
  union {
    int a;
    float b;
  };
  int c;
};
union Union {
  Union() {}
  ~Union() {}
  int a;
  std::string b;
};
struct WithUnion {
  Union u;
};
struct Nothing {};
struct Final final {
  [[no_unique_address]] Nothing nothing;
  int a;
};
struct Base {
  int a = 0;
};
struct TwoBases : Base, std::string {
  int b;
};
struct Greedy {
  template <class T>
  Greedy(T&& value) : size(value.no_such_function()) {}
  int size;
};
struct WithGreedy {
  Greedy greedy;
};
struct Unwilling {
  explicit Unwilling(int);
};
struct WithUnwilling {
  Unwilling unwilling;
};
struct Recursive {
  std::vector<Recursive> children;
  std::map<std::string, Recursive> names;
  std::unique_ptr<Recursive> next;
};
struct Pointers {
  int Base::* member;
  void (Base::*method)();
  void (*function)(int);
  std::nullptr_t null;
};
struct Views {
  std::span<int> span;
  std::span<const int, 3> fixed;
};
struct Ours {
  Mutex<int> mutex;
  Arc<Mutex<int>> arc;
  Sender<int> sender;
  SendFn<void()> job;
};
struct Endless {
  int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
  int c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5;
};

// A member that is not Send is found behind members of all these kinds, though it has no default.
struct BehindBits : Bits {
  Local local;
};
struct BehindJob {
  std::variant<int, Job> job;
  Local local;
};
struct BehindFunction {
  std::function<int()> call;
  Local local;
};
struct BehindReference {
  const int& reference;
  Local local;
};
struct BehindUnion {
  union {
    int a;
    float b;
  };
  Local local;
};
struct BehindBases : TwoBases {
  Local local;
};
struct BehindUnwilling {
  Unwilling unwilling;
  Local local;
};
struct BehindMutex {
  std::mutex mutex;
  std::any any;
  Local local;
  int last;
};

template <class... Ts>
constexpr bool are(Verdict send) {
  return ((send_verdict<Ts> == send) && ...);
}

static_assert(
    are<VariantOfJob, NestedVariant, ManyJobs, VariantOfAggregates, Anything, Asynchronous>(Verdict::Unknown));
static_assert(are<BadVariant, BadOptionals>(Verdict::No));
static_assert(are<Bits, Matrix, Text, Constants, NotCopyable, Unnamed, Nothing, Final, TwoBases>(Verdict::Yes));
static_assert(are<UnnamedUnion, Union, WithUnion, WithGreedy, Endless>(Verdict::Unknown));
static_assert(are<Recursive, Pointers, Ours>(Verdict::Yes));
static_assert(are<Views>(Verdict::Unknown));
static_assert(are<BehindBits, BehindJob, BehindFunction, BehindReference, BehindUnion, BehindBases>(Verdict::No));
static_assert(are<BehindUnwilling, BehindMutex>(Verdict::No));

// A reference to const is judged by whether what it refers to may be read by many: a lock's guard may.
struct RefersToGuard {
  const std::shared_lock<std::shared_mutex>& guard;
};
struct RefersToGuardAndMore {
  int number;
  const std::shared_lock<std::shared_mutex>& guard;
  Local last;
};
struct HasGuard {
  std::shared_lock<std::shared_mutex> guard;
};
struct RefersToLocal {
  const Local& local;
};
static_assert(send_verdict<RefersToGuard> == Verdict::Unknown);
static_assert(are<RefersToGuardAndMore, HasGuard, RefersToLocal>(Verdict::No));

// Sync is asked of the same members; nothing tells a mutable one, so an aggregate's is at best unknown.
static_assert(sync_verdict<Nothing> == Verdict::Yes && sync_verdict<Constants> == Verdict::Unknown);
static_assert(sync_verdict<BehindJob> == Verdict::No && sync_verdict<ManyJobs> == Verdict::Unknown);

TEST(Aggregates, WhatIsNotRefusedCrosses) {
  auto [tx, rx] = channel<VariantOfJob>();
  ASSERT_TRUE(tx.send(VariantOfJob{Job([] { return 5; })}));
  auto got = rx.recv();
  ASSERT_TRUE(got);
  auto& job = std::get<Job>(got->job);
  job();
  EXPECT_EQ(job.get_future().get(), 5);
}

}  // namespace aggregates
}  // namespace ferrule
