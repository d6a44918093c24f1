// What Rust promises of threads, scopes and shared ownership.
#include "support.h"

#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using test::Counted;
using namespace std::chrono_literals;

// spawn and join.
TEST(Spawn, AnyExceptionComesThroughAsItIs) {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
    std::shared_ptr<int> detail = std::make_shared<int>(3);
  };
  auto text = spawn([] { throw "a literal"; }).try_join();
  try {
    std::rethrow_exception(text.error());
  } catch (const char* what) {
    EXPECT_STREQ(what, "a literal");
  }
  try {
    spawn([]() -> int { throw Mine("mine"); }).join();
    FAIL();
  } catch (const Mine& mine) {
    EXPECT_STREQ(mine.what(), "mine");
    EXPECT_EQ(*mine.detail, 3);
  }
}

TEST(Spawn, AResultThatNobodyTakesDies) {
  std::atomic<bool> is_done = false;
  {
    auto handle = spawn([&is_done] {
      is_done = true;
      return Counted(1);
    });
  }
  while (!is_done || Counted::alive != 0) yield_now();
}

TEST(Spawn, IsNotFinishedBeforeItsWorkIsDone) {
  auto [tx, rx] = channel<int>();
  auto handle = spawn([rx = std::move(rx)]() mutable { return rx.recv().value(); });
  EXPECT_FALSE(handle.is_finished());
  EXPECT_TRUE(tx.send(3));
  while (!handle.is_finished()) yield_now();
  EXPECT_EQ(handle.join(), 3);
}

TEST(Spawn, HandlesMoveAndAssign) {
  auto first = spawn([] { return 1; });
  auto second = spawn([] { return 2; });
  first = std::move(second);  // the thread before is detached
  std::optional<JoinHandle<int>> kept(std::move(first));
  EXPECT_EQ(std::move(*kept).join(), 2);
}

TEST(Spawn, ThreadsMaySpawnAndJoinEachOther) {
  auto handle = spawn([] { return spawn([] { return spawn([] { return 5; }).join() + 1; }).join() + 1; });
  EXPECT_EQ(handle.join(), 7);
}

TEST(Spawn, AHandleMayBeJoinedOnAnotherThread) {
  auto handle = spawn([] { return std::string("far"); });
  auto other = spawn([](JoinHandle<std::string> theirs) { return theirs.join(); }, std::move(handle));
  EXPECT_EQ(other.join(), "far");
}

struct TellsWhenItDies {
  std::atomic<int>* deaths = nullptr;
  ThreadId* seen = nullptr;
  ~TellsWhenItDies() {
    if (deaths == nullptr) return;
    *seen = current().id();  // still there while thread-locals die
    ++*deaths;
  }
};

TEST(Spawn, ThreadLocalsAreDeadAfterJoin) {
  std::atomic<int> deaths = 0;
  ThreadId seen;
  auto handle = spawn([&] {
    (void)current();
    thread_local TellsWhenItDies at_end;
    at_end.deaths = &deaths;
    at_end.seen = &seen;
  });
  auto id = handle.thread().id();
  handle.join();
  EXPECT_EQ(deaths, 1);
  EXPECT_EQ(seen, id);
}

// Names and identities.
TEST(Builder, AThreadMayHaveNoName) {
  EXPECT_EQ(spawn([] { return current().name(); }).join(), "");
  EXPECT_EQ(Builder().spawn([] { return current().name(); })->join(), "");
}

TEST(Builder, ANameMayBeAnything) {
  const std::string odd("zero\0inside and far longer than any system shows", 48);
  EXPECT_EQ(Builder().name(odd).spawn([] { return current().name(); })->join(), odd);
}

TEST(Builder, OneBuilderMayStartSeveral) {
  Builder builder;
  builder.name("worker").stack_size(1 << 20);
  auto first = builder.spawn([] { return current().name(); });
  auto second = builder.spawn([] { return current().name(); });
  EXPECT_EQ(first->join() + second->join(), "workerworker");
}

