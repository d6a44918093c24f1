// The three-valued answers. Everything here is decided by the compiler.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <any>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

namespace ferrule {
namespace {

using Lock = std::unique_lock<std::mutex>;

template <class T, Verdict SendAnswer, Verdict SyncAnswer>
constexpr bool has = send_verdict<T> == SendAnswer && sync_verdict<T> == SyncAnswer;

constexpr Verdict yes = Verdict::Yes, unknown = Verdict::Unknown, no = Verdict::No;

// Scalars, pointers, references.
static_assert(has<int, yes, yes> && has<const double, yes, yes> && has<std::nullptr_t, yes, yes>);
static_assert(has<void (*)(int), yes, yes> && has<int std::string::*, yes, yes>);
static_assert(has<int*, unknown, unknown> && has<int&, unknown, unknown> && has<void*, unknown, unknown>);
static_assert(has<const char*, yes, yes> && has<const int&, yes, yes>);
static_assert(has<std::atomic<int>*, yes, yes> && has<Lock*, no, unknown>);
static_assert(has<int[3], yes, yes> && has<Lock[2], no, unknown>);

// std, recognised by name.
static_assert(has<std::string, yes, yes> && has<std::string_view, yes, yes>);
static_assert(has<std::map<std::string, std::vector<int>>, yes, yes> &&
              has<std::unordered_map<int, std::string>, yes, yes>);
static_assert(has<std::variant<int, std::string>, yes, yes> && has<std::optional<std::array<int, 2>>, yes, yes>);
static_assert(has<std::tuple<int, Lock>, no, unknown> && has<std::vector<Lock>, no, unknown>);
static_assert(has<std::unique_ptr<int>, yes, unknown> && has<std::unique_ptr<const int>, yes, yes>);
static_assert(has<std::unique_ptr<int[]>, yes, unknown>);
static_assert(has<std::shared_ptr<int>, unknown, unknown> && has<std::shared_ptr<const int>, yes, yes>);
static_assert(has<std::shared_ptr<std::mutex>, yes, yes> && has<std::shared_ptr<Mutex<int>>, yes, yes>);
static_assert(has<std::function<void()>, unknown, unknown> && has<std::any, unknown, unknown>);
static_assert(has<std::thread::id, yes, yes> && has<std::filesystem::path, yes, yes> &&
              has<std::chrono::seconds, yes, yes>);
static_assert(has<std::reference_wrapper<int>, unknown, unknown> && has<std::reference_wrapper<const int>, yes, yes>);

// Aggregates, member by member. A `mutable` member looks like any other, so Sync is at best unknown.
struct Point {
  int x, y;
};
struct Mixed {
  std::string name;
  std::optional<int> maybe;
  std::optional<Point> where;
  std::variant<int, std::string> choice;
  int numbers[3];
  Point corner;
};
struct Holder {
  std::string name;
  Lock lock;
};
struct Nested {
  int id;
  Holder holder;
};
struct Derived : Holder {
  int more;
};
struct Chain {
  int value;
  std::unique_ptr<Chain> next;
  std::vector<Chain> children;
};
struct BadChain {
  std::unique_ptr<BadChain> next;
  Lock lock;
};
struct Erased {
  std::function<void()> f;
  std::any a;
  int x;
};
struct WithPointer {
  int* p;
};
struct WithReference {
  int& r;
};
struct Large {
  char text[64];
};
struct Tagged {
  int tag;
  union {
    int i;
    double d;
  };
};
struct Interface {
  virtual ~Interface() = default;
};
struct Incomplete;
static_assert(has<Point, yes, unknown> && has<Mixed, yes, unknown> && has<Chain, yes, unknown>);
static_assert(has<Holder, no, unknown> && has<Nested, no, unknown> && has<Derived, no, unknown> &&
              has<BadChain, no, unknown>);
static_assert(has<Erased, unknown, unknown> && has<WithPointer, unknown, unknown> &&
              has<WithReference, unknown, unknown>);
static_assert(has<Large, unknown, unknown> && has<Tagged, unknown, unknown>);
static_assert(has<Interface, unknown, unknown> && has<std::unique_ptr<Interface>, unknown, unknown>);
static_assert(has<Incomplete*, unknown, unknown> && has<std::unique_ptr<Incomplete>, unknown, unknown>);

// The runtime's own.
static_assert(has<Mutex<int>, yes, yes> && has<Mutex<Lock>, no, no> && has<Mutex<int*>, unknown, unknown>);
static_assert(has<RwLock<int>, yes, yes> && has<RwLock<Receiver<int>>, yes, no>);
static_assert(has<Mutex<Receiver<int>>, yes, yes>);
static_assert(has<MutexGuard<int>, no, yes> && has<ReadGuard<int>, no, yes> && has<WriteGuard<int>, no, yes>);
static_assert(has<Arc<int>, yes, yes> && has<Arc<Mutex<int>>, yes, yes> && has<Arc<Lock>, no, no> &&
              has<Weak<int>, yes, yes>);
static_assert(has<Arc<Receiver<int>>, no, no>);
static_assert(has<Sender<int>, yes, yes> && has<SyncSender<int>, yes, yes> && has<Receiver<int>, yes, no>);
static_assert(has<Sender<Lock>, no, no> && has<Receiver<Lock>, no, no>);
static_assert(has<JoinHandle<Lock>, yes, yes> && has<ScopedJoinHandle<Lock>, no, no> && has<Thread, yes, yes>);

// Claims and denials, for the class itself and not for what derives from it.
class Vouched {
 public:
  int* get() const { return p_; }

