// The channels for one receiver, over the real headers. A message is a Payload: if one is lost, taken twice, read
// before it is written, or written where an old one is still being read, the execution fails. Blocks of the list have
// FERRULE_DETAIL_LIST_LAP - 1 slots here, so that blocks are linked and used again.
#include "test/model/memory.h"
#include "test/model/support.h"

#include <ferrule/channel.h>
#include <ferrule/oneshot.h>
#include <ferrule/select.h>

#include <chrono>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

using std::chrono::milliseconds;

Options reduced() {
  Options options;
  options.stale_loads = 1;
  return options;
}
Options bounded(unsigned preemptions = 2) {
  Options options;
  options.search = Options::Search::Preemptions;
  options.preemptions = preemptions;
  options.stale_loads = 1;
  options.spurious_wakes = 0;
  return options;
}

// What is sent is received, in order, and then the channel says that nobody is left: never before.
template <class S, class R>
void send_and_receive(std::pair<S, R> ends, int messages) {
  auto& [sender, receiver] = ends;
  Go producer([messages, s = std::move(sender)]() mutable {
    S mine(std::move(s));
    for (int i = 0; i < messages; ++i) MODEL_CHECK(mine.send(Payload(i)).has_value());
  });
  R mine(std::move(receiver));
  for (int i = 0; i < messages; ++i) {
    auto message = mine.recv();
    MODEL_CHECK(message.has_value() && message->number() == i);
  }
  MODEL_CHECK(!mine.recv());
}

// Two producers: each one's messages come in its order, and none is missing.
template <class S, class R>
void two_producers(std::pair<S, R> ends, int each) {
  auto& [sender, receiver] = ends;
  auto produce = [each](int base, S from) {
    for (int i = 0; i < each; ++i) MODEL_CHECK(from.send(Payload(base + i)).has_value());
  };
  Go a([&produce, s = sender]() mutable { produce(0, std::move(s)); });
  Go b([&produce, s = std::move(sender)]() mutable { produce(100, std::move(s)); });
  R mine(std::move(receiver));
  int next_a = 0, next_b = 100;
  while (auto message = mine.recv()) {
    int& next = message->number() < 100 ? next_a : next_b;
    MODEL_CHECK(message->number() == next);
    ++next;
  }
  MODEL_CHECK(next_a == each && next_b == 100 + each);
}

// The receiver goes at any moment: a message is either destroyed with the channel or given back.
template <class S, class R>
void receiver_leaves(std::pair<S, R> ends, int messages, bool takes_one) {
  auto& [sender, receiver] = ends;
  Go producer([messages, s = std::move(sender)]() mutable {
    S mine(std::move(s));
    for (int i = 0; i < messages; ++i) {
      auto sent = mine.send(Payload(i));
      if (!sent) MODEL_CHECK(sent.error().value.number() == i && mine.is_disconnected());
    }
  });
  R mine(std::move(receiver));
  if (takes_one) MODEL_CHECK(mine.recv().has_value());
}

// Looking without waiting: "disconnected" is never said while a message is queued.
template <class S, class R>
void try_receive(std::pair<S, R> ends) {
  auto& [sender, receiver] = ends;
  Go producer([s = std::move(sender)]() mutable {
    S mine(std::move(s));
    (void)mine.send(Payload(1));
  });
  R mine(std::move(receiver));
  auto first = mine.try_recv();
  bool has_come = first.has_value();
  if (!first) MODEL_CHECK(first.error() == TryRecvError::Empty);
  if (!has_come) {
    auto message = mine.recv();
    MODEL_CHECK(message.has_value());
  }
  MODEL_CHECK(!mine.recv());
}

// The receiver's time is up at any moment; nothing is lost by that.
template <class S, class R>
void receive_in_time(std::pair<S, R> ends) {
  auto& [sender, receiver] = ends;
  Go producer([s = std::move(sender)]() mutable {
    S mine(std::move(s));
    (void)mine.send(Payload(1));
  });
  R mine(std::move(receiver));
  auto first = mine.recv_timeout(milliseconds(1));
  if (!first) MODEL_CHECK(first.error() == TryRecvError::Empty);
  auto second = mine.recv();
  MODEL_CHECK(first.has_value() != second.has_value());
}

template <class S>
void send_in_time(std::pair<S, Receiver<Payload>> ends) {
  auto& [sender, receiver] = ends;
  Plain sent;
  {
    Go producer([&sent, s = std::move(sender)]() mutable {
      S mine(std::move(s));
      for (int i = 0; i < 2; ++i) sent.add(mine.send_timeout(Payload(i), milliseconds(1)).has_value() ? 1 : 0);
    });
    Receiver<Payload> mine(std::move(receiver));
    int received = 0;
    while (mine.recv()) ++received;
    producer.join();
    MODEL_CHECK(received == sent.get());
  }
}

