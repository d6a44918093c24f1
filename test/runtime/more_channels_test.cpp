#include "support.h"

#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/scope.h>
#include <ferrule/select.h>
#include <ferrule/thread.h>

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ferrule {
namespace {

using namespace std::chrono_literals;
using test::Counted;
using test::ThrowsOnMove;

TEST(Oneshot, CarriesOneMessage) {
  auto [tx, rx] = oneshot<std::string>();
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
  EXPECT_EQ(rx.recv_timeout(1ms).error(), TryRecvError::Empty);
  ASSERT_TRUE(tx.send("answer"));
  EXPECT_EQ(rx.recv(), "answer");
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Disconnected);
}

TEST(Oneshot, EitherSideMayGoFirst) {
  {
    auto [tx, rx] = oneshot<Counted>();
    {
      auto gone = std::move(rx);
    }
    EXPECT_EQ(tx.send(Counted(3)).error().value.value, 3);
  }
  {
    auto [tx, rx] = oneshot<Counted>();
    {
      auto gone = std::move(tx);
    }
    EXPECT_FALSE(rx.recv().has_value());
  }
  {
    auto [tx, rx] = oneshot<Counted>();
    ASSERT_TRUE(tx.send(Counted(4)));
  }
  {
    auto unused = oneshot<Counted>();
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Oneshot, RacesOfSendRecvAndDrop) {
  for (int i = 0; i < 300; ++i) {
    auto [tx, rx] = oneshot<Counted>();
    auto sender = spawn([tx = std::move(tx), i]() mutable { return i % 3 == 0 || tx.send(Counted(i)) || i % 3 == 2; });
    if (i % 3 == 2) {
      auto gone = std::move(rx);
    } else {
      auto got = rx.recv();
      EXPECT_EQ(got.has_value(), i % 3 != 0);
    }
    EXPECT_TRUE(sender.join());
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Oneshot, PayloadsMayThrowWhenMoved) {
  {
    auto [tx, rx] = oneshot<ThrowsOnMove>();
    ASSERT_TRUE(tx.send(ThrowsOnMove(1)));
    EXPECT_EQ(rx.recv()->value, 1);
  }
  EXPECT_EQ(ThrowsOnMove::alive, 0);
}

TEST(Mpmc, EachMessageGoesToOneReceiver) {
  for (std::size_t bound : {0u, 1u, 5u, 1000000u}) {
    auto [tx, rx] = bound == 1000000u ? mpmc::channel<int>() : mpmc::sync_channel<int>(bound);
    constexpr int count = 500;
    std::vector<JoinHandle<void>> senders;
    std::vector<JoinHandle<long>> receivers;
    for (int t = 0; t < 2; ++t) {
      senders.push_back(spawn([tx = tx.clone()] {
        for (int i = 1; i <= count; ++i) ASSERT_TRUE(tx.send(i));
      }));
      receivers.push_back(spawn([rx = rx.clone()] {
        long sum = 0;
        while (auto message = rx.recv()) sum += *message;
        return sum;
      }));
    }
    {
      auto last = std::move(tx);
    }
    long sum = 0;
    for (auto& sender : senders) sender.join();
    for (auto& receiver : receivers) sum += receiver.join();
    EXPECT_EQ(sum, 2L * count * (count + 1) / 2);
    EXPECT_EQ(rx.try_recv().error(), TryRecvError::Disconnected);
  }
}

TEST(Mpmc, ValueComesBack) {
  using Reason = TrySendError<int>::Reason;
  auto [tx, rx] = mpmc::sync_channel<int>(1);
  EXPECT_EQ(rx.try_recv().error(), TryRecvError::Empty);
  EXPECT_EQ(rx.recv_timeout(1ms).error(), TryRecvError::Empty);
  ASSERT_TRUE(tx.try_send(1));
  EXPECT_EQ(rx.len(), 1u);
  EXPECT_EQ(tx.try_send(2).error().reason, Reason::Full);
  EXPECT_EQ(tx.send_timeout(3, 1ms).error().value, 3);
  {
    auto gone = std::move(rx);
  }
  EXPECT_EQ(tx.send(4).error().value, 4);
}

TEST(Mpmc, WithoutRoomASenderTakesItsMessageBack) {
  auto [tx, rx] = mpmc::sync_channel<int>(0);
  EXPECT_EQ(tx.try_send(1).error().value, 1);
  EXPECT_EQ(tx.send_timeout(2, 1ms).error().value, 2);
  EXPECT_TRUE(rx.is_empty());
  scope([&tx = tx, &rx = rx](Scope& threads) {
    auto blocked = threads.spawn([&tx] { return tx.send(3).error().value; });
    while (rx.is_empty()) yield_now();
    {
      auto gone = std::move(rx);
    }
    EXPECT_EQ(blocked.join(), 3);
  });
}

TEST(Select, TakesWhatIsThere) {
  auto [numbers_tx, numbers] = channel<int>();
  auto [words_tx, words] = sync_channel<std::string>(1);
  ASSERT_TRUE(words_tx.send("word"));
  std::string got;
  auto place = select(on(numbers, [&](std::optional<int> n) { got = std::to_string(n.value_or(-1)); }),
                      on(words, [&](std::optional<std::string> w) { got = w.value_or(""); }));
  EXPECT_EQ(place, 1u);
  EXPECT_EQ(got, "word");
  EXPECT_EQ(select(on(numbers, [](std::optional<int>) {}), after(1ms, [&] { got = "late"; })), 1u);
  EXPECT_EQ(got, "late");
  EXPECT_EQ(select(on(numbers, [](std::optional<int>) {}), otherwise([&] { got = "none"; })), 1u);
  EXPECT_EQ(got, "none");
  {
    auto gone = std::move(numbers_tx);
  }
  EXPECT_EQ(select(on(numbers, [&](std::optional<int> n) { got = n ? "some" : "gone"; }), after(60s, [] {})), 0u);
  EXPECT_EQ(got, "gone");
}

TEST(Select, IsFairAndBiased) {
  auto [a_tx, a] = channel<int>();
  auto [b_tx, b] = channel<int>();
  for (int i = 0; i < 400; ++i) {
    ASSERT_TRUE(a_tx.send(i));
    ASSERT_TRUE(b_tx.send(i));
  }
  int taken[2] = {0, 0};
  for (int i = 0; i < 200; ++i) ++taken[select(on(a, [](auto) {}), on(b, [](auto) {}))];
  EXPECT_GT(taken[0], 20);
  EXPECT_GT(taken[1], 20);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(select_biased(on(a, [](auto) {}), on(b, [](auto) {})), 0u);
}

TEST(Select, SleepsUntilSomebodySends) {
  auto [a_tx, a] = channel<int>();
  auto [b_tx, b] = sync_channel<int>(2);
  auto [c_tx, c] = sync_channel<int>(0);
  constexpr int count = 500;
  auto produce = [](auto tx) {
    return spawn([tx = std::move(tx)] {
      for (int i = 1; i <= count; ++i) {
        if (!tx.send(i)) return;
        if (i % 50 == 0) yield_now();
      }
    });
  };
  auto first = produce(std::move(a_tx));
  auto second = produce(std::move(b_tx));
  auto third = produce(std::move(c_tx));
  int last[3] = {0, 0, 0};
  int open = 3;
  auto take = [&](int i) {
    return [&, i](std::optional<int> n) {
      if (n) {
        EXPECT_EQ(*n, ++last[i]);
      } else if (last[i] == count) {
        last[i] = count + 1;
        --open;
      }
    };
  };
  while (open > 0) select(on(a, take(0)), on(b, take(1)), on(c, take(2)));
  first.join();
  second.join();
  third.join();
}

}  // namespace
}  // namespace ferrule