 private:
  int* p_ = nullptr;
};
class FromVouched : public Vouched {
 public:
  int* more() const { return more_; }

 private:
  int* more_ = nullptr;
};
class Denied {
 public:
  int get() const { return x_; }

 private:
  int x_ = 0;
};
class Monitor {
 public:
  Rc<int> get() const { return x_; }

 private:
  Rc<int> x_;
};
struct Both {};

// That a class is Send unless something else in it is not says nothing of whether it is Sync.
struct Linked {
  Receiver<int> end;
  const Linked* next;
};
struct Plain {
  int value;
  const Plain* next;
};

}  // namespace

template <>
inline constexpr bool claims_send<Vouched> = true;
template <>
inline constexpr bool denies_send<Denied> = true;
template <>
inline constexpr bool claims_synchronized<Monitor> = true;
template <>
[[maybe_unused]] inline constexpr bool claims_send<Both> = true;  // not even asked
template <>
inline constexpr bool denies_send<Both> = true;

namespace {

static_assert(send_verdict<Vouched> == yes && send_verdict<FromVouched> == unknown && send_verdict<Denied> == no);
static_assert(send_verdict<std::vector<Denied>> == no);
static_assert(send_verdict<Monitor> == unknown && sync_verdict<Monitor> == yes && send_verdict<Monitor&> == yes);
static_assert(send_verdict<Both> == no);
static_assert(send_verdict<Linked> == no && send_verdict<Plain> == unknown);

// Sizes.
static_assert(sizeof(Mutex<std::uint32_t>) == 8 && sizeof(RwLock<std::uint32_t>) == 12);
static_assert(sizeof(Sender<int>) == sizeof(void*) && sizeof(SyncSender<int>) == sizeof(void*));
static_assert(sizeof(Arc<int>) == sizeof(void*) && sizeof(JoinHandle<int>) == sizeof(void*));

// Handles: move-only, copyable, neither.
static_assert(!std::is_copy_constructible_v<JoinHandle<int>> && std::is_nothrow_move_constructible_v<JoinHandle<int>>);
static_assert(!std::is_copy_constructible_v<Receiver<int>> && std::is_copy_constructible_v<Sender<int>>);
static_assert(!std::is_move_constructible_v<MutexGuard<int>> && !std::is_move_constructible_v<Mutex<int>>);

TEST(Traits, ClosuresAreTheAnalysersUnlessTheyCaptureNothing) {
  int captured = 1;
  auto with = [captured] { return captured; };
  auto without = [] { return 1; };
  EXPECT_EQ(send_verdict<decltype(with)>, unknown);
  EXPECT_EQ(send_verdict<decltype(without)>, yes);
  EXPECT_EQ(with(), without());
  assert_send<decltype(with)>();
  assert_sync<decltype(without)>();
}

}  // namespace
}  // namespace ferrule
