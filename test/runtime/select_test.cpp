// select over every kind of receiver.
#include <ferrule/channel.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/scope.h>
#include <ferrule/select.h>
#include <ferrule/thread.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace ferrule;
using namespace std::chrono_literals;

template <class C>
concept Selectable = requires(C&& receiver) { on(std::forward<C>(receiver), [](std::optional<int>) {}); };
static_assert(Selectable<Receiver<int>&> && Selectable<OneReceiver<int>&> && Selectable<const mpmc::Receiver<int>&>);
static_assert(!Selectable<Receiver<int>> && !Selectable<OneReceiver<int>> && !Selectable<mpmc::Receiver<int>>);

TEST(SelectOneshot, TakesTheMessageOnce) {
  auto [tx, rx] = oneshot<std::unique_ptr<int>>();
  std::optional<int> got;
  auto note = [&](std::optional<std::unique_ptr<int>> message) { got = message ? **message : -1; };
  EXPECT_EQ(select(on(rx, note), otherwise([] {})), 1u);
  EXPECT_EQ(select(on(rx, note), after(1ms, [] {})), 1u);
  EXPECT_FALSE(got);
  ASSERT_TRUE(std::move(tx).send(std::make_unique<int>(7)));
  EXPECT_EQ(select(on(rx, note), after(60s, [] {})), 0u);
  EXPECT_EQ(got, 7);
  EXPECT_EQ(select(on(rx, note), after(60s, [] {})), 0u);  // used up
  EXPECT_EQ(got, -1);
}

TEST(SelectOneshot, SeesTheSenderGo) {
  auto [tx, rx] = oneshot<int>();
  auto [other_tx, other] = channel<int>();
  auto dropper = spawn([tx = std::move(tx)]() mutable {
    sleep_for(5ms);
    auto gone = std::move(tx);
  });
  std::optional<int> got = 1;
  EXPECT_EQ(select(on(rx, [&](std::optional<int> n) { got = n; }), on(other, [](auto) {})), 0u);
  EXPECT_FALSE(got);
  dropper.join();
}

// The sender comes at any moment of the wait, and what it finds there is the receiver's stack.
TEST(SelectOneshot, AnswersComeAtAnyMoment) {
  auto [tx, rx] = channel<OneSender<int>>();
  auto answering = spawn([rx = std::move(rx)]() mutable {
    int answer = 0;
    for (OneSender<int>& request : rx) {
      ++answer;
      if (answer % 3 != 0) (void)std::move(request).send(answer);
    }
  });
  auto [never_tx, never] = mpmc::channel<int>();
  for (int i = 1; i <= 3000; ++i) {
    auto [request, reply] = oneshot<int>();
    ASSERT_TRUE(tx.send(std::move(request)));
    if (i % 5 == 0) continue;  // drops the receiver
    std::optional<int> got;
    bool is_done = false;
    while (!is_done) {
      select(on(reply,
                [&](std::optional<int> n) {
                  got = n;
                  is_done = true;
                }),
             on(never, [](auto) {}), after(10us, [] {}));
    }
    if (got) {
      EXPECT_EQ(*got, i);
    }
  }
  {
    auto last = std::move(tx);
  }
  answering.join();
}

TEST(SelectMpmc, SeesMessagesAndTheEnd) {
  auto [tx, rx] = mpmc::sync_channel<int>(1);
  const auto& shared = rx;
  std::optional<int> got;
  auto note = [&](std::optional<int> n) { got = n; };
  EXPECT_EQ(select(on(shared, note), after(1ms, [] {})), 1u);
  ASSERT_TRUE(tx.send(4));
  EXPECT_EQ(select(on(shared, note), after(60s, [] {})), 0u);
  EXPECT_EQ(got, 4);
  auto dropper = spawn([tx = std::move(tx)]() mutable {
    sleep_for(5ms);
    auto gone = std::move(tx);
  });
  EXPECT_EQ(select(on(shared, note)), 0u);
  EXPECT_FALSE(got);
  dropper.join();
}

TEST(SelectMpmc, TwoCasesMayShareAReceiver) {
  auto [tx, rx] = mpmc::channel<int>();
  auto sender = spawn([tx = tx] {
    sleep_for(5ms);
    (void)tx.send(1);
  });
  EXPECT_LT(select(on(rx, [](auto) {}), on(rx, [](auto) {})), 2u);
  sender.join();
}

// Some select among two queues, some only receive: whoever is woken may find that another was faster, but nobody sleeps
// while there is something for it.
void every_message_goes_to_one(std::size_t bound) {
  constexpr int messages = 2000, senders = 2;
  auto [left_tx, left] = mpmc::sync_channel<int>(bound);
  auto [right_tx, right] = mpmc::sync_channel<int>(bound);
  std::atomic<long> sum = 0;
  std::atomic<int> count = 0;
  auto note = [&](int n) {
    sum += n;
    ++count;
  };
  scope([&](Scope& threads) {
    for (int s = 0; s < senders; ++s) {
      threads.spawn([tx = s == 0 ? std::move(left_tx) : std::move(right_tx)] {
        for (int i = 1; i <= messages; ++i) ASSERT_TRUE(tx.send(i));
      });
    }
    for (int r = 0; r < 2; ++r) {
      threads.spawn([&, left = left.clone(), right = right.clone()] {
        bool open[2] = {true, true};
        while (open[0] || open[1]) {
          auto take = [&](int of) { return [&, of](std::optional<int> n) { n ? note(*n) : void(open[of] = false); }; };
          if (!open[0]) {
            select(on(right, take(1)));
          } else if (!open[1]) {
            select(on(left, take(0)));
          } else {
            select(on(left, take(0)), on(right, take(1)));
          }
        }
      });
    }
    threads.spawn([&, left = left.clone()] {
      for (int n : left) note(n);
    });
  });
  EXPECT_EQ(count, senders * messages);
  EXPECT_EQ(sum, senders * (static_cast<long>(messages) * (messages + 1) / 2));
}
TEST(SelectMpmc, EveryMessageGoesToOne) { every_message_goes_to_one(1); }
TEST(SelectMpmc, EveryMessageGoesToOneWithoutRoom) { every_message_goes_to_one(0); }

}  // namespace
