#include "support.h"

#include <ferrule/arc.h>
#include <ferrule/mutex.h>
#include <ferrule/thread.h>

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ferrule {
namespace {

using test::Counted;

TEST(Arc, SharesOneValueUntilTheLastHandleGoes) {
  {
    auto first = Arc<Counted>::make(7);
    Arc second = first;
    EXPECT_EQ(second->value, 7);
    EXPECT_TRUE(ptr_eq(first, second));
    EXPECT_EQ(first.strong_count(), 2u);
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, MovesAndAssigns) {
  Arc a(1);
  Arc b(2);
  a = b;
  EXPECT_EQ(*a, 2);
  a = std::move(b);
  EXPECT_EQ(a.strong_count(), 1u);
  auto& same = a;
  a = same;
  EXPECT_EQ(*a, 2);
}

TEST(Arc, GivesExclusiveAccessOnlyToTheOnlyHandle) {
  Arc a(std::string("one"));
  ASSERT_NE(a.get_mut(), nullptr);
  *a.get_mut() = "two";
  auto weak = a.downgrade();
  EXPECT_EQ(a.get_mut(), nullptr);
  {
    auto dropped = std::move(weak);
  }
  Arc b = a;
  EXPECT_EQ(a.get_mut(), nullptr);
  b.make_mut() += "!";
  EXPECT_EQ(*a, "two");
  EXPECT_EQ(*b, "two!");
}

TEST(Arc, IntoInnerGivesTheValueToTheLastHandle) {
  auto a = Arc<Counted>::make(3);
  auto b = a;
  auto weak = a.downgrade();
  EXPECT_FALSE(std::move(a).into_inner().has_value());
  auto value = std::move(b).into_inner();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->value, 3);
  EXPECT_FALSE(weak.upgrade().has_value());
  value.reset();
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, ConstructorThatThrowsLeavesNothingBehind) {
  struct Throws {
    explicit Throws(int) { throw 1; }
    Counted counted;
  };
  EXPECT_THROW((void)Arc<Throws>::make(1), int);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, KeepsOveralignedValuesAligned) {
  struct alignas(256) Wide {
    char bytes[256] = {};
  };
  std::vector<Arc<Wide>> many;
  for (int i = 0; i < 10; ++i) {
    many.push_back(Arc<Wide>::make());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(many.back().get()) % 256, 0u);
  }
}

struct Left {
  virtual ~Left() = default;
  int left = 1;
};
struct Right {
  virtual ~Right() = default;
  int right = 2;
};
struct Both final : Left, Right {
  Counted counted{9};
};
struct Open : Left, Right {
  Counted counted{9};
};

template <class Whole>
void upcast_to_a_base_that_is_not_the_first() {
  auto whole = Arc<Whole>::make();
  Arc<Right> right = whole;
  Arc<Left> left = whole;
  EXPECT_EQ(right->right, 2);
  EXPECT_EQ(left.strong_count(), 3u);
  auto weak = right.downgrade();
  {
    auto a = std::move(whole);
    auto b = std::move(left);
  }
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_EQ(weak.upgrade().value()->right, 2);
  {
    auto last = std::move(right);
  }
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(weak.upgrade().has_value());
}

}  // namespace

template <>
inline constexpr bool claims_sync<Both> = true;
template <>
inline constexpr bool claims_sync<Open> = true;

namespace {

TEST(Arc, UpcastsUnderMultipleInheritance) {
  upcast_to_a_base_that_is_not_the_first<Both>();
  upcast_to_a_base_that_is_not_the_first<Open>();
}

TEST(Arc, MayStandInItsOwnPointee) {
  struct Node {
    int value = 0;
    std::optional<Arc<Node>> next;
  };
  Arc tail(Node{2, std::nullopt});
  Arc head(Node{1, tail});
  EXPECT_EQ((*head->next)->value, 2);
}

TEST(Weak, EmptyOneRefersToNothing) {
  Weak<int> weak;
  EXPECT_FALSE(weak.upgrade().has_value());
  EXPECT_EQ(weak.strong_count(), 0u);
}

TEST(Arc, CountsUnderContention) {
  {
    auto shared = Arc<Counted>::make(1);
    auto weak = shared.downgrade();
    std::vector<JoinHandle<int>> threads;
    for (int t = 0; t < 4; ++t) {
      threads.push_back(spawn([shared, weak] {
        int seen = 0;
        for (int i = 0; i < 2000; ++i) {
          auto mine = shared;
          if (auto upgraded = weak.upgrade()) seen += (*upgraded)->value;
          auto another = mine.downgrade();
        }
        return seen;
      }));
    }
    {
      auto dropped = std::move(shared);
    }
    for (auto& thread : threads) EXPECT_EQ(thread.join(), 2000);
    EXPECT_FALSE(weak.upgrade().has_value());
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Arc, UpgradeRacesWithTheLastDrop) {
  for (int round = 0; round < 200; ++round) {
    auto shared = Arc<Counted>::make(5);
    auto thread = spawn([weak = shared.downgrade()] {
      while (auto alive = weak.upgrade()) {
        if ((*alive)->value != 5) return false;
      }
      return true;
    });
    {
      auto dropped = std::move(shared);
    }
    EXPECT_TRUE(thread.join());
  }
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace ferrule
