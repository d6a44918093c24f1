// The bounded channel: a ring of stamped slots, many producers, one consumer.
//
// A slot's stamp says whose turn it is: the producer's whose tail equals it, then (plus one) the consumer's, then (plus
// a lap) the next round's producer's. Producers that find the ring full sleep on `space_`, whose lowest bit says that
// somebody does.
#pragma once

#include <ferrule/detail/channel_base.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/waiter_list.h>

#include <cstddef>

namespace ferrule::detail {

template <class T>
class ArrayChannel : public ChannelBase {
 public:
  using S = Stored<T>;

  /// `capacity` is at least 1.
  explicit ArrayChannel(std::size_t capacity)
      : ChannelBase(Flavour::Array), capacity_(capacity), lap_(power_above(capacity)), slots_(capacity) {
    for (std::size_t i = 0; i < capacity; ++i) slots_[i].stamp.store(i * step, std::memory_order_relaxed);
  }

  std::size_t capacity() const noexcept { return capacity_; }

  /// Moves from `message` only if it is sent.
  Put try_put(S& message) noexcept {
    std::size_t tail = tail_.load(std::memory_order_seq_cst);
    Backoff backoff;
    for (;;) {
      if ((tail & closed) != 0) return Put::Disconnected;
      Slot& slot = slots_[place_of(tail)];
      std::size_t stamp = slot.stamp.load(std::memory_order_seq_cst);
      if (stamp == tail) {
        if (!tail_.compare_exchange_weak(tail, after(tail), std::memory_order_seq_cst, std::memory_order_acquire))
          continue;
        slot.room.put(std::move(message));
        slot.stamp.store(tail + step, std::memory_order_release);
        consumer.notify();
        return Put::Done;
      }
      if (stamp + lap_bits() == tail + step) {
        // Last round's message. Unless the tail moved on meanwhile, the ring is full.
        std::size_t now = tail_.load(std::memory_order_seq_cst);
        if (now == tail) return Put::Full;
        tail = now;
        continue;
      }
      backoff.wait();
      tail = tail_.load(std::memory_order_seq_cst);
    }
  }

  /// Waits for room. Full only if the deadline passed.
  Put put(S& message, const Deadline* deadline) noexcept {
    AdaptiveSpin spin(AdaptiveSpin::patient);
    for (;;) {
      Put result = try_put(message);
      if (result != Put::Full) return result;
      spin.poll([this] { return has_ample_room(); }, 2);
      result = try_put(message);
      if (result != Put::Full) return result;
      std::uint32_t seen = space_.load(std::memory_order_seq_cst);
      if ((seen & sleepers) == 0 && !space_.compare_exchange_strong(seen, seen | sleepers, std::memory_order_seq_cst))
        continue;
      // What was taken before the bit was seen by nobody is seen here.
      result = try_put(message);
      if (result != Put::Full) return result;
      if (!futex_wait(space_, seen | sleepers, deadline)) return try_put(message);
    }
  }

  /// Sends, or sees to it that the waker is called when there is room, and is Full then.
  Put poll_put(S& message, WaiterList::Node& node, const Waker& waker) noexcept {
    Put result = try_put(message);
    if (result == Put::Full) {
      {
        RawLock lock(tasks_mutex_);
        tasks_.enlist(node, waker);
      }
      // As in `put`: what was taken before the bit was seen by nobody is seen here.
      space_.fetch_or(sleepers, std::memory_order_seq_cst);
      result = try_put(message);
    }
    if (result != Put::Full) withdraw(node);
    return result;
  }
  void withdraw(WaiterList::Node& node) noexcept {
    RawLock lock(tasks_mutex_);
    tasks_.withdraw(node);
  }

  Take try_take(std::optional<S>& into) noexcept {
    Slot& slot = slots_[place_of(head_)];
    if (slot.stamp.load(std::memory_order_acquire) != head_ + step) {
      if (is_empty()) {
        // Whoever sent before it went, sent before we looked: look again.
        if (has_senders()) return Take::Empty;
        if (is_empty()) return Take::Disconnected;
      }
      for (Backoff backoff; slot.stamp.load(std::memory_order_acquire) != head_ + step;) backoff.wait();
    }
    slot.room.take(into);
    slot.stamp.store(head_ + lap_bits(), std::memory_order_seq_cst);
    head_ = after(head_);
    if ((space_.load(std::memory_order_seq_cst) & sleepers) != 0) wake_producers();
    return Take::Got;
  }

