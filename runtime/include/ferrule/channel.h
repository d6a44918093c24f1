// channel and sync_channel: many senders, one receiver. What is sent belongs to the receiver from then on.
#pragma once

#include <ferrule/detail/array_channel.h>
#include <ferrule/detail/channel_events.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/drain.h>
#include <ferrule/detail/list_channel.h>
#include <ferrule/detail/rendezvous_channel.h>
#include <ferrule/expected.h>
#include <ferrule/mutex.h>
#include <ferrule/traits.h>

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace ferrule {

/// Nobody listens any more: here is the message back. Rust: SendError.
template <class T>
struct SendError {
  T value;
};

/// Why a message was not sent without waiting, or in time; and the message. Rust: TrySendError.
template <class T>
struct TrySendError {
  /// No room (or no room in time), or nobody who could receive it ever again.
  enum class Reason : unsigned char { Full, Disconnected };
  Reason reason;
  T value;
};

/// Why there is no message. Rust: TryRecvError, RecvTimeoutError.
enum class TryRecvError : unsigned char {
  Empty,        ///< nothing is queued (or came in time), but senders exist
  Disconnected  ///< nothing is queued, and no sender exists any more
};

template <class T>
class Receiver;
class Select;

namespace detail {

struct ReceiverAccess;

/// Gives a message back that was not sent.
template <class T>
class SendResult final : public SendEvent<T> {
 public:
  using SendEvent<T>::SendEvent;
  Expected<void, SendError<T>> await_resume() {
    if (this->result_ == Put::Done) return {};
    return Unexpected{SendError<T>{from_stored<T>(this->message_)}};
  }
};

template <class T>
void destroy_channel(ChannelBase* channel) noexcept {
  switch (channel->flavour) {
    case Flavour::List:
      delete static_cast<ListChannel<T>*>(channel);
      break;
    case Flavour::Array:
      delete static_cast<ArrayChannel<T>*>(channel);
      break;
    case Flavour::Rendezvous:
      delete static_cast<RendezvousChannel<T>*>(channel);
      break;
  }
}

/// What Sender and SyncSender have in common: a counted right to send.
template <class T>
class SenderBase {
 public:
  SenderBase(const SenderBase& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr) channel_->add_sender();
  }
  SenderBase(SenderBase&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  SenderBase& operator=(SenderBase other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~SenderBase() {
    if (channel_ == nullptr || !channel_->remove_sender()) return;
    channel_->consumer.notify();
    if (channel_->leave()) destroy_channel<T>(channel_);
  }

 protected:
  explicit SenderBase(ChannelBase* channel) noexcept : channel_(channel) {}

  ChannelBase* channel_;
};

}  // namespace detail

/// The sending end of an unbounded channel. Copies send to the same receiver; any thread may use one at any time.
/// After a move it may only be destroyed or assigned to. Rust: Sender. Throws only std::bad_alloc and what moving a T
/// throws. A send costs constant time: one atomic operation, and an allocation for each block of messages. std has
/// none.
template <class T>
class FERRULE_DETAIL_CONSUMABLE Sender : private detail::SenderBase<T> {
 public:
  /// Queues `value`; never waits. If the receiver is gone, the value comes back in the error. Throws std::bad_alloc.
  FERRULE_DETAIL_CALLABLE Expected<void, SendError<T>> send(T value) const {
    auto&& message = detail::to_stored(value);
    if (list().put(message)) return {};
    return Unexpected{SendError<T>{detail::from_stored<T>(message)}};
  }

  /// Another sender to the same receiver: what the copy constructor does, said aloud.
  [[nodiscard]] FERRULE_DETAIL_CALLABLE Sender clone() const noexcept { return *this; }

  /// True once the receiver is gone: what is sent comes back.
  FERRULE_DETAIL_CALLABLE bool is_disconnected() const noexcept { return list().is_closed(); }

 private:
  template <class U>
    requires Send<U>
  friend std::pair<Sender<U>, Receiver<U>> channel();

  explicit Sender(detail::ListChannel<T>* channel) noexcept : detail::SenderBase<T>(channel) {}
  detail::ListChannel<T>& list() const noexcept { return *static_cast<detail::ListChannel<T>*>(this->channel_); }
};

/// The sending end of a bounded channel, or of one without room. Copies send to the same receiver; any thread may use
/// one at any time. After a move it may only be destroyed or assigned to. Rust: SyncSender. Throws only std::bad_alloc
/// and what moving a T throws. A send costs constant time, apart from the waiting. std has none.
template <class T>
class FERRULE_DETAIL_CONSUMABLE SyncSender : private detail::SenderBase<T> {
 public:
  /// Waits for room (without room: for the receiver to take the value). If the receiver is gone, the value comes back.
  FERRULE_DETAIL_CALLABLE Expected<void, SendError<T>> send(T value) const {
    auto&& message = detail::to_stored(value);
    if (put(message, nullptr) == detail::Put::Done) return {};
    return Unexpected{SendError<T>{detail::from_stored<T>(message)}};
  }

  /// In a task: `co_await sender.send_async(value)`, otherwise as `send`. The sender must live until then.
  [[nodiscard("nothing is sent until it is awaited")]] FERRULE_DETAIL_CALLABLE detail::SendResult<T> send_async(
      T value) const FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::SendResult<T>(*this->channel_, detail::into_stored<T>(std::move(value)));
  }

  /// Sends if there is room now; without room, if the receiver waits in `recv` now.
  FERRULE_DETAIL_CALLABLE Expected<void, TrySendError<T>> try_send(T value) const {
    auto&& message = detail::to_stored(value);
    return result(is_array() ? array().try_put(message) : rendezvous().try_put(message), message);
  }

  /// Waits at most that long.
  template <detail::Duration D>
  FERRULE_DETAIL_CALLABLE Expected<void, TrySendError<T>> send_timeout(T value, const D& duration) const {
    auto&& message = detail::to_stored(value);
    auto deadline = detail::deadline_after(duration);
    return result(put(message, &deadline), message);
  }

  /// Another sender to the same receiver: what the copy constructor does, said aloud.
  [[nodiscard]] FERRULE_DETAIL_CALLABLE SyncSender clone() const noexcept { return *this; }

  /// True once the receiver is gone: what is sent comes back.
  FERRULE_DETAIL_CALLABLE bool is_disconnected() const noexcept {
    return is_array() ? array().is_closed() : rendezvous().is_closed();
  }

 private:
  template <class U>
    requires Send<U>
  friend std::pair<SyncSender<U>, Receiver<U>> sync_channel(std::size_t bound);

  explicit SyncSender(detail::ChannelBase* channel) noexcept : detail::SenderBase<T>(channel) {}

  bool is_array() const noexcept { return this->channel_->flavour == detail::Flavour::Array; }
  auto& array() const noexcept { return *static_cast<detail::ArrayChannel<T>*>(this->channel_); }
  auto& rendezvous() const noexcept { return *static_cast<detail::RendezvousChannel<T>*>(this->channel_); }

  detail::Put put(detail::Stored<T>& message, const detail::Deadline* deadline) const noexcept {
    return is_array() ? array().put(message, deadline) : rendezvous().put(message, deadline);
  }
  static Expected<void, TrySendError<T>> result(detail::Put put, detail::Stored<T>& message) {
    using Reason = typename TrySendError<T>::Reason;
    if (put == detail::Put::Done) return {};
    Reason reason = put == detail::Put::Full ? Reason::Full : Reason::Disconnected;
    return Unexpected{TrySendError<T>{reason, detail::from_stored<T>(message)}};
  }
};

/// The receiving end of a channel. Move-only; belongs to one thread at a time (Send, not Sync). When it goes, senders
/// get their values back, and what is queued is destroyed. Rust: Receiver. Throws only what moving a T throws. Taking
/// a message costs constant time, apart from the waiting. std has none.
template <class T>
class Receiver {
 public:
  Receiver(const Receiver&) = delete;
  Receiver(Receiver&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  Receiver& operator=(Receiver&& other) noexcept {
    Receiver old(std::move(other));
    std::swap(channel_, old.channel_);
    return *this;
  }
  ~Receiver() {
    if (channel_ == nullptr) return;
    with([](auto& channel) { channel.close(); });
    if (channel_->leave()) detail::destroy_channel<T>(channel_);
  }

  /// The next message, waiting for it if need be; nothing once all senders are gone and everything they sent was
  /// received. Throws only what T's move constructor throws; the message is lost then.
  std::optional<T> recv() {
    std::optional<detail::Stored<T>> message;
    take(message, nullptr);
    if constexpr (detail::lies_as_itself<T>) {
      return message;  // made where the caller wants it: to move a half-written optional stalls the processor
    } else {
      return unpack(message);
    }
  }

  /// In a task: `while (auto message = co_await receiver.recv_async())`, otherwise as `recv`. The receiver must live,
  /// and stay where it is, until then. A `try_send` to a channel without room does not see a task that waits here.
  [[nodiscard("nothing is received until it is awaited")]] detail::ReceiveEvent<T, Receiver, detail::ReceiverAccess>
  recv_async() & noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::ReceiveEvent<T, Receiver, detail::ReceiverAccess>(*this);
  }

  /// The next message if there is one now.
  Expected<T, TryRecvError> try_recv() {
    std::optional<detail::Stored<T>> message;
    detail::Take taken = with([&message](auto& channel) { return channel.try_take(message); });
    return result(taken, message);
  }

  /// The next message if it comes in that time.
  template <detail::Duration D>
  Expected<T, TryRecvError> recv_timeout(const D& duration) {
    auto deadline = detail::deadline_after(duration);
    return recv_before(deadline);
  }
  /// The next message if it comes before then.
  template <detail::TimePoint P>
  Expected<T, TryRecvError> recv_until(const P& time) {
    return recv_before(detail::deadline_at(time));
  }

  /// How many messages are queued; senders may add to them at any time. Without room: 0.
  std::size_t len() const noexcept {
    return with([](auto& channel) -> std::size_t {
      if constexpr (requires { channel.size(); }) return channel.size();
      return 0;
    });
  }
  bool is_empty() const noexcept {
    return with([](auto& channel) { return channel.is_empty(); });
  }
  /// True once `recv` would return nothing.
  bool is_disconnected() const noexcept { return !channel_->has_senders() && is_empty(); }

  /// `for (T& message : receiver)`: each message as it comes, until all senders are gone.
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    T& operator*() const noexcept { return *owner_->current_; }
    Iterator& operator++() {
      owner_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return it.is_past_the_end(); }

   private:
    friend class Receiver;
    explicit Iterator(Receiver& owner) noexcept : owner_(&owner) {}
    bool is_past_the_end() const noexcept { return !owner_->current_.has_value(); }
    Receiver* owner_;
  };
  Iterator begin() & {
    advance();
    return Iterator(*this);
  }
  std::default_sentinel_t end() & noexcept { return std::default_sentinel; }

  /// `for (T& message : receiver.try_iter())`: each message that is there now; ends where `recv` would wait. Rust:
  /// try_iter.
  [[nodiscard]] detail::Drain<T, Receiver> try_iter() & noexcept FERRULE_DETAIL_LIFETIMEBOUND {
    return detail::Drain<T, Receiver>(*this);
  }

 private:
  template <class U>
    requires Send<U>
  friend std::pair<Sender<U>, Receiver<U>> channel();
  template <class U>
    requires Send<U>
  friend std::pair<SyncSender<U>, Receiver<U>> sync_channel(std::size_t bound);
  friend class Select;
  friend struct detail::ReceiverAccess;

  explicit Receiver(detail::ChannelBase* channel) noexcept : channel_(channel) {}

  template <class F>
  decltype(auto) with(F&& f) const {
    switch (channel_->flavour) {
      case detail::Flavour::List:
        return f(*static_cast<detail::ListChannel<T>*>(channel_));
      case detail::Flavour::Array:
        return f(*static_cast<detail::ArrayChannel<T>*>(channel_));
      default:
        return f(*static_cast<detail::RendezvousChannel<T>*>(channel_));
    }
  }

  detail::Take take(std::optional<detail::Stored<T>>& message, const detail::Deadline* deadline) {
    return with([&](auto& channel) { return channel.take(message, deadline); });
  }

  Expected<T, TryRecvError> recv_before(detail::Deadline deadline) {
    std::optional<detail::Stored<T>> message;
    detail::Take taken = take(message, &deadline);
    return result(taken, message);
  }
  static Expected<T, TryRecvError> result(detail::Take taken, std::optional<detail::Stored<T>>& message) {
    if (taken == detail::Take::Got) return Expected<T, TryRecvError>(detail::from_stored<T>(*message));
    return Unexpected{taken == detail::Take::Empty ? TryRecvError::Empty : TryRecvError::Disconnected};
  }
  static std::optional<T> unpack(std::optional<detail::Stored<T>>& message) {
    if (!message) return std::nullopt;
    return std::optional<T>(detail::from_stored<T>(*message));
  }

  void advance() {
    current_.reset();
    if (auto message = recv()) current_.emplace(std::move(*message));
  }

  detail::ChannelBase* channel_;
  std::optional<T> current_;
};