TEST(Builder, NamesThreadsOfAScope) {
  std::string seen;
  int doubled = scope([&seen](Scope& threads) {
    auto handle = Builder()
                      .name("borrower")
                      .stack_size(1 << 20)
                      .spawn_scoped(
                          threads,
                          [&seen](int number) {
                            seen = current().name();
                            return 2 * number;
                          },
                          21);
    EXPECT_EQ(handle->thread().name(), "borrower");
    return handle->join();
  });
  EXPECT_EQ(doubled, 42);
  EXPECT_EQ(seen, "borrower");
}

TEST(Builder, AScopedThreadThatCannotStartLeavesTheScopeWhole) {
  int ran = 0;
  scope([&ran](Scope& threads) {
    auto none = Builder().stack_size(std::size_t(1) << 60).spawn_scoped(threads, [counted = Counted(1)] {});
    EXPECT_FALSE(none);
    EXPECT_TRUE(none.error());
    Builder().spawn_scoped(threads, [&ran] { ++ran; })->join();
  });
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Builder, AnExceptionOfAScopedThreadIsRethrown) {
  EXPECT_THROW(scope([](Scope& threads) {
                 (void)Builder().name("thrower").spawn_scoped(threads, [] { throw std::runtime_error("scoped"); });
               }),
               std::runtime_error);
}

TEST(Thread, NoIdIsGivenTwice) {
  std::set<ThreadId> ids{current().id()};
  for (int i = 0; i < 20; ++i) ids.insert(spawn([] { return current().id(); }).join());
  EXPECT_EQ(ids.size(), 21u);
  EXPECT_FALSE(ids.contains(ThreadId()));
}

TEST(Thread, AHandleOutlivesItsThread) {
  auto handle = spawn([] { return current(); });
  Thread thread = handle.join();
  thread.unpark();
  EXPECT_NE(thread.id(), current().id());
}

// park.
TEST(Park, ATimeLimitEndsItAndATokenComesFirst) {
  EXPECT_FALSE(park_for(1ms));
  current().unpark();
  EXPECT_TRUE(park_for(1h));
  EXPECT_FALSE(park_for(0ms));
}

TEST(Park, AnotherThreadEndsIt) {
  scope([main = current()](Scope& threads) {
    threads.spawn([main] {
      sleep_for(1ms);
      main.unpark();
    });
    EXPECT_TRUE(park_for(1h));
  });
}

TEST(Park, WhatWasDoneBeforeUnparkIsSeen) {
  for (int round = 0; round < 100; ++round) {
    int plain = 0;
    scope([&plain, main = current()](Scope& threads) {
      threads.spawn([&plain, main] {
        plain = 1;
        main.unpark();
      });
      park();
      EXPECT_EQ(plain, 1);
    });
  }
}

// scope.
TEST(Scope, TheResultOfAThreadDiesBeforeTheScopeEnds) {
  // What a thread returns may refer to what the scope's end gives free.
  struct Borrows {
    std::atomic<int>* deaths;
    explicit Borrows(std::atomic<int>* d) : deaths(d) {}
    Borrows(Borrows&& other) noexcept : deaths(std::exchange(other.deaths, nullptr)) {}
    ~Borrows() {
      if (deaths != nullptr) ++*deaths;
    }
  };
  std::atomic<int> deaths = 0;
  scope([&deaths](Scope& threads) {
    for (int t = 0; t < 5; ++t) threads.spawn([&deaths] { return Borrows(&deaths); });
  });
  EXPECT_EQ(deaths, 5);
}

