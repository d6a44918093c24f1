// Programs over the real headers that several tests run: see what each says that it checks.
#pragma once

#include "test/model/support.h"

#include <ferrule/arc.h>
#include <ferrule/channel.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/raw_rw_lock.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace ferrule::model {

using std::chrono::milliseconds;

/// Everything but the order of independent operations, with one stale load: channels have many loads.
inline Options reduced() {
  Options options;
  options.stale_loads = 1;
  return options;
}
/// For programs whose complete search is too long.
inline Options random(std::uint64_t executions) {
  Options options;
  options.search = Options::Search::Random;
  options.executions = executions;
  options.stale_loads = 8;
  options.spurious_failures = options.spurious_wakes = 2;
  return options;
}
inline Options bounded(unsigned preemptions = 2) {
  Options options;
  options.search = Options::Search::Preemptions;
  options.preemptions = preemptions;
  options.stale_loads = 1;
  options.spurious_wakes = 0;
  options.seconds = 120;
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

// A sender stays, so nobody's leaving wakes the receiver: the message itself has to.
template <class S, class R>
void sender_stays(std::pair<S, R> ends) {
  auto& [sender, receiver] = ends;
  Go producer([s = sender] { MODEL_CHECK(s.send(Payload(1)).has_value()); });
  MODEL_CHECK(receiver.recv().has_value());
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

// Mutual exclusion, visibility of what the last owner wrote, no lost wake-up; the mutex may die as soon as the last
// owner has unlocked it.
inline void two_lockers(int threads, int rounds) {
  auto shared = std::make_unique<std::pair<detail::RawMutex, Plain>>();
  auto work = [&s = *shared, rounds] {
    for (int i = 0; i < rounds; ++i) {
      s.first.lock();
      s.second.add(1);
      s.first.unlock();
    }
  };
  std::optional<Go> others[3];
  for (int t = 1; t < threads; ++t) others[t - 1].emplace(work);
  work();
  for (auto& other : others)
    if (other) other->join();
  MODEL_CHECK(shared->second.get() == threads * rounds);
}
struct Guarded {
  detail::RawRwLock lock;
  Plain data;
  void write() {
    lock.write();
    data.add(1);
    lock.unwrite();
  }
  int read() {
    lock.read();
    int seen = data.get();
    lock.unread();
    return seen;
  }
};

/// What an Arc shares.
struct Shared {
  Shared() = default;
  Shared(const Shared& other) : number(other.number) {}
  int get() const { return number.get(); }
  Plain number;
  std::unique_ptr<int> owned{new int(0)};
};

inline void drop_identity() { delete std::exchange(detail::thread_slot(), nullptr); }

/// The runtime's own threads, whose handle to themselves is thread-local.
class RuntimeThreads : public testing::Test {
 protected:
  void SetUp() override { set_thread_local(reinterpret_cast<void**>(&detail::thread_slot()), drop_identity); }
  void TearDown() override { set_thread_local(nullptr, nullptr); }
};

}  // namespace ferrule::model

template <>
inline constexpr bool ferrule::claims_send<ferrule::model::Shared> = true;
template <>
inline constexpr bool ferrule::claims_sync<ferrule::model::Shared> = true;
