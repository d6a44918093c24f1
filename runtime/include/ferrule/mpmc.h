// mpmc: channels with many senders and many receivers, each message going to one of them.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/drain.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/shared_queue.h>
#include <ferrule/detail/stored.h>
#include <ferrule/expected.h>
#include <ferrule/traits.h>

#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace ferrule::mpmc {

template <class T>
class Sender;
template <class T>
class Receiver;

}  // namespace ferrule::mpmc

namespace ferrule::mpmc {

/// A sending end. Copies send to the same receivers; any thread may use one at any time. After a move it may only be
/// destroyed or assigned to. Rust: mpmc::Sender. std has none. Throws only std::bad_alloc and what moving a T throws.
/// A call costs constant time under a lock, apart from the waiting.
template <class T>
class FERRULE_DETAIL_CONSUMABLE Sender {
 public:
  explicit Sender(detail::Shared<detail::SharedQueue<T>> queue) noexcept : queue_(std::move(queue)) {
    queue_->add_sender();
  }
  Sender(const Sender& other) noexcept : queue_(other.queue_) {
    if (queue_) queue_->add_sender();
  }
  Sender(Sender&& other) noexcept = default;
  Sender& operator=(Sender other) noexcept {
    std::swap(queue_, other.queue_);
    return *this;
  }
  ~Sender() {
    if (queue_) queue_->remove_sender();
  }

  /// Waits for room if the channel has a bound. If all receivers are gone, the value comes back.
  FERRULE_DETAIL_CALLABLE Expected<void, SendError<T>> send(T value) const {
    auto&& message = detail::to_stored(value);
    if (queue_->put(message, true, nullptr) == detail::Put::Done) return {};
    return Unexpected{SendError<T>{detail::from_stored<T>(message)}};
  }
  /// In a task: `co_await sender.send_async(value)`, otherwise as `send`.
  [[nodiscard("nothing is sent until it is awaited")]] FERRULE_DETAIL_CALLABLE detail::SharedSend<T> send_async(
      T value) const {
    return detail::SharedSend<T>(queue_, detail::into_stored<T>(std::move(value)));
  }
  /// Sends if there is room now.
  FERRULE_DETAIL_CALLABLE Expected<void, TrySendError<T>> try_send(T value) const {
    auto&& message = detail::to_stored(value);
    return result(queue_->put(message, false, nullptr), message);
  }
  /// Waits at most that long.
  template <detail::Duration D>
  FERRULE_DETAIL_CALLABLE Expected<void, TrySendError<T>> send_timeout(T value, const D& duration) const {
    auto&& message = detail::to_stored(value);
    auto deadline = detail::deadline_after(duration);
    return result(queue_->put(message, true, &deadline), message);
  }
  /// Another sender to the same receivers: what the copy constructor does, said aloud.
  [[nodiscard]] FERRULE_DETAIL_CALLABLE Sender clone() const noexcept { return *this; }
  /// How many messages are queued; others may change that at any time.
  FERRULE_DETAIL_CALLABLE std::size_t len() const noexcept { return queue_->size(); }
  FERRULE_DETAIL_CALLABLE bool is_empty() const noexcept { return len() == 0; }
  /// True once all receivers are gone: what is sent comes back.
  FERRULE_DETAIL_CALLABLE bool is_disconnected() const noexcept { return !queue_->has_receivers(); }

 private:
  static Expected<void, TrySendError<T>> result(detail::Put put, detail::Stored<T>& message) {
    using Reason = typename TrySendError<T>::Reason;
    if (put == detail::Put::Done) return {};
    Reason reason = put == detail::Put::Full ? Reason::Full : Reason::Disconnected;
    return Unexpected{TrySendError<T>{reason, detail::from_stored<T>(message)}};
  }

  detail::Shared<detail::SharedQueue<T>> queue_;
};

/// A receiving end. Copies share the messages: each goes to one of them. Any thread may use one at any time. After a
/// move it may only be destroyed or assigned to. Rust: mpmc::Receiver. std has none. Throws only what moving a T
/// throws. A call costs constant time under a lock, apart from the waiting.
template <class T>
class Receiver {
 public:
  explicit Receiver(detail::Shared<detail::SharedQueue<T>> queue) noexcept : queue_(std::move(queue)) {
    queue_->add_receiver();
  }
  Receiver(const Receiver& other) noexcept : queue_(other.queue_) {
    if (queue_) queue_->add_receiver();
  }
  Receiver(Receiver&& other) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    std::swap(queue_, other.queue_);
    return *this;
  }
  ~Receiver() {
    if (queue_) queue_->remove_receiver();
  }

