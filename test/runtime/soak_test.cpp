// Random load on select and on the locks; the sums must agree. FERRULE_SOAK=<seconds> makes each soak longer.
#include "flavours.h"

#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using test::drop;
using namespace std::chrono_literals;

/// Calls `once(seed)` a few times, or as long as FERRULE_SOAK says.
template <class F>
void soak(F once) {
  const char* seconds = std::getenv("FERRULE_SOAK");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 0);
  unsigned seed = 1;
  do {
    for (int i = 0; i < 10; ++i) once(seed++);
  } while (std::chrono::steady_clock::now() < end && !::testing::Test::HasFailure());
}

using Message = std::unique_ptr<long>;

/// What one source of a select has sent, and what became of it.
struct Books {
  std::atomic<long> sent{0};
  std::atomic<long> came_back{0};
  long received = 0;
  bool has_ended = false;
};

template <class S>
JoinHandle<void> produce(S tx, Books& books, int count, unsigned seed) {
  return spawn([tx = std::move(tx), &books, count, seed] {
    std::mt19937 pauses(seed);
    for (long k = 1; k <= count; ++k) {
      books.sent += k;
      if (auto sent = tx.send(std::make_unique<long>(k)); !sent) books.came_back += *sent.error().value;
      if (pauses() % 32 == 0) sleep_for(std::chrono::microseconds(pauses() % 200));
    }
  });
}

void select_once(unsigned seed) {
  std::mt19937 random(seed);
  std::array<Books, 5> books;
  auto [list_tx, list] = channel<Message>();
  auto [array_tx, array] = sync_channel<Message>(1 + random() % 4);
  auto [meeting_tx, meeting] = sync_channel<Message>(0);
  auto [shared_tx, shared] = random() % 2 == 0 ? mpmc::channel<Message>() : mpmc::sync_channel<Message>(random() % 3);
  auto [one_tx, one] = oneshot<Message>();
  const auto count = [&random] { return static_cast<int>(random() % 60); };

  std::vector<JoinHandle<void>> producers;
  for (int copies = 0; copies < 2; ++copies) producers.push_back(produce(list_tx.clone(), books[0], count(), random()));
  drop(list_tx);
  producers.push_back(produce(std::move(array_tx), books[1], count(), random()));
  producers.push_back(produce(std::move(meeting_tx), books[2], count(), random()));
  producers.push_back(produce(std::move(shared_tx), books[3], count(), random()));
  producers.push_back(spawn([tx = std::move(one_tx), &mine = books[4], is_sent = random() % 2 == 0]() mutable {
    yield_now();
    if (!is_sent) return;
    mine.sent = 1;
    if (auto sent = tx.send(std::make_unique<long>(1)); !sent) mine.came_back = 1;
  }));

  const bool is_abandoned = random() % 4 == 0;
  int open = 5, idle = 0, taken = 0;
  const auto take = [&](int source) {
    return [&, source](std::optional<Message> message) {
      Books& mine = books[static_cast<std::size_t>(source)];
      if (message) {
        ++taken;
        mine.received += **message;
      } else if (!std::exchange(mine.has_ended, true)) {
        --open;
      }
    };
  };
  while (open > 0 && !(is_abandoned && taken > 40)) {
    // A source that has ended can always go: it must not keep the others from being taken.
    const auto a = [&] { return on(list, take(0)); };
    const auto b = [&] { return on(array, take(1)); };
    const auto c = [&] { return on(meeting, take(2)); };
    const auto d = [&] { return on(shared, take(3)); };
    const auto e = [&] { return on(one, take(4)); };
    switch (random() % 4) {
      case 0:
        select(a(), b(), c(), d(), e());
        break;
      case 1:
        select(e(), d(), c(), b(), a(), after(std::chrono::microseconds(random() % 300), [&] { ++idle; }));
        break;
      case 2:
        select(a(), b(), c(), d(), e(), otherwise([&] { ++idle; }));
        break;
      default:
        if (!books[2].has_ended) select_biased(c(), after(50us, [&] { ++idle; }));
        if (!books[3].has_ended) select_biased(d(), after(50us, [&] { ++idle; }));
    }
  }
  drop(list);
  drop(array);
  drop(meeting);
  drop(shared);
  drop(one);
  for (auto& producer : producers) producer.join();
  for (std::size_t i = 0; i < books.size(); ++i) {
    const Books& mine = books[i];
    if (is_abandoned) {
      EXPECT_LE(mine.received + mine.came_back, mine.sent) << "source " << i << ", seed " << seed;
    } else {
      EXPECT_EQ(mine.received, mine.sent) << "source " << i << ", seed " << seed;
      EXPECT_EQ(mine.came_back, 0) << "source " << i << ", seed " << seed;
    }
  }
}

