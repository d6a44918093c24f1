// The channels for one receiver, over the real headers. A message is a Payload: if one is lost, taken twice, read
// before it is written, or written where an old one is still being read, the execution fails. Blocks of the list have
// FERRULE_DETAIL_LIST_LAP - 1 slots here, so that blocks are linked and used again.
#include "test/model/memory.h"
#include "test/model/programs.h"

#include <ferrule/channel.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/select.h>

#include <chrono>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

TEST(List, OneProducer) {
  verify(reduced(), [] { send_and_receive(channel<Payload>(), 1); });
}
TEST(List, SenderStays) {
  verify(reduced(), [] { sender_stays(channel<Payload>()); });
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
TEST(Array, SenderStays) {
  verify(reduced(), [] { sender_stays(sync_channel<Payload>(1)); });
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
TEST(Rendezvous, SenderStays) {
  verify(bounded(3), [] { sender_stays(sync_channel<Payload>(0)); });
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
// The sender finds the parker of a wait that is about to end, and must be done with it before the channel goes.
TEST(Select, OneMessageOrList) {
  verify(bounded(), [] {
    auto [reply_sender, reply] = oneshot<Payload>();
    auto [list_sender, list] = channel<Payload>();
    Go a([s = std::move(reply_sender)]() mutable { (void)s.send(Payload(1)); });
    Go b([s = std::move(list_sender)]() mutable { Sender<Payload>(std::move(s)).send(Payload(2)).has_value(); });
    OneReceiver<Payload> mine(std::move(reply));
    int sum = 0;
    auto note = [&](std::optional<Payload> message) { sum += message ? message->number() : 0; };
    select_biased(on(mine, note), on(list, note));
    MODEL_CHECK(sum == 1 || sum == 2);
  });
}
TEST(Select, OneMessageInTime) {
  verify({}, [] {
    auto [sender, receiver] = oneshot<Payload>();
    Go producer([s = std::move(sender)]() mutable { OneSender<Payload> mine(std::move(s)); });
    OneReceiver<Payload> mine(std::move(receiver));
    bool is_gone = false, is_late = false;
    auto note = [&](std::optional<Payload> message) { is_gone = !message; };
    select_biased(on(mine, note), after(milliseconds(1), [&] { is_late = true; }));
    MODEL_CHECK(is_gone != is_late);
    if (is_late) MODEL_CHECK(!mine.recv());
  });
}
TEST(Select, SharedQueueOrOneMessage) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::channel<Payload>();
    auto [reply_sender, reply] = oneshot<Payload>();
    Go a([s = std::move(sender)]() mutable { (void)mpmc::Sender<Payload>(std::move(s)).send(Payload(1)); });
    Go b([s = std::move(reply_sender)]() mutable { (void)s.send(Payload(2)); });
    OneReceiver<Payload> mine(std::move(reply));
    int sum = 0;
    auto note = [&](std::optional<Payload> message) { sum += message ? message->number() : 0; };
    select_biased(on(receiver, note), on(mine, note));
    MODEL_CHECK(sum == 1 || sum == 2);
    if (sum == 2) {
      auto message = receiver.recv();
      MODEL_CHECK(message && message->number() == 1);
    }
  });
}
// One message, one that selects and one that only receives: the other one is told that nobody is left.
TEST(Select, SharedQueueAndAnotherReceiver) {
  verify(bounded(1), [] {
    auto [sender, receiver] = mpmc::channel<Payload>();
    int taken[2] = {0, 0};
    Go other([&taken, r = receiver]() mutable {
      mpmc::Receiver<Payload> mine(std::move(r));
      if (auto message = mine.recv()) taken[0] += message->number();
    });
    Go producer([s = std::move(sender)]() mutable { (void)mpmc::Sender<Payload>(std::move(s)).send(Payload(1)); });
    select_biased(on(receiver, [&](std::optional<Payload> message) { taken[1] += message ? message->number() : 0; }));
    producer.join();
    other.join();
    MODEL_CHECK(taken[0] + taken[1] == 1);
  });
}
TEST(Select, InTime) {
  verify(bounded(), [] {
    auto [list_sender, list] = channel<Payload>();
    auto [meeting_sender, meeting] = sync_channel<Payload>(0);
    Go a([s = std::move(list_sender)]() mutable { Sender<Payload>(std::move(s)).send(Payload(1)).has_value(); });
    Go b([s = std::move(meeting_sender)]() mutable { SyncSender<Payload>(std::move(s)).send(Payload(2)).has_value(); });
    Receiver<Payload> mine(std::move(list)), ours(std::move(meeting));
    bool came = false, is_late = false;
    auto note = [&](std::optional<Payload> message) { came = message.has_value(); };
    select_biased(on(ours, note), on(mine, note), after(milliseconds(1), [&] { is_late = true; }));
    MODEL_CHECK(came != is_late);
  });
}

}  // namespace
}  // namespace ferrule::model
