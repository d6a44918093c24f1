// The channels that are compared, under one form: make<T>(bound) gives a sender, which can be copied, and a receiver;
// bound 0 is without bound.
#pragma once

#include <ferrule/channel.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
#include <concurrentqueue/blockingconcurrentqueue.h>
#define FERRULE_BENCH_MOODYCAMEL
#endif
#if __has_include(<tbb/concurrent_queue.h>)
#include <tbb/concurrent_queue.h>
#define FERRULE_BENCH_TBB
#endif

namespace ferrule::bench {

struct Unbounded {
  template <class T>
  static auto make(std::size_t) {
    return ferrule::channel<T>();
  }
};

struct Bounded {
  template <class T>
  static auto make(std::size_t bound) {
    return ferrule::sync_channel<T>(bound);
  }
};

/// Both ends of a queue that is one object.
template <class Queue, class T>
struct End {
  std::shared_ptr<Queue> queue;
  void send(T value) const { queue->push(std::move(value)); }
  T recv() { return queue->pop(); }
};

template <template <class> class Queue>
struct Shared {
  template <class T>
  static auto make(std::size_t bound) {
    auto queue = std::make_shared<Queue<T>>(bound);
    return std::pair(End<Queue<T>, T>{queue}, End<Queue<T>, T>{queue});
  }
};

/// What is written by hand: a mutex, a deque and two condition variables.
template <class T>
class MutexDeque {
 public:
  explicit MutexDeque(std::size_t bound) : bound_(bound) {}
  void push(T value) {
    {
      std::unique_lock lock(mutex_);
      has_room_.wait(lock, [&] { return bound_ == 0 || items_.size() < bound_; });
      items_.push_back(std::move(value));
    }
    has_items_.notify_one();
  }
  T pop() {
    std::unique_lock lock(mutex_);
    has_items_.wait(lock, [&] { return !items_.empty(); });
    T value = std::move(items_.front());
    items_.pop_front();
    lock.unlock();
    if (bound_ != 0) has_room_.notify_one();
    return value;
  }

 private:
  const std::size_t bound_;
  std::mutex mutex_;
  std::condition_variable has_items_, has_room_;
  std::deque<T> items_;
};

#ifdef FERRULE_BENCH_MOODYCAMEL
template <class T>
class Moodycamel {
 public:
  explicit Moodycamel(std::size_t) {}
  void push(T value) { queue_.enqueue(std::move(value)); }
  T pop() {
    T value{};
    queue_.wait_dequeue(value);
    return value;
  }

 private:
  moodycamel::BlockingConcurrentQueue<T> queue_;
};
#endif

#ifdef FERRULE_BENCH_TBB
template <class T>
class Tbb {
 public:
  explicit Tbb(std::size_t bound) {
    if (bound != 0) queue_.set_capacity(static_cast<std::ptrdiff_t>(bound));
  }
  void push(T value) { queue_.push(std::move(value)); }
  T pop() {
    T value{};
    queue_.pop(value);
    return value;
  }

 private:
  tbb::concurrent_bounded_queue<T> queue_;
};
#endif

}  // namespace ferrule::bench