TEST(Soak, Select) { soak(select_once); }

struct Account {
  long balance = 0;
  long moves = 0;
};

void locks_once(unsigned seed) {
  constexpr int threads = 4, each = 120;
  Mutex<Account> first, second;
  RwLock<Account> table;
  ReentrantLock<Mutex<long>> nested(std::in_place, 0L);
  Condvar changed;
  Semaphore permits(2);
  OnceLock<int> place;
  Snapshot<long> version(0L);
  std::atomic<int> inside = 0;
  std::atomic<long> table_moves = 0, nested_moves = 0, updates = 0;
  scope([&](Scope& all) {
    for (unsigned t = 0; t < threads; ++t) {
      all.spawn([&, t] {
        std::mt19937 random(seed * threads + t);
        for (int i = 0; i < each; ++i) {
          switch (random() % 10) {
            case 0: {
              auto [from, to] = lock_all(first, second);
              from.balance -= 1;
              to.balance += 1;
              changed.notify_one();
              break;
            }
            case 1: {
              auto [to, from] = lock_all(second, first);
              to.balance -= 1;
              from.balance += 1;
              changed.notify_all();
              break;
            }
            case 2:
              if (auto guard = first.try_lock_for(std::chrono::microseconds(random() % 100))) (*guard)->moves += 1;
              break;
            case 3: {
              auto guard = second.lock();
              (void)changed.wait_timeout(guard, std::chrono::microseconds(random() % 200));
              guard->moves += 1;
              break;
            }
            case 4: {
              auto guard = table.write();
              guard->balance += 1;
              guard->moves += 1;
              ++table_moves;
              break;
            }
            case 5: {
              long mine = 0;
              auto guard = table.write_and_downgrade([&mine](Account& account) {
                account.balance += 1;
                mine = ++account.moves;
              });
              ++table_moves;
              EXPECT_EQ(guard->moves, mine);
              break;
            }
            case 6:
              if (auto guard = table.try_write_for(std::chrono::microseconds(random() % 100))) {
                (*guard)->balance += 1;
                (*guard)->moves += 1;
                ++table_moves;
              } else {
                auto reader = table.read();
                EXPECT_EQ(reader->balance, reader->moves);
              }
              break;
            case 7: {
              auto outer = nested.lock();
              if (auto inner = nested.try_lock()) {
                *(*inner)->lock().operator->() += 1;
                ++nested_moves;
              }
              break;
            }
            case 8:
              if (permits.try_acquire_for(std::chrono::microseconds(random() % 300))) {
                EXPECT_LE(++inside, 2);
                --inside;
                permits.release();
              }
              break;
            default:
              EXPECT_EQ(place.get_or_init([] { return 9; }), 9);
              version.update([](long number) { return number + 1; });
              ++updates;
          }
        }
      });
    }
  });
  EXPECT_EQ(first.get_mut().balance + second.get_mut().balance, 0) << "seed " << seed;
  EXPECT_EQ(table.get_mut().balance, table_moves) << "seed " << seed;
  EXPECT_EQ(nested.get_mut().get(), nested_moves) << "seed " << seed;
  EXPECT_EQ(*version.load(), updates) << "seed " << seed;
  EXPECT_EQ(inside, 0);
}

TEST(Soak, Locks) { soak(locks_once); }

}  // namespace
}  // namespace ferrule
