// What Rust promises of its channels, for each kind of ours.
#include "flavours.h"
#include "support.h"

#include <ferrule/mutex.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>

#include <gtest/gtest.h>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using test::Counted;
using test::drop;
using namespace std::chrono_literals;

constexpr int round_trip = 11;

template <class K>
class EachChannel : public ::testing::Test {
 public:
  using Kind = K;
  static constexpr std::size_t room = K::room;
  template <class T>
  static auto open() {
    return K::template open<T>();
  }
  /// So many messages can be sent before any is received, for tests on one thread.
  static constexpr int fits(int wanted) {
    return room < static_cast<std::size_t>(wanted) ? static_cast<int>(room) : wanted;
  }
};
TYPED_TEST_SUITE(EachChannel, test::Kinds, test::KindName);

TYPED_TEST(EachChannel, CarriesMessagesOnOneThread) {
  auto [tx, rx] = this->template open<int>();
  for (int i = 0; i < this->fits(100); ++i) EXPECT_TRUE(tx.send(i));
  EXPECT_EQ(rx.len(), static_cast<std::size_t>(this->fits(100)));
  for (int i = 0; i < this->fits(100); ++i) EXPECT_EQ(rx.recv(), i);
  EXPECT_TRUE(rx.is_empty());
}

TYPED_TEST(EachChannel, CarriesManyMessagesOneByOne) {
  if (this->room == 0) GTEST_SKIP() << "needs a second thread";
  auto [tx, rx] = this->template open<int>();
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(tx.send(i));
    ASSERT_EQ(rx.recv(), i);
  }
}

TYPED_TEST(EachChannel, ACopyOutlivesTheSenderItCameFrom) {
  auto [tx, rx] = this->template open<int>();
  auto copy = tx.clone();
  drop(tx);
  auto sender = spawn([copy = std::move(copy)] { return copy.send(1).has_value(); });
  EXPECT_EQ(rx.recv(), 1);
  EXPECT_TRUE(sender.join());
  EXPECT_EQ(rx.recv(), std::nullopt);
}

TYPED_TEST(EachChannel, EachSendFailsOnceTheReceiverIsGone) {
  auto [tx, rx] = this->template open<std::unique_ptr<int>>();
  auto copy = tx.clone();
  drop(rx);
  for (int i = 0; i < 3; ++i) {  // not only the first time, and for every sender
    auto sent = tx.send(std::make_unique<int>(i));
    ASSERT_FALSE(sent);
    EXPECT_EQ(*sent.error().value, i);
    EXPECT_FALSE(copy.send(nullptr));
  }
  EXPECT_TRUE(tx.is_disconnected() && copy.is_disconnected());
}

TYPED_TEST(EachChannel, EveryWayToReceiveSeesTheEndAtOnce) {
  auto [tx, rx] = this->template open<int>();
  auto copy = tx.clone();
  drop(tx);
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
  EXPECT_EQ(rx.recv_timeout(1ms).error(), TryRecvError::Empty);
  drop(copy);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(rx.recv(), std::nullopt);
    EXPECT_EQ(rx.try_recv().error(), TryRecvError::Disconnected);
    EXPECT_EQ(rx.recv_timeout(1h).error(), TryRecvError::Disconnected);
  }
  EXPECT_TRUE(rx.is_disconnected());
}

TYPED_TEST(EachChannel, TheEndWakesATimedReceiver) {
  auto [tx, rx] = this->template open<int>();
  auto dropper = spawn([tx = std::optional(std::move(tx))]() mutable {
    sleep_for(2ms);
    tx.reset();
  });
  EXPECT_EQ(rx.recv_timeout(1h).error(), TryRecvError::Disconnected);
  dropper.join();
}

TYPED_TEST(EachChannel, TheLongestTimeIsNotTooLong) {
  auto [tx, rx] = this->template open<int>();
  auto sender = spawn([tx = std::move(tx)] {
    sleep_for(1ms);
    return tx.send(7).has_value();
  });
  EXPECT_EQ(rx.recv_timeout(std::chrono::hours::max()).value_or(0), 7);
  EXPECT_TRUE(sender.join());
}