namespace detail {

/// For what waits for a Receiver from outside.
struct ReceiverAccess {
  template <class T>
  static WaiterSlot& slot(Receiver<T>& receiver) noexcept {
    return receiver.channel_->consumer;
  }
  template <class T>
  static Take try_take(Receiver<T>& receiver, std::optional<Stored<T>>& into) noexcept {
    return receiver.with([&into](auto& channel) { return channel.try_take(into); });
  }
  template <class T>
  static bool has_news(Receiver<T>& receiver) noexcept {
    return receiver.with([](auto& channel) { return channel.has_news(); });
  }
};

}  // namespace detail

/// A channel that takes any number of messages. What can be sent is checked here: T must be Send. Rust: mpsc::channel.
/// Throws std::bad_alloc.
template <class T>
  requires Send<T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel() {
  auto* list = new detail::ListChannel<T>;
  return {Sender<T>(list), Receiver<T>(list)};
}

/// A channel with room for `bound` messages; with 0, each send waits for its recv. Rust: mpsc::sync_channel.
/// Throws std::bad_alloc.
template <class T>
  requires Send<T>
[[nodiscard]] std::pair<SyncSender<T>, Receiver<T>> sync_channel(std::size_t bound) {
  detail::ChannelBase* shared = nullptr;
  if (bound == 0) {
    shared = new detail::RendezvousChannel<T>;
  } else {
    shared = new detail::ArrayChannel<T>(bound);
  }
  return {SyncSender<T>(shared), Receiver<T>(shared)};
}

namespace detail {

template <class T, class Seen>
struct SendOf<Sender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<Sender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SynchronizedOf<Sender<T>, Seen> : VerdictConstant<Verdict::Unknown> {};
template <class T, class Seen>
struct SendOf<SyncSender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<SyncSender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<Receiver<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<Receiver<T>, Seen> : VerdictConstant<Verdict::No> {};

}  // namespace detail
}  // namespace ferrule