  /// Takes a message, waiting for it if need be. Empty only if the deadline passed.
  Take take(std::optional<S>& into, const Deadline* deadline) noexcept { return wait_.take(*this, into, deadline); }

  /// The next message is there.
  bool is_ready() const noexcept {
    return slots_[place_of(head_)].stamp.load(std::memory_order_acquire) == head_ + step;
  }
  bool has_news() const noexcept { return !is_empty() || !has_senders(); }
  bool is_empty() const noexcept { return (tail_.load(std::memory_order_seq_cst) & ~closed) == head_; }
  std::size_t size() const noexcept {
    std::size_t tail = tail_.load(std::memory_order_seq_cst) & ~closed;
    std::size_t here = place_of(tail), there = place_of(head_);
    if (tail == head_) return 0;
    return here > there ? here - there : capacity_ - there + here;
  }

  bool is_closed() const noexcept { return (tail_.load(std::memory_order_acquire) & closed) != 0; }

  /// The consumer leaves: producers fail from now on, and what is queued is destroyed.
  void close() noexcept {
    tail_.fetch_or(closed, std::memory_order_seq_cst);
    wake_producers();
    std::optional<S> message;
    while (!is_empty()) {
      if (try_take(message) == Take::Got) message.reset();
    }
  }

 private:
  // Tail, head and stamps are: place in the ring and round, in steps of two; the lowest bit of the tail says "closed".
  static constexpr std::size_t closed = 1, step = 2;
  static constexpr std::uint32_t sleepers = 1;

  /// A stamp that a consumer waits for (place + step) must not be the producer's of the next place: leave room between.
  static std::size_t power_above(std::size_t capacity) noexcept {
    std::size_t power = 1;
    while (power <= capacity) power *= 2;
    return power;
  }
  std::size_t lap_bits() const noexcept { return lap_ * step; }
  std::size_t place_of(std::size_t index) const noexcept { return index / step & (lap_ - 1); }
  std::size_t after(std::size_t index) const noexcept {
    return place_of(index) + 1 < capacity_ ? index + step : (index & ~(lap_bits() - 1)) + lap_bits();
  }

  /// The place half a ring ahead of the next is free: a hint. A producer that went on as soon as there is one place
  /// would write the very cache line that the consumer reads next, and again and again.
  bool has_ample_room() const noexcept {
    std::size_t tail = tail_.load(std::memory_order_relaxed);
    if ((tail & closed) != 0) return true;
    std::size_t ahead = place_of(tail) + capacity_ / 2;
    std::size_t round = tail & ~(lap_bits() - 1);
    std::size_t index = ahead < capacity_ ? round + ahead * step : round + lap_bits() + (ahead - capacity_) * step;
    return slots_[place_of(index)].stamp.load(std::memory_order_relaxed) == index;
  }

  void wake_producers() noexcept {
    // All of them: one that is not woken now would not be woken by the next message either, because the bit is gone.
    std::uint32_t seen = space_.load(std::memory_order_relaxed);
    while (!space_.compare_exchange_weak(seen, (seen | sleepers) + 1, std::memory_order_seq_cst)) {
    }
    futex_wake_all(&space_);
    wake_tasks();
  }
  void wake_tasks() noexcept {
    Waker waker;
    std::size_t count = 0;
    {
      RawLock lock(tasks_mutex_);
      count = tasks_.size();
    }
    for (; count != 0; --count) {  // no more: some may come back meanwhile
      {
        RawLock lock(tasks_mutex_);
        WaiterList::Node* node = tasks_.call_first();
        if (node == nullptr) return;
        waker = std::move(node->waker);
      }
      waker.wake();
    }
  }

  struct Slot {
    Atomic<std::size_t> stamp{0};
    Room<S> room;
  };

  const std::size_t capacity_;
  const std::size_t lap_;  // a power of two above the capacity
  const Box<Slot[]> slots_;
  alignas(cache_line) Atomic<std::size_t> tail_{0};
  alignas(cache_line) std::size_t head_ = 0;  // from here on the consumer's alone
  ConsumerWait wait_;
  alignas(cache_line) FutexWord space_{0};
  RawMutex tasks_mutex_;  // guards what follows
  WaiterList tasks_;      ///< that wait for room
};

}  // namespace ferrule::detail