TEST(List, OneProducer) {
  verify(reduced(), [] { send_and_receive(channel<Payload>(), 1); });
}
TEST(List, OneProducerSeveralBlocks) {
  verify(bounded(), [] { send_and_receive(channel<Payload>(), 4); });
}
TEST(List, TwoProducers) {
  verify(bounded(), [] { two_producers(channel<Payload>(), 1); });
}
TEST(List, ReceiverLeaves) {
  verify(reduced(), [] { receiver_leaves(channel<Payload>(), 1, false); });
}
TEST(List, ReceiverLeavesBetweenBlocks) {
  verify(bounded(3), [] { receiver_leaves(channel<Payload>(), 3, true); });
}
TEST(List, ReceiverLeavesTwoProducers) {
  verify(bounded(), [] {
    auto [sender, receiver] = channel<Payload>();
    auto produce = [](Sender<Payload> from) { (void)from.send(Payload(1)), (void)from.send(Payload(2)); };
    Go a([&, s = sender]() mutable { produce(std::move(s)); });
    Go b([&, s = std::move(sender)]() mutable { produce(std::move(s)); });
    Receiver<Payload> mine(std::move(receiver));
    (void)mine.try_recv();
  });
}
TEST(List, TryReceive) {
  verify(reduced(), [] { try_receive(channel<Payload>()); });
}
TEST(List, ReceiveInTime) {
  verify(reduced(), [] { receive_in_time(channel<Payload>()); });
}
TEST(List, Samples) {
  sample(20000, [] { two_producers(channel<Payload>(), 6); });
  Options spinning;
  spinning.search = Options::Search::Random;
  spinning.executions = 10000;
  spinning.spin = true;
  verify(spinning, [] { two_producers(channel<Payload>(), 6); });
}

TEST(Array, OneProducerOnePlace) {
  verify(reduced(), [] { send_and_receive(sync_channel<Payload>(1), 1); });
  verify(bounded(), [] { send_and_receive(sync_channel<Payload>(1), 3); });
}
TEST(Array, OneProducerTwoPlaces) {
  verify(bounded(), [] { send_and_receive(sync_channel<Payload>(2), 4); });
}
TEST(Array, TwoProducersOnePlace) {
  verify(bounded(), [] { two_producers(sync_channel<Payload>(1), 1); });
}
TEST(Array, TwoProducersTwoPlaces) {
  verify(bounded(), [] { two_producers(sync_channel<Payload>(2), 1); });
}
TEST(Array, ReceiverLeaves) {
  verify(reduced(), [] { receiver_leaves(sync_channel<Payload>(1), 1, false); });
  verify(bounded(3), [] { receiver_leaves(sync_channel<Payload>(1), 3, true); });
}
TEST(Array, TryReceive) {
  verify(reduced(), [] { try_receive(sync_channel<Payload>(1)); });
}
TEST(Array, ReceiveInTime) {
  verify(reduced(), [] { receive_in_time(sync_channel<Payload>(1)); });
}
TEST(Array, SendInTime) {
  verify(bounded(), [] { send_in_time(sync_channel<Payload>(1)); });
}
TEST(Array, ReceiveOneThenJoin) {
  // The producers sleep for room; one message taken must be enough for the next to come in.
  verify(bounded(), [] {
    auto [sender, receiver] = sync_channel<Payload>(1);
    MODEL_CHECK(sender.send(Payload(0)).has_value());
    Go producer([s = std::move(sender)]() mutable {
      SyncSender<Payload> mine(std::move(s));
      MODEL_CHECK(mine.send(Payload(1)).has_value());
    });
    Receiver<Payload> mine(std::move(receiver));
    MODEL_CHECK(mine.recv().has_value());
    producer.join();
  });
}
TEST(Array, TrySendAgainstReceive) {
  verify(reduced(), [] {
    auto [sender, receiver] = sync_channel<Payload>(1);
    Go producer([s = std::move(sender)]() mutable {
      SyncSender<Payload> mine(std::move(s));
      MODEL_CHECK(mine.try_send(Payload(0)).has_value());
      auto second = mine.try_send(Payload(1));
      if (!second) MODEL_CHECK(second.error().reason == TrySendError<Payload>::Reason::Full);
    });
    Receiver<Payload> mine(std::move(receiver));
    MODEL_CHECK(mine.recv()->number() == 0);
    producer.join();
  });
}
TEST(Array, Samples) {
  sample(20000, [] { two_producers(sync_channel<Payload>(1), 4); });
  sample(20000, [] { two_producers(sync_channel<Payload>(3), 6); });
}