TEST(Scope, EndsAfterThreadsThatItsThreadsSpawned) {
  std::atomic<int> ended = 0;
  struct Tree {
    static void grow(Scope& threads, std::atomic<int>& ended, int depth) {
      if (depth == 0) return;
      for (int child = 0; child < 2; ++child) {
        threads.spawn([&threads, &ended, depth] {
          grow(threads, ended, depth - 1);
          ++ended;
        });
      }
    }
  };
  scope([&](Scope& threads) { Tree::grow(threads, ended, 4); });
  EXPECT_EQ(ended, 30);
}

TEST(Scope, ScopesNest) {
  int sum = 0;
  scope([&sum](Scope& outer) {
    outer.spawn([&sum] {
      int mine = 0;
      scope([&mine](Scope& inner) { inner.spawn([&mine] { mine = 4; }); });
      sum = mine;
    });
  });
  EXPECT_EQ(sum, 4);
}

TEST(Scope, AnEmptyOneEndsAtOnce) {
  scope([](Scope&) {});
  EXPECT_EQ(scope([](Scope&) { return std::make_unique<int>(3); }).operator*(), 3);
}

TEST(Scope, TryJoinKeepsTheExceptionFromTheScope) {
  scope([](Scope& threads) {
    auto result = threads.spawn([]() -> int { throw 3; }).try_join();
    ASSERT_FALSE(result);
    EXPECT_THROW(std::rethrow_exception(result.error()), int);
  });
}

