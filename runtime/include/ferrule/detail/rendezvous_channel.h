// The channel without room: a sender waits until the receiver has its message.
#pragma once

#include <ferrule/detail/channel_base.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/detail/waker.h>

#include <cstddef>

namespace ferrule::detail {

template <class T>
class RendezvousChannel : public ChannelBase {
 public:
  using S = Stored<T>;

  RendezvousChannel() : ChannelBase(Flavour::Rendezvous) {}

  /// Moves from `message` only if the receiver is waiting for one.
  Put try_put(S& message) noexcept {
    RawLock lock(mutex_);
    if (is_closed_) return Put::Disconnected;
    return hand_over(message) ? Put::Done : Put::Full;
  }

  /// Waits until the message is taken. Full only if the deadline passed.
  Put put(S& message, const Deadline* deadline) noexcept {
    Offer offer{&message};
    {
      RawLock lock(mutex_);
      if (is_closed_) return Put::Disconnected;
      if (hand_over(message)) return Put::Done;
      enqueue(offer);
    }
    consumer.notify();
    AdaptiveSpin spin;
    if (!spin.poll([&offer] { return offer.parker.calls() != 0; }) && !offer.parker.park(deadline)) {
      RawLock lock(mutex_);
      if (offer.state == Offer::Waiting) {
        dequeue(offer);
        return Put::Full;
      }
    }
    offer.parker.await_calls(1);
    return offer.state == Offer::Taken ? Put::Done : Put::Disconnected;
  }

  /// A producer that waits: a thread on its own stack, a task in its frame. All but the parker is guarded by the mutex.
  struct Offer {
    explicit Offer(S* m) noexcept : message(m) {}
    enum State : unsigned char { New, Waiting, Taken, Refused };
    S* message;
    State state = New;
    bool is_task = false;
    Waker waker;
    Offer* next = nullptr;
    Offer* previous = nullptr;
    Parker parker;
  };

  /// Sends, or sees to it that the waker is called when the message is taken, and is Full until then.
  Put poll_put(Offer& offer, const Waker& waker) noexcept {
    {
      RawLock lock(mutex_);
      if (offer.state == Offer::Taken) return Put::Done;
      if (is_closed_) return Put::Disconnected;
      if (offer.state == Offer::New && hand_over(*offer.message)) return Put::Done;
      offer.waker = waker;
      offer.is_task = true;
      if (offer.state == Offer::Waiting) return Put::Full;
      enqueue(offer);
    }
    consumer.notify();
    return Put::Full;
  }
  /// The task gives up.
  void withdraw(Offer& offer) noexcept {
    RawLock lock(mutex_);
    if (offer.state == Offer::Waiting) dequeue(offer);
  }

  Take try_take(std::optional<S>& into) noexcept {
    Called called;
    {
      RawLock lock(mutex_);
      if (first_ == nullptr) return has_senders() ? Take::Empty : Take::Disconnected;
      into.emplace(std::move(*first_->message));
      called = settle(*first_, Offer::Taken);
    }
    called.call();
    return Take::Got;
  }

  /// Waits for a message. Empty only if the deadline passed.
  Take take(std::optional<S>& into, const Deadline* deadline) noexcept {
    for (;;) {
      Take result = try_take(into);
      if (result != Take::Empty) return result;
      Parker parker;
      {
        RawLock lock(mutex_);
        if (first_ != nullptr) continue;
        request_ = &into;
        consumer.set(parker);
      }
      bool in_time = true;
      if (has_senders() && !spin_.poll([&parker] { return parker.calls() != 0; })) in_time = parker.park(deadline);
      consumer.clear(parker);
      bool was_served = false;
      {
        RawLock lock(mutex_);
        was_served = std::exchange(request_, nullptr) == nullptr;
      }
      if (was_served) return Take::Got;
      if (!in_time) return try_take(into);
    }
  }

  bool has_news() const noexcept {
    RawLock lock(mutex_);
    return first_ != nullptr || !has_senders();
  }
  bool is_empty() const noexcept {
    RawLock lock(mutex_);
    return first_ == nullptr;
  }
  bool is_closed() const noexcept {
    RawLock lock(mutex_);
    return is_closed_;
  }

  /// The consumer leaves: waiting producers keep their messages and fail.
  void close() noexcept {
    for (;;) {
      Called called;
      {
        RawLock lock(mutex_);
        is_closed_ = true;
        if (first_ == nullptr) return;
        called = settle(*first_, Offer::Refused);
      }
      called.call();
    }
  }

 private:
  /// Whom to call, without the lock: a task's offer may then be gone, a thread's stays until it is called.
  struct Called {
    Parker* parker = nullptr;
    Waker waker;
    void call() noexcept { parker != nullptr ? parker->unpark() : waker.wake(); }
  };
  Called settle(Offer& offer, typename Offer::State state) noexcept {
    dequeue(offer);
    offer.state = state;
    if (offer.is_task) return {nullptr, std::move(offer.waker)};
    return {&offer.parker, {}};
  }

  /// Gives the message to a receiver that waits for one.
  bool hand_over(S& message) noexcept {
    if (request_ == nullptr) return false;
    request_->emplace(std::move(message));
    request_ = nullptr;
    consumer.notify();
    return true;
  }

  void enqueue(Offer& offer) noexcept {
    offer.state = Offer::Waiting;
    offer.previous = last_;
    (last_ != nullptr ? last_->next : first_) = &offer;
    last_ = &offer;
  }
  void dequeue(Offer& offer) noexcept {
    (offer.previous != nullptr ? offer.previous->next : first_) = offer.next;
    (offer.next != nullptr ? offer.next->previous : last_) = offer.previous;
  }

  mutable RawMutex mutex_;  // guards what follows
  bool is_closed_ = false;
  Offer* first_ = nullptr;
  Offer* last_ = nullptr;
  std::optional<S>* request_ = nullptr;

  AdaptiveSpin spin_;  // the consumer's alone
};

}  // namespace ferrule::detail