TYPED_TEST(EachChannel, TryRecvTellsEmptyFromTheEnd) {
  auto [tx, rx] = this->template open<int>();
  Mutex<int> step(0);  // 1: send, 2: go
  scope([&, &tx = tx, &rx = rx](Scope& threads) {
    threads.spawn([&step, tx = std::move(tx)]() mutable {
      while (step.get() < 1) yield_now();
      EXPECT_TRUE(tx.send(1));
      while (step.get() < 2) yield_now();
      drop(tx);
    });
    EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
    step.set(1);
    for (;;) {
      if (auto message = rx.try_recv()) {
        EXPECT_EQ(*message, 1);
        break;
      } else {
        ASSERT_EQ(message.error(), TryRecvError::Empty);
      }
    }
    EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
    step.set(2);
    while (rx.try_recv().error() != TryRecvError::Disconnected) yield_now();
  });
}

TYPED_TEST(EachChannel, WhatIsQueuedDiesWithTheReceiver) {
  auto [tx, rx] = this->template open<Counted>();
  const int count = this->fits(50);
  for (int i = 0; i < count; ++i) EXPECT_TRUE(tx.send(Counted(i)));
  EXPECT_EQ(Counted::alive, count);
  drop(rx);
  EXPECT_EQ(Counted::alive, 0);  // although the sender lives on
  EXPECT_FALSE(tx.send(Counted(1)));
  EXPECT_EQ(Counted::alive, 0);
}