// Arc and Weak.
TEST(Arc, ATreeWithWeakParentsDies) {
  struct Node {
    Counted counted;
    Mutex<Weak<Node>> parent;
    Mutex<std::vector<Arc<Node>>> children;
  };
  {
    auto root = Arc<Node>::make();
    for (int i = 0; i < 3; ++i) {
      auto child = Arc<Node>::make();
      child->parent.set(root.downgrade());
      root->children.lock()->push_back(child);
    }
    EXPECT_EQ(Counted::alive, 4);
    EXPECT_EQ(root.weak_count(), 3u);
    auto child = root->children.lock()->front();
    EXPECT_TRUE(ptr_eq(*child->parent.get().upgrade(), root));
    EXPECT_EQ(child.strong_count(), 2u);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, AWeakHandleToItselfKeepsNothingAlive) {
  struct Node {
    Counted counted;
    Mutex<Weak<Node>> itself;
  };
  auto node = Arc<Node>::make();
  node->itself.set(node.downgrade());
  auto weak = node->itself.get();
  EXPECT_TRUE(weak.upgrade());
  {
    auto gone = std::move(node);
  }
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(weak.upgrade());
}

TEST(Weak, CountsComeAndGo) {
  auto arc = Arc<int>::make(5);
  EXPECT_EQ(arc.weak_count(), 0u);
  auto weak = arc.downgrade();
  auto copy = weak;
  EXPECT_EQ(arc.weak_count(), 2u);
  EXPECT_EQ(weak.strong_count(), 1u);
  {
    auto strong = weak.upgrade();
    EXPECT_EQ(weak.strong_count(), 2u);
    copy = Weak<int>();
    EXPECT_EQ(arc.weak_count(), 1u);
  }
  {
    auto gone = std::move(arc);
  }
  EXPECT_EQ(weak.strong_count(), 0u);
  EXPECT_FALSE(weak.upgrade() || weak.clone().upgrade());
}

TEST(Arc, MakeMutLeavesOthersAndWeakHandlesBehind) {
  {
    auto mine = Arc<Counted>::make(1);
    auto weak = mine.downgrade();
    mine.make_mut().value = 2;  // the only handle, but the Weak must not see the change
    EXPECT_FALSE(weak.upgrade());
    auto other = mine;
    auto third = other;
    mine.make_mut().value = 3;
    EXPECT_EQ(other->value, 2);
    EXPECT_FALSE(ptr_eq(mine, other));
    EXPECT_TRUE(ptr_eq(other, third));
    Counted* before = &mine.make_mut();
    EXPECT_EQ(before, &mine.make_mut());  // alone: changed in place
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, MakeMutThatThrowsChangesNothing) {
  struct CopyThrows {
    CopyThrows() = default;
    CopyThrows(const CopyThrows&) { throw std::runtime_error("copied"); }
    int value = 1;
  };
  auto mine = Arc<CopyThrows>::make();
  auto other = mine;
  EXPECT_THROW((void)mine.make_mut(), std::runtime_error);
  EXPECT_TRUE(ptr_eq(mine, other));
  EXPECT_EQ(mine.strong_count(), 2u);
}

TEST(Arc, IntoInnerGivesTheValueToOneOfSeveralThreads) {
  for (int round = 0; round < 100; ++round) {
    auto first = Arc<Counted>::make(round);
    auto second = first;
    auto other = spawn([second = std::move(second)]() mutable { return std::move(second).into_inner().has_value(); });
    bool mine = std::move(first).into_inner().has_value();
    EXPECT_NE(mine, other.join());
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, TryUnwrapGivesTheValueOrTheHandleBack) {
  {
    auto first = Arc<Counted>::make(3);
    auto second = first;
    auto weak = first.downgrade();
    auto refused = std::move(first).try_unwrap();
    ASSERT_FALSE(refused);
    EXPECT_TRUE(ptr_eq(refused.error(), second));
    {
      auto gone = std::move(refused.error());
    }
    auto value = std::move(second).try_unwrap();
    ASSERT_TRUE(value);
    EXPECT_EQ(value->value, 3);
    EXPECT_FALSE(weak.upgrade());
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, UnwrapOrCloneCopiesOnlyWhatIsShared) {
  auto first = Arc<std::vector<int>>::make(std::size_t{3}, 7);
  auto second = first;
  const int* data = first->data();
  auto copy = std::move(first).unwrap_or_clone();
  EXPECT_NE(copy.data(), data);
  auto moved = std::move(second).unwrap_or_clone();
  EXPECT_EQ(moved.data(), data);
  EXPECT_EQ(copy, moved);
}

TEST(Arc, NewCyclicGivesTheObjectAHandleToItself) {
  struct Node {
    Counted counted;
    Weak<Node> itself;
    int before = 0;
  };
  {
    auto node = Arc<Node>::new_cyclic([](const Weak<Node>& itself) {
      EXPECT_FALSE(itself.upgrade());  // there is nothing yet
      EXPECT_EQ(itself.strong_count() + itself.weak_count(), 0u);
      return Node{Counted(4), itself, 9};
    });
    EXPECT_EQ(node.strong_count(), 1u);
    EXPECT_EQ(node.weak_count(), 1u);
    EXPECT_EQ(node->itself.weak_count(), 1u);
    EXPECT_TRUE(ptr_eq(*node->itself.upgrade(), node));
    EXPECT_TRUE(ptr_eq(node->itself, node.downgrade()));
    EXPECT_FALSE(ptr_eq(node->itself, Weak<Node>()));
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, NewCyclicThatThrowsLeavesOnlyDeadWeakHandles) {
  Weak<std::string> kept;
  const auto make = [&kept](const Weak<std::string>& itself) -> std::string {
    kept = itself;
    throw std::runtime_error("made nothing");
  };
  EXPECT_THROW((void)Arc<std::string>::new_cyclic(make), std::runtime_error);
  EXPECT_FALSE(kept.upgrade());
  EXPECT_EQ(kept.weak_count(), 0u);
}

TEST(Arc, TheLastOwnersThreadDestroys) {
  struct Tells {
    Mutex<ThreadId>* where;
    ~Tells() { where->set(current().id()); }
  };
  Mutex<ThreadId> where;
  auto mine = Arc<Tells>::make(&where);
  auto handle = spawn([theirs = mine] {
    while (theirs.strong_count() != 1) yield_now();
  });
  auto id = handle.thread().id();
  {
    auto gone = std::move(mine);
  }
  handle.join();
  EXPECT_EQ(where.get(), id);
}

}  // namespace
}  // namespace ferrule
