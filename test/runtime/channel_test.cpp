#include "support.h"

#include <ferrule/channel.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>

#include <gtest/gtest.h>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;
using test::ThrowsOnMove;

struct Message {
  int producer;
  int number;
  std::string text;
};

/// Every message arrives once, each producer's in order, and the end is seen after the last.
template <class S>
void arrive_once_and_in_order(std::pair<S, Receiver<Message>> ends, int producers, int count) {
  std::vector<JoinHandle<void>> threads;
  for (int p = 0; p < producers; ++p) {
    threads.push_back(spawn([tx = ends.first, p, count] {
      for (int i = 0; i < count; ++i) ASSERT_TRUE(tx.send({p, i, std::string("message ") + std::to_string(i)}));
    }));
  }
  {
    auto last = std::move(ends.first);
  }
  std::vector<int> next(static_cast<std::size_t>(producers));
  for (Message& message : ends.second) {
    ASSERT_EQ(message.number, next.at(static_cast<std::size_t>(message.producer))++);
    ASSERT_EQ(message.text, "message " + std::to_string(message.number));
  }
  for (int n : next) EXPECT_EQ(n, count);
  for (auto& thread : threads) thread.join();
}

TEST(Channel, MessagesArriveOnceAndInOrder) {
  for (int producers : {1, 3}) arrive_once_and_in_order(channel<Message>(), producers, 5000);
}
TEST(SyncChannel, MessagesArriveOnceAndInOrder) {
  for (int producers : {1, 3}) {
    for (std::size_t bound : {1u, 2u, 7u, 64u}) arrive_once_and_in_order(sync_channel<Message>(bound), producers, 1500);
  }
}
TEST(Rendezvous, MessagesArriveOnceAndInOrder) {
  for (int producers : {1, 3}) arrive_once_and_in_order(sync_channel<Message>(0), producers, 800);
}

TEST(Channel, QueuedMessagesComeBeforeTheEnd) {
  auto [tx, rx] = channel<int>();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(tx.send(i));
  EXPECT_EQ(rx.len(), 100u);
  {
    auto last = std::move(tx);
  }
  EXPECT_FALSE(rx.is_disconnected());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rx.recv(), i);
  EXPECT_EQ(rx.recv(), std::nullopt);
  EXPECT_TRUE(rx.is_disconnected());
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Disconnected);
}

TEST(Channel, ValueComesBackWhenNobodyListens) {
  auto [tx, rx] = channel<std::unique_ptr<int>>();
  EXPECT_FALSE(tx.is_disconnected());
  {
    auto gone = std::move(rx);
  }
  EXPECT_TRUE(tx.is_disconnected());
  auto result = tx.send(std::make_unique<int>(5));
  ASSERT_FALSE(result);
  EXPECT_EQ(*result.error().value, 5);
}

TEST(SyncChannel, ValueComesBackWhenFullLateOrUnheard) {
  using Reason = TrySendError<std::string>::Reason;
  auto [tx, rx] = sync_channel<std::string>(1);
  ASSERT_TRUE(tx.try_send("a"));
  auto full = tx.try_send("b");
  EXPECT_EQ(full.error().reason, Reason::Full);
  EXPECT_EQ(full.error().value, "b");
  EXPECT_EQ(tx.send_timeout("c", 1ms).error().reason, Reason::Full);
  EXPECT_EQ(rx.recv(), "a");
  ASSERT_TRUE(tx.send_timeout("d", 1ms));
  EXPECT_EQ(rx.len(), 1u);
  {
    auto gone = std::move(rx);
  }
  EXPECT_EQ(tx.try_send("e").error().reason, Reason::Disconnected);
  EXPECT_EQ(tx.send("f").error().value, "f");
}

TEST(Rendezvous, SendsOnlyToWhoWaits) {
  using Reason = TrySendError<int>::Reason;
  auto [tx, rx] = sync_channel<int>(0);
  EXPECT_EQ(tx.try_send(1).error().reason, Reason::Full);
  auto late = tx.send_timeout(2, 1ms);
  EXPECT_EQ(late.error().value, 2);
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
  auto waiting = spawn([rx = std::move(rx)]() mutable { return rx.recv(); });
  while (!tx.try_send(3)) yield_now();
  EXPECT_EQ(waiting.join(), 3);
  EXPECT_EQ(tx.try_send(4).error().reason, Reason::Disconnected);
  EXPECT_EQ(tx.send(5).error().value, 5);
}