TEST(Rendezvous, OneProducer) {
  verify(bounded(3), [] { send_and_receive(sync_channel<Payload>(0), 1); });
}
TEST(Rendezvous, TwoMessages) {
  verify(bounded(), [] { send_and_receive(sync_channel<Payload>(0), 2); });
}
TEST(Rendezvous, TwoProducers) {
  verify(bounded(), [] { two_producers(sync_channel<Payload>(0), 1); });
}
TEST(Rendezvous, ReceiverLeaves) {
  verify(reduced(), [] { receiver_leaves(sync_channel<Payload>(0), 1, false); });
  verify(bounded(), [] { receiver_leaves(sync_channel<Payload>(0), 2, true); });
}
TEST(Rendezvous, TryReceive) {
  verify(bounded(3), [] { try_receive(sync_channel<Payload>(0)); });
}
TEST(Rendezvous, ReceiveInTime) {
  verify(bounded(3), [] { receive_in_time(sync_channel<Payload>(0)); });
}
TEST(Rendezvous, SendInTime) {
  verify(bounded(), [] { send_in_time(sync_channel<Payload>(0)); });
}
TEST(Rendezvous, Samples) {
  sample(20000, [] { two_producers(sync_channel<Payload>(0), 3); });
  Options spinning;
  spinning.search = Options::Search::Random;
  spinning.executions = 10000;
  spinning.spin = true;
  verify(spinning, [] { two_producers(sync_channel<Payload>(0), 3); });
}

TEST(Oneshot, SendAndReceive) {
  verify({}, [] {
    auto [sender, receiver] = oneshot<Payload>();
    Go producer([s = std::move(sender)]() mutable { MODEL_CHECK(s.send(Payload(1)).has_value()); });
    auto message = receiver.recv();
    MODEL_CHECK(message.has_value() && message->number() == 1);
  });
}
TEST(Oneshot, SenderLeaves) {
  verify({}, [] {
    auto [sender, receiver] = oneshot<Payload>();
    Go producer([s = std::move(sender)]() mutable { OneSender<Payload> mine(std::move(s)); });
    MODEL_CHECK(!receiver.recv());
  });
}
TEST(Oneshot, ReceiverLeaves) {
  verify({}, [] {
    auto [sender, receiver] = oneshot<Payload>();
    Go producer([s = std::move(sender)]() mutable {
      auto sent = s.send(Payload(1));
      if (!sent) MODEL_CHECK(sent.error().value.number() == 1);
    });
    OneReceiver<Payload> mine(std::move(receiver));
    (void)mine.try_recv();
  });
}
TEST(Oneshot, ReceiveInTime) {
  verify({}, [] {
    auto [sender, receiver] = oneshot<Payload>();
    Go producer([s = std::move(sender)]() mutable { (void)s.send(Payload(1)); });
    OneReceiver<Payload> mine(std::move(receiver));
    auto first = mine.recv_timeout(milliseconds(1));
    if (!first) MODEL_CHECK(first.error() == TryRecvError::Empty && mine.recv().has_value());
  });
}

TEST(Select, TwoLists) {
  verify(bounded(), [] {
    auto [left_sender, left] = channel<Payload>();
    auto [right_sender, right] = channel<Payload>();
    Go a([s = std::move(left_sender)]() mutable { Sender<Payload>(std::move(s)).send(Payload(1)).has_value(); });
    Go b([s = std::move(right_sender)]() mutable { Sender<Payload>(std::move(s)).send(Payload(2)).has_value(); });
    int sum = 0;
    auto note = [&](std::optional<Payload> message) { sum += message ? message->number() : 0; };
    select_biased(on(left, note), on(right, note));
    MODEL_CHECK(sum == 1 || sum == 2);
    while (auto message = left.recv()) sum += message->number();
    while (auto message = right.recv()) sum += message->number();
    MODEL_CHECK(sum == 3);
  });
}
TEST(Select, InTime) {
  verify(bounded(), [] {
    auto [list_sender, list] = channel<Payload>();
    auto [meeting_sender, meeting] = sync_channel<Payload>(0);
    Go a([s = std::move(list_sender)]() mutable { Sender<Payload>(std::move(s)).send(Payload(1)).has_value(); });
    Go b([s = std::move(meeting_sender)]() mutable { SyncSender<Payload>(std::move(s)).send(Payload(2)).has_value(); });
    Receiver<Payload> mine(std::move(list)), ours(std::move(meeting));
    bool is_late = false;
    auto note = [](std::optional<Payload>) {};
    for (int i = 0; i < 2 && !is_late; ++i)
      select_biased(on(ours, note), on(mine, note), after(milliseconds(1), [&] { is_late = true; }));
  });
}

}  // namespace
}  // namespace ferrule::model