TYPED_TEST(EachChannel, UnusedEndsDieInEitherOrder) {
  {
    auto [tx, rx] = this->template open<Counted>();
    drop(tx);
    drop(rx);
  }
  {
    auto [tx, rx] = this->template open<Counted>();
    drop(rx);
    drop(tx);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TYPED_TEST(EachChannel, SendRecvAndCloseMeetAtAnyMoment) {
  for (int round = 0; round < 60; ++round) {
    auto [tx, rx] = this->template open<Counted>();
    auto sender = spawn([tx = std::move(tx)] { return tx.send(Counted(round_trip)).has_value(); });
    if (round % 3 == 0) {
      drop(rx);
      sender.join();
    } else {
      auto receiver = spawn([rx = std::move(rx)]() mutable { return rx.recv()->value; });
      EXPECT_EQ(receiver.join(), round_trip);
      EXPECT_TRUE(sender.join());
    }
  }
  EXPECT_EQ(Counted::alive, 0);
}

TYPED_TEST(EachChannel, AHandedOnReceiverGoesOn) {
  // One thread receives a message and spawns the one that receives the next.
  constexpr int count = 10;
  auto [tx, rx] = this->template open<int>();
  struct Relay {
    static void run(decltype(rx) from, int next) {
      if (next == count) return;
      EXPECT_EQ(from.recv(), next);
      spawn(&Relay::run, std::move(from), next + 1).join();
    }
  };
  auto first = spawn(&Relay::run, std::move(rx), 0);
  for (int i = 0; i < count; ++i) EXPECT_TRUE(tx.send(i));
  first.join();
}

TYPED_TEST(EachChannel, TimedReceivesOfSharedSendersLoseNothing) {
  constexpr int senders = 4, each = 60;
  auto [tx, rx] = this->template open<int>();
  std::vector<JoinHandle<void>> threads;
  for (int i = 0; i < senders; ++i) {
    threads.push_back(spawn([tx = tx.clone(), i] {
      for (int k = 0; k < each; ++k) {
        if ((k + i) % 16 == 0) sleep_for(1ms);
        EXPECT_TRUE(tx.send(1));
      }
    }));
  }
  drop(tx);
  int received = 0;
  for (bool is_open = true; is_open;) {
    if (auto message = rx.recv_timeout(200us)) {
      received += *message;
    } else {
      is_open = message.error() == TryRecvError::Empty;
    }
  }
  EXPECT_EQ(received, senders * each);
  for (auto& thread : threads) thread.join();
}

TYPED_TEST(EachChannel, ARangeReportsThroughAnother) {
  auto [tx, rx] = this->template open<int>();
  auto [total_tx, total_rx] = this->template open<int>();
  auto adder = spawn([rx = std::move(rx), total = std::move(total_tx)]() mutable {
    int sum = 0;
    for (int number : rx) sum += number;
    return total.send(sum).has_value();
  });
  for (int number : {3, 1, 2}) EXPECT_TRUE(tx.send(number));
  drop(tx);
  EXPECT_EQ(total_rx.recv(), 6);
  EXPECT_TRUE(adder.join());
}

TYPED_TEST(EachChannel, ARangeMayOwnItsReceiver) {
  auto [tx, rx] = this->template open<int>();
  auto sender = spawn([tx = std::move(tx)] {
    for (int i = 1; i <= 4; ++i) EXPECT_TRUE(tx.send(i));
  });
  int sum = 0;
  for (int number : [&rx = rx] { return std::move(rx); }()) sum += number;
  EXPECT_EQ(sum, 10);
  sender.join();
}

TYPED_TEST(EachChannel, ALeftRangeClosesTheChannelWithItsReceiver) {
  auto [tx, rx] = this->template open<int>();
  auto reader = spawn([rx = std::move(rx)]() mutable {
    int count = 0;
    for (int number : rx) {
      count += number;
      if (count == 3) return count;
    }
    return -1;
  });
  while (tx.send(1)) {
  }
  EXPECT_EQ(reader.join(), 3);
}

TYPED_TEST(EachChannel, TryIterTakesWhatIsThere) {
  auto [tx, rx] = this->template open<int>();
  for (int message : rx.try_iter()) FAIL() << message;
  const int count = this->fits(5);
  for (int i = 0; i < count; ++i) EXPECT_TRUE(tx.send(i));
  int next = 0;
  for (int& message : rx.try_iter()) EXPECT_EQ(message, next++);
  EXPECT_EQ(next, count);
  drop(tx);
  for (int message : rx.try_iter()) FAIL() << message;
}

TYPED_TEST(EachChannel, TryIterServesRequests) {
  auto [request_tx, requests] = this->template open<int>();
  auto [answer_tx, answers] = this->template open<int>();
  auto client = spawn([tx = std::move(request_tx), rx = std::move(answers)]() mutable {
    int sum = 0;
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(tx.send(i));
      sum += rx.recv().value_or(-100);
    }
    return sum;
  });
  while (!requests.is_disconnected()) {
    for (int request : requests.try_iter()) EXPECT_TRUE(answer_tx.send(request + 1));
    yield_now();
  }
  EXPECT_EQ(client.join(), 210);
}

TYPED_TEST(EachChannel, OneSenderMayServeSeveralThreads) {
  auto [tx, rx] = this->template open<int>();
  auto reader = spawn([rx = std::move(rx)]() mutable {
    int sum = 0;
    for (int number : rx) sum += number;
    return sum;
  });
  scope([&tx = std::as_const(tx)](Scope& threads) {
    for (int t = 0; t < 3; ++t) {
      threads.spawn([&tx] {
        for (int i = 0; i < 100; ++i) EXPECT_TRUE(tx.send(1));
      });
    }
  });
  drop(tx);
  EXPECT_EQ(reader.join(), 300);
}

TYPED_TEST(EachChannel, SendersStayUsableAfterTheReceiverMoved) {
  auto [tx, rx] = this->template open<int>();
  auto moved = std::move(rx);
  decltype(moved) again(std::move(moved));
  auto sender = spawn([tx = std::move(tx)] { return tx.send(3).has_value(); });
  EXPECT_EQ(again.recv(), 3);
  EXPECT_TRUE(sender.join());
}

struct Nothing {};
struct Large {
  std::array<char, 1 << 20> bytes{};
};

TYPED_TEST(EachChannel, PayloadsMayBeEmptyOrLarge) {
  auto [tx, rx] = this->template open<Nothing>();
  auto [large_tx, large_rx] = this->template open<Large>();
  auto sender = spawn([tx = std::move(tx), large_tx = std::move(large_tx)] {
    auto large = std::make_unique<Large>();
    large->bytes[12345] = 'x';
    return tx.send(Nothing{}).has_value() && large_tx.send(*large).has_value();
  });
  EXPECT_TRUE(rx.recv());
  auto got = std::make_unique<std::optional<Large>>(large_rx.recv());
  EXPECT_EQ((*got)->bytes[12345], 'x');
  EXPECT_TRUE(sender.join());
}

TYPED_TEST(EachChannel, AMessageMayHoldTheOtherEndOfAnotherChannel) {
  // Destroying a queued message closes another channel, whose sender wakes.
  auto [outer_tx, outer_rx] = this->template open<Receiver<int>>();
  auto [inner_tx, inner_rx] = sync_channel<int>(0);
  auto sender = spawn([tx = std::move(inner_tx)] { return tx.send(1).has_value(); });
  auto carrier = spawn([tx = std::move(outer_tx), rx = std::move(inner_rx)]() mutable {
    auto sent = tx.send(std::move(rx));
    if (!sent) drop(sent.error().value);
  });
  sleep_for(1ms);
  drop(outer_rx);
  carrier.join();
  EXPECT_FALSE(sender.join());
}

// What has a bound.
template <class K>
class EachBounded : public EachChannel<K> {};
using Bounded = ::testing::Types<test::OneReceiverKind<0>, test::OneReceiverKind<1>, test::OneReceiverKind<4>,
                                 test::SharedKind<0>, test::SharedKind<3>>;
TYPED_TEST_SUITE(EachBounded, Bounded, test::KindName);

TYPED_TEST(EachBounded, AFullChannelMakesSendersWait) {
  auto [tx, rx] = this->template open<int>();
  for (std::size_t i = 0; i < this->room; ++i) EXPECT_TRUE(tx.try_send(0));
  EXPECT_EQ(tx.try_send(5).error().reason, TrySendError<int>::Reason::Full);
  EXPECT_EQ(tx.send_timeout(6, 1ms).error().value, 6);
  std::atomic<bool> is_sent = false;
  auto sender = spawn([&is_sent, tx = std::move(tx)] {
    bool sent = tx.send(7).has_value();
    is_sent = true;
    return sent;
  });
  sleep_for(3ms);
  EXPECT_FALSE(is_sent);
  for (std::size_t i = 0; i < this->room; ++i) EXPECT_EQ(rx.recv(), 0);
  EXPECT_EQ(rx.recv(), 7);
  EXPECT_TRUE(sender.join());
}

TYPED_TEST(EachBounded, EachMessageTakenLetsOneSenderIn) {
  constexpr int senders = 3;
  auto [tx, rx] = this->template open<int>();
  std::vector<JoinHandle<bool>> threads;
  const int count = senders + static_cast<int>(this->room);
  for (int i = 0; i < count; ++i) threads.push_back(spawn([tx = tx.clone()] { return tx.send(1).has_value(); }));
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += rx.recv().value_or(0);
  EXPECT_EQ(sum, count);
  for (auto& thread : threads) EXPECT_TRUE(thread.join());
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
}

TYPED_TEST(EachBounded, AllWaitingSendersGetTheirValuesBack) {
  auto [tx, rx] = this->template open<std::string>();
  for (std::size_t i = 0; i < this->room; ++i) EXPECT_TRUE(tx.try_send("queued"));
  std::vector<JoinHandle<std::string>> threads;
  for (int i = 0; i < 3; ++i) {
    threads.push_back(spawn([tx = tx.clone(), i] {
      auto sent = i == 0 ? tx.send_timeout("mine", 1h).has_value() : tx.send("mine").has_value();
      auto again = tx.send("again");
      return std::string(sent ? "sent" : "refused ") + (again ? "" : again.error().value);
    }));
  }
  sleep_for(2ms);
  drop(rx);
  for (auto& thread : threads) EXPECT_EQ(thread.join(), "refused again");
}

TYPED_TEST(EachBounded, TrySendSucceedsWhereSomebodyWaits) {
  auto [tx, rx] = this->template open<int>();
  auto receiver = spawn([rx = std::move(rx)]() mutable {
    int sum = 0;
    for (int number : rx) sum += number;
    return sum;
  });
  for (int i = 1; i <= 20;) {
    if (tx.try_send(i)) ++i;
    yield_now();
  }
  drop(tx);
  EXPECT_EQ(receiver.join(), 210);
}

}  // namespace
}  // namespace ferrule