  /// The next message, waiting for it if need be; nothing once all senders are gone and everything was received.
  std::optional<T> recv() const {
    auto message = receive(true, nullptr);
    if (!message) return std::nullopt;
    return *std::move(message);
  }
  /// In a task: `while (auto message = co_await receiver.recv_async())`, otherwise as `recv`.
  [[nodiscard("nothing is received until it is awaited")]] detail::SharedReceive<T> recv_async() const noexcept {
    return detail::SharedReceive<T>(queue_);
  }
  /// The next message if there is one now.
  Expected<T, TryRecvError> try_recv() const { return receive(false, nullptr); }
  /// The next message if it comes in that time.
  template <detail::Duration D>
  Expected<T, TryRecvError> recv_timeout(const D& duration) const {
    auto deadline = detail::deadline_after(duration);
    return receive(true, &deadline);
  }
  /// Another receiver of the same messages: what the copy constructor does, said aloud.
  [[nodiscard]] Receiver clone() const noexcept { return *this; }
  /// How many messages are queued; others may change that at any time.
  std::size_t len() const noexcept { return queue_->size(); }
  bool is_empty() const noexcept { return len() == 0; }
  /// True once `recv` would return nothing.
  bool is_disconnected() const noexcept { return queue_->is_drained(); }

  /// `for (T& message : receiver)`: each message that this thread gets, until all senders are gone. An iteration
  /// belongs to one thread; others may iterate over the same receiver.
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    T& operator*() const noexcept { return *current_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    void operator++(int) { advance(); }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return !it.current_.has_value(); }

   private:
    friend class Receiver;
    explicit Iterator(const Receiver& receiver) : receiver_(&receiver) { advance(); }
    void advance() {
      current_.reset();
      if (auto message = receiver_->recv()) current_.emplace(*std::move(message));
    }
    const Receiver* receiver_;
    mutable std::optional<T> current_;
  };
  Iterator begin() const& { return Iterator(*this); }
  std::default_sentinel_t end() const& noexcept { return std::default_sentinel; }

  /// `for (T& message : receiver.try_iter())`: each message that is there now; ends where `recv` would wait. Rust:
  /// try_iter.
  [[nodiscard]] detail::Drain<T, const Receiver> try_iter() const& noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::Drain<T, const Receiver>(*this);
  }

 private:
  friend class ferrule::Select;
  auto selecting() const noexcept { return typename detail::SharedQueue<T>::Selecting(*queue_); }

  Expected<T, TryRecvError> receive(bool may_wait, const detail::Deadline* deadline) const {
    std::optional<detail::Stored<T>> message;
    switch (queue_->take(message, may_wait, deadline)) {
      case detail::Take::Got:
        return Expected<T, TryRecvError>(detail::from_stored<T>(*message));
      case detail::Take::Empty:
        return Unexpected{TryRecvError::Empty};
      default:
        return Unexpected{TryRecvError::Disconnected};
    }
  }

  detail::Shared<detail::SharedQueue<T>> queue_;
};

/// A channel that takes any number of messages. T must be Send. Rust: mpmc::channel. Throws std::bad_alloc.
template <class T>
  requires Send<T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel() {
  detail::Shared queue(new detail::SharedQueue<T>(std::numeric_limits<std::size_t>::max()));
  return {Sender<T>(queue), Receiver<T>(queue)};
}

/// A channel with room for `bound` messages; with 0, each send waits until its message is taken. Rust:
/// mpmc::sync_channel. Throws std::bad_alloc.
template <class T>
  requires Send<T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> sync_channel(std::size_t bound) {
  detail::Shared queue(new detail::SharedQueue<T>(bound));
  return {Sender<T>(queue), Receiver<T>(queue)};
}

}  // namespace ferrule::mpmc

namespace ferrule::detail {

template <class T, class Seen>
struct SendOf<mpmc::Sender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<mpmc::Sender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<mpmc::Receiver<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<mpmc::Receiver<T>, Seen> : SendOf<T, Seen> {};

}  // namespace ferrule::detail
