#include "test/bench/runtime/common.h"
#include "test/bench/runtime/queues.h"

#include <cstdlib>
#include <optional>

namespace ferrule::bench {
namespace {

// As Rust's send().unwrap().
template <class Sender, class T>
void put(Sender& sender, T value) {
  if constexpr (std::is_void_v<decltype(sender.send(std::move(value)))>)
    sender.send(std::move(value));
  else if (!sender.send(std::move(value)))
    std::abort();
}

template <class Queue, class T>
double through(std::size_t bound, int producers, int messages) {
  auto ends = Queue::template make<T>(bound);
  const int each = messages / producers;
  // Each thread has its end on its own stack, as in rows.rs: what lies beside another thread's data is slowed by it.
  std::vector<decltype(ends.first)> senders(producers, ends.first);
  return in_threads(producers + 1, [&](int thread) {
    if (thread == 0) {
      auto receiver = std::move(ends.second);
      std::uint64_t sum = 0;
      for (int i = 0; i < each * producers; ++i) {
        auto received = receiver.recv();
        if constexpr (requires { received.has_value(); })
          sum += number_in(*received);
        else
          sum += number_in(received);
      }
      benchmark::DoNotOptimize(sum);
    } else {
      auto sender = std::move(senders[thread - 1]);
      for (int i = 0; i < each; ++i) put(sender, message<T>(i));
    }
  });
}

template <class Queue, class T>
double same_thread(int messages) {
  auto [sender, receiver] = Queue::template make<T>(0);
  return here([&] {
    for (int i = 0; i < messages; ++i) {
      put(sender, message<T>(i));
      auto received = receiver.recv();
      benchmark::DoNotOptimize(received);
    }
  });
}

template <class Queue>
double ping_pong(std::size_t bound, int rounds) {
  auto [to, at_other] = Queue::template make<Small>(bound);
  auto [from_other, back] = Queue::template make<Small>(bound);
  auto &first_sender = to, &second_sender = from_other;
  auto &first_receiver = back, &second_receiver = at_other;
  return in_threads(2, [&](int thread) {
    auto sender = std::move(thread == 0 ? first_sender : second_sender);
    auto receiver = std::move(thread == 0 ? first_receiver : second_receiver);
    for (int i = 0; i < rounds; ++i) {
      if (thread == 0) put(sender, Small(i));
      auto received = receiver.recv();
      benchmark::DoNotOptimize(received);
      if (thread == 1) put(sender, Small(i));
    }
  });
}

/// A row for each payload: `run.operator()<T>()` is a batch of it.
template <class Run>
void add_payloads(const std::string& row, const std::string& who, int many, Run run) {
  add(row, who, many, [=] { return run.template operator()<Small>(); });
  add(row + "_64", who, many, [=] { return run.template operator()<Large>(); });
  add(row + "_owned", who, many, [=] { return run.template operator()<Owned>(); });
}

template <class Queue>
void add_unbounded(const std::string& who) {
  const int many = scaled(400000);
  for (const int producers : {1, 4})
    add_payloads("unbounded_" + std::to_string(producers) + "_1", who, many,
                 [=]<class T>() { return through<Queue, T>(0, producers, many); });
  add_payloads("same_thread", who, many, [=]<class T>() { return same_thread<Queue, T>(many); });
  const int rounds = scaled(20000);
  add("ping_pong", who, rounds, [=] { return ping_pong<Queue>(0, rounds); });
}

template <class Queue>
void add_bounded(const std::string& who) {
  const int many = scaled(400000);
  for (const int producers : {1, 4})
    add_payloads("bounded_" + std::to_string(producers) + "_1", who, many,
                 [=]<class T>() { return through<Queue, T>(1024, producers, many); });
}

}  // namespace

void add_channels() {
  add_unbounded<Unbounded>("ferrule");
  add_bounded<Bounded>("ferrule");
  const int few = scaled(20000);
  for (const int producers : {1, 4})
    add("rendezvous_" + std::to_string(producers) + "_1", "ferrule", few,
        [=] { return through<Bounded, Small>(0, producers, few); });
  add("ping_pong_rendezvous", "ferrule", few, [=] { return ping_pong<Bounded>(0, few); });
  add_unbounded<Shared<MutexDeque>>("mutex+deque");
  add_bounded<Shared<MutexDeque>>("mutex+deque");
#ifdef FERRULE_BENCH_MOODYCAMEL
  add_unbounded<Shared<Moodycamel>>("moodycamel");
#endif
#ifdef FERRULE_BENCH_TBB
  add_unbounded<Shared<Tbb>>("tbb");
  add_bounded<Shared<Tbb>>("tbb");
#endif
}

}  // namespace ferrule::bench
