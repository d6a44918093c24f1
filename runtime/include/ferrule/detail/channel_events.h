// What tasks await at the ends of channels.
#pragma once

#include <ferrule/detail/array_channel.h>
#include <ferrule/detail/channel_base.h>
#include <ferrule/detail/rendezvous_channel.h>
#include <ferrule/detail/stored.h>
#include <ferrule/detail/strand.h>
#include <ferrule/detail/waiter_list.h>

#include <optional>
#include <utility>

namespace ferrule::detail {

/// The next message of a Receiver. `Access` reaches what is private to it.
template <class T, class R, class Access>
class ReceiveEvent final : public EventAwaiter {
 public:
  explicit ReceiveEvent(R& receiver) noexcept : receiver_(receiver) {}
  ReceiveEvent(ReceiveEvent&& other) noexcept : receiver_(other.receiver_) {}
  ~ReceiveEvent() { withdraw(); }

  bool poll(Strand& strand) noexcept override {
    WaiterSlot& slot = Access::slot(receiver_);
    for (;;) {
      if (Access::try_take(receiver_, message_) != Take::Empty) {
        withdraw();
        return true;
      }
      slot.set_task(strand.target());
      is_waiting_ = true;
      if (!Access::has_news(receiver_)) return false;
    }
  }
  std::optional<T> await_resume() {
    if (!message_) return std::nullopt;
    return std::optional<T>(from_stored<T>(*message_));
  }

 private:
  void withdraw() noexcept {
    if (std::exchange(is_waiting_, false)) Access::slot(receiver_).withdraw_task();
  }

  R& receiver_;
  bool is_waiting_ = false;
  std::optional<Stored<T>> message_;
};

/// Sending into a channel with a bound. The message may be taken back by whoever gives up.
template <class T>
class SendEvent : public EventAwaiter {
  using Array = ArrayChannel<T>;
  using Rendezvous = RendezvousChannel<T>;

 public:
  SendEvent(ChannelBase& channel, Stored<T> message) noexcept
      : channel_(channel), message_(std::move(message)), offer_(&message_) {}
  SendEvent(SendEvent&& other) noexcept : SendEvent(other.channel_, std::move(other.message_)) {}

  bool poll(Strand& strand) noexcept override {
    has_waited_ = true;
    if (channel_.flavour == Flavour::Array) {
      result_ = array().poll_put(message_, node_, strand.waker());
    } else {
      result_ = rendezvous().poll_put(offer_, strand.waker());
    }
    return result_ != Put::Full;
  }

 protected:
  ~SendEvent() {
    if (!has_waited_ || result_ != Put::Full) return;
    if (channel_.flavour == Flavour::Array) {
      array().withdraw(node_);
    } else {
      rendezvous().withdraw(offer_);
    }
  }

  ChannelBase& channel_;
  Stored<T> message_;
  Put result_ = Put::Full;

 private:
  Array& array() const noexcept { return static_cast<Array&>(channel_); }
  Rendezvous& rendezvous() const noexcept { return static_cast<Rendezvous&>(channel_); }

  bool has_waited_ = false;
  WaiterList::Node node_;
  typename Rendezvous::Offer offer_;
};

}  // namespace ferrule::detail
