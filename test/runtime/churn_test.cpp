// Senders and receivers that come and go at any moment, and payloads that throw at any move. No message is lost or
// doubled, nothing leaks, and nobody sleeps for ever. FERRULE_SOAK=<seconds> makes the soak longer.
#include <ferrule/ferrule.h>

#include <gtest/gtest.h>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support.h"

namespace ferrule {
namespace {

using test::Counted;
using test::ThrowsOnMove;
using namespace std::chrono_literals;

struct Flavour {
  std::string name;
  std::optional<std::size_t> bound;  // none: unbounded
};
const std::vector<Flavour> flavours{{"unbounded", {}}, {"rendezvous", 0}, {"one", 1}, {"some", 7}};

/// Either kind of sender, so that one test body serves all flavours.
template <class T>
class AnySender {
 public:
  explicit AnySender(Sender<T> tx) : unbounded_(std::move(tx)) {}
  explicit AnySender(SyncSender<T> tx) : bounded_(std::move(tx)) {}
  std::optional<T> send(T value) const {
    auto sent = unbounded_ ? unbounded_->send(std::move(value)) : bounded_->send(std::move(value));
    if (sent) return std::nullopt;
    return std::optional<T>(std::move(sent).error().value);
  }

 private:
  std::optional<Sender<T>> unbounded_;
  std::optional<SyncSender<T>> bounded_;
};

template <class T>
std::pair<AnySender<T>, Receiver<T>> open(const Flavour& flavour) {
  if (!flavour.bound) {
    auto [tx, rx] = channel<T>();
    return {AnySender<T>(std::move(tx)), std::move(rx)};
  }
  auto [tx, rx] = sync_channel<T>(*flavour.bound);
  return {AnySender<T>(std::move(tx)), std::move(rx)};
}

/// What became of messages: each ends in exactly one of the two counts.
struct Fates {
  std::atomic<int> received{0};
  std::atomic<int> came_back{0};
};

TEST(Churn, TheReceiverGoesAfterAnyNumberOfMessages) {
  constexpr int threads = 3, each = 8;
  for (const Flavour& flavour : flavours) {
    for (int received = 0; received <= threads * each; ++received) {
      Fates fates;
      int got = 0;
      {
        auto [tx, rx] = open<Counted>(flavour);
        std::vector<std::thread> producers;
        for (int i = 0; i < threads; ++i) {
          producers.emplace_back([tx = tx, &fates] {
            for (int k = 0; k < each; ++k) {
              if (tx.send(Counted(k))) ++fates.came_back;
            }
          });
        }
        {
          auto receiver = std::move(rx);
          while (got < received && receiver.recv()) ++got;
        }
        for (auto& producer : producers) producer.join();
      }
      EXPECT_EQ(got, received) << flavour.name;
      EXPECT_LE(got + fates.came_back.load(), threads * each) << flavour.name;
      EXPECT_EQ(Counted::alive.load(), 0) << flavour.name;
    }
  }
}

TEST(Churn, SendersComeAndGoWhileTheReceiverListens) {
  for (const Flavour& flavour : flavours) {
    auto [tx, rx] = open<int>(flavour);
    constexpr int generations = 40, each = 3;
    std::thread starter([tx = std::optional(std::move(tx))]() mutable {
      std::vector<std::thread> producers;
      for (int i = 0; i < generations; ++i) {
        producers.emplace_back([tx = *tx] {
          for (int k = 0; k < each; ++k) {
            auto copy = tx;
            EXPECT_FALSE(copy.send(k));
          }
        });
      }
      tx.reset();
      for (auto& producer : producers) producer.join();
    });
    int count = 0;
    for ([[maybe_unused]] int message : rx) ++count;
    starter.join();
    EXPECT_EQ(count, generations * each) << flavour.name;
    EXPECT_TRUE(rx.is_disconnected()) << flavour.name;
  }
}

TEST(Churn, MpmcReceiversComeAndGo) {
  for (std::size_t bound : {std::size_t{1}, std::size_t{5}}) {
    constexpr int producers = 3, each = 60, receivers = 4;
    std::atomic<int> received{0};
    {
      auto [tx, rx] = mpmc::sync_channel<Counted>(bound);
      std::vector<std::thread> threads;
      for (int i = 0; i < producers; ++i) {
        threads.emplace_back([tx = tx] {
          for (int k = 0; k < each; ++k) EXPECT_TRUE(tx.send(Counted(k)));
        });
      }
      for (int i = 0; i < receivers; ++i) {
        threads.emplace_back([rx = rx, &received] {
          for (;;) {
            auto mine = rx.clone();  // each message through an end of its own
            if (!mine.recv()) return;
            ++received;
          }
        });
      }
      {
        auto gone = std::move(tx);
      }
      for (auto& thread : threads) thread.join();
      EXPECT_TRUE(rx.is_disconnected());
    }
    EXPECT_EQ(received.load(), producers * each);
    EXPECT_EQ(Counted::alive.load(), 0);
  }
}

TEST(Churn, MpmcIsARange) {
  auto [tx, rx] = mpmc::channel<int>();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(tx.send(i));
  EXPECT_EQ(tx.len(), 3u);
  {
    auto gone = std::move(tx);
  }
  int sum = 0;
  for (int& message : rx) sum += message;
  EXPECT_EQ(sum, 3);
  EXPECT_TRUE(rx.is_disconnected() && rx.is_empty());
}

TEST(Churn, EitherEndOfAOneshotMayGoAtAnyTime) {
  for (int i = 0; i < 300; ++i) {
    auto [tx, rx] = oneshot<Counted>();
    bool is_sending = i % 3 != 0, is_receiving = i % 4 != 0;
    std::thread sender([tx = std::move(tx), is_sending]() mutable {
      if (is_sending) (void)tx.send(Counted(1));
    });
    std::thread receiver([rx = std::move(rx), is_sending, is_receiving]() mutable {
      if (is_receiving) {
        EXPECT_EQ(rx.recv().has_value(), is_sending);
      }
    });
    sender.join();
    receiver.join();
  }
  EXPECT_EQ(Counted::alive.load(), 0);
}

TEST(Churn, APayloadMayThrowAtAnyMove) {
  for (const Flavour& flavour : flavours) {
    if (flavour.bound == 0u) continue;  // needs a second thread: below
    for (int moves = 0; moves < 8; ++moves) {
      auto [tx, rx] = open<ThrowsOnMove>(flavour);
      ThrowsOnMove message(7);
      message.moves_left = moves;
      bool is_sent = false, is_received = false;
      try {
        is_sent = !tx.send(std::move(message));
        if (auto got = rx.recv()) is_received = got->value == 7;
      } catch (const std::runtime_error&) {
      }
      EXPECT_TRUE(is_sent || !is_received);
      // The channel goes on working, whatever was thrown.
      EXPECT_FALSE(tx.send(ThrowsOnMove(8)));
      EXPECT_EQ(rx.recv()->value, 8) << flavour.name << ", " << moves;
    }
    EXPECT_EQ(ThrowsOnMove::alive.load(), 0) << flavour.name;
  }
}

TEST(Churn, ARendezvousMayThrowAtAnyMove) {
  for (int moves = 0; moves < 8; ++moves) {
    auto [tx, rx] = sync_channel<ThrowsOnMove>(0);
    std::thread sender([tx = std::move(tx), moves] {
      ThrowsOnMove message(7);
      message.moves_left = moves;
      try {
        (void)tx.send(std::move(message));
      } catch (const std::runtime_error&) {
      }
      (void)tx.send(ThrowsOnMove(8));
    });
    int last = 0;
    for (;;) {
      try {
        auto got = rx.recv();
        if (!got) break;
        last = got->value;
      } catch (const std::runtime_error&) {
      }
    }
    sender.join();
    EXPECT_EQ(last, 8);
  }
  EXPECT_EQ(ThrowsOnMove::alive.load(), 0);
}

/// Threads with every flavour under random load for a while; the sums must agree.
void soak_once(unsigned seed) {
  std::mt19937 random(seed);
  const Flavour& flavour = flavours[random() % flavours.size()];
  const int producers = 1 + static_cast<int>(random() % 3), each = static_cast<int>(random() % 400);
  const bool is_abandoned = random() % 4 == 0;
  auto [tx, rx] = open<std::unique_ptr<long>>(flavour);
  std::atomic<long> sent{0}, back{0};
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p) {
    threads.emplace_back([tx = tx, each, seed, p, &sent, &back] {
      std::mt19937 pauses(seed + static_cast<unsigned>(p));
      for (long k = 1; k <= each; ++k) {
        sent += k;
        if (auto returned = tx.send(std::make_unique<long>(k))) back += **returned;
        if (pauses() % 64 == 0) std::this_thread::yield();
      }
    });
  }
  {
    auto gone = std::move(tx);
  }
  long received = 0;
  {
    auto receiver = std::move(rx);
    for (int count = 0; !is_abandoned || count < each / 2; ++count) {
      auto message = random() % 8 == 0 ? [&]() -> std::optional<std::unique_ptr<long>> {
        auto timed = receiver.recv_timeout(5s);
        if (!timed) return std::nullopt;
        return *std::move(timed);
      }()
          : receiver.recv();
      if (!message) break;
      received += **message;
    }
  }
  for (auto& thread : threads) thread.join();
  if (is_abandoned) {
    EXPECT_LE(received + back, sent);
  } else {
    EXPECT_EQ(received, sent) << flavour.name << ", seed " << seed;
  }
}

TEST(Churn, Soak) {
  const char* seconds = std::getenv("FERRULE_SOAK");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 0);
  unsigned seed = 1;
  do {
    for (int i = 0; i < 20; ++i) soak_once(seed++);
  } while (std::chrono::steady_clock::now() < end);
}

}  // namespace
}  // namespace ferrule