template <class S>
void blocked_senders_fail_when_the_receiver_goes(std::pair<S, Receiver<Counted>> ends) {
  scope([&](Scope& threads) {
    for (int i = 0; i < 3; ++i) {
      threads.spawn([tx = ends.first] {
        while (tx.send(Counted(1))) {
        }
      });
    }
    sleep_for(1ms);
    {
      auto gone = std::move(ends.second);
    }
  });
  {
    auto gone = std::move(ends.first);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Channel, SendersFailWhenTheReceiverGoes) {
  for (int i = 0; i < 10; ++i) {
    blocked_senders_fail_when_the_receiver_goes(channel<Counted>());
    blocked_senders_fail_when_the_receiver_goes(sync_channel<Counted>(2));
    blocked_senders_fail_when_the_receiver_goes(sync_channel<Counted>(0));
  }
}

TEST(Channel, WhatIsQueuedDiesWithTheChannel) {
  {
    auto [tx, rx] = channel<Counted>();
    for (int i = 0; i < 70; ++i) ASSERT_TRUE(tx.send(Counted(i)));
    for (int i = 0; i < 35; ++i) EXPECT_EQ(rx.recv()->value, i);
    EXPECT_EQ(Counted::alive, 35);
  }
  EXPECT_EQ(Counted::alive, 0);
  {
    auto [tx, rx] = sync_channel<Counted>(8);
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(tx.send(Counted(i)));
    {
      auto gone = std::move(rx);
    }
    EXPECT_EQ(Counted::alive, 0);
  }
}

TEST(Channel, TimedReceive) {
  for (std::size_t bound : {0u, 1u}) {
    auto [tx, rx] = sync_channel<int>(bound);
    EXPECT_EQ(rx.recv_timeout(1ms).error(), TryRecvError::Empty);
    auto sender = spawn([tx = std::move(tx)] {
      sleep_for(2ms);
      return tx.send(9).has_value();
    });
    EXPECT_EQ(*rx.recv_timeout(60s), 9);
    EXPECT_TRUE(sender.join());
    EXPECT_EQ(rx.recv_timeout(60s).error(), TryRecvError::Disconnected);
  }
}

TEST(Channel, ReceiverSleepsUntilTheLastSenderGoes) {
  for (int flavour = 0; flavour < 2; ++flavour) {
    for (int i = 0; i < 30; ++i) {
      if (flavour == 0) {
        auto [tx, rx] = channel<int>();
        auto dropper = spawn([tx = std::move(tx)] { yield_now(); });
        EXPECT_EQ(rx.recv(), std::nullopt);
        dropper.join();
      } else {
        auto [tx, rx] = sync_channel<int>(0);
        auto dropper = spawn([tx = std::move(tx)] { yield_now(); });
        EXPECT_EQ(rx.recv(), std::nullopt);
        dropper.join();
      }
    }
  }
}

TEST(Channel, PingPong) {
  for (std::size_t bound : {0u, 1u}) {
    auto [there_tx, there_rx] = sync_channel<int>(bound);
    auto [back_tx, back_rx] = channel<int>();
    auto echo = spawn([rx = std::move(there_rx), tx = std::move(back_tx)]() mutable {
      for (int n : rx) (void)tx.send(n + 1);
    });
    int n = 0;
    for (int i = 0; i < 2000; ++i) {
      ASSERT_TRUE(there_tx.send(n));
      n = back_rx.recv().value();
    }
    EXPECT_EQ(n, 2000);
    {
      auto last = std::move(there_tx);
    }
    echo.join();
  }
}

TEST(Channel, PayloadsMayThrowWhenMoved) {
  {
    auto [tx, rx] = channel<ThrowsOnMove>();
    ThrowsOnMove once(1);
    once.moves_left = 0;
    EXPECT_THROW((void)tx.send(std::move(once)), std::runtime_error);
    ASSERT_TRUE(tx.send(ThrowsOnMove(2)));
    EXPECT_EQ(rx.recv()->value, 2);
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(tx.send(ThrowsOnMove(i)));
    {
      auto gone = std::move(rx);
    }
    EXPECT_EQ(tx.send(ThrowsOnMove(3)).error().value.value, 3);
  }
  EXPECT_EQ(ThrowsOnMove::alive, 0);
}

TEST(Channel, ReplyChannelsCrossChannels) {
  auto [tx, rx] = channel<Sender<std::string>>();
  auto server = spawn([rx = std::move(rx)]() mutable {
    for (auto& reply : rx) (void)reply.send("done");
  });
  for (int i = 0; i < 50; ++i) {
    auto [reply_tx, reply_rx] = channel<std::string>();
    ASSERT_TRUE(tx.send(std::move(reply_tx)));
    EXPECT_EQ(reply_rx.recv(), "done");
  }
  {
    auto last = std::move(tx);
  }
  server.join();
}

TEST(Channel, SendersComeAndGo) {
  auto [tx, rx] = channel<int>();
  auto consumer = spawn([rx = std::move(rx)]() mutable {
    int sum = 0;
    for (int n : rx) sum += n;
    return sum;
  });
  for (int round = 0; round < 30; ++round) {
    scope([&tx = tx](Scope& threads) {
      for (int i = 0; i < 3; ++i) threads.spawn([mine = tx.clone()] { (void)mine.send(1); });
    });
  }
  {
    auto last = std::move(tx);
  }
  EXPECT_EQ(consumer.join(), 90);
}

}  // namespace
}  // namespace ferrule
