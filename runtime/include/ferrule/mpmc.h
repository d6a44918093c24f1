// mpmc: channels with many senders and many receivers, each message going to one of them.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/drain.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/parker.h>
#include <ferrule/detail/raw_condvar.h>
#include <ferrule/detail/stored.h>
#include <ferrule/expected.h>
#include <ferrule/traits.h>

#include <cstddef>
#include <cstdint>
#include <deque>
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

namespace ferrule::detail {

/// A queue behind a lock. With a bound of 0, a sender stays until its message was taken.
template <class T>
class SharedQueue : public Counted {
 public:
  using S = Stored<T>;

  explicit SharedQueue(std::size_t bound) noexcept : bound_(bound) {}

  void add_sender() noexcept { change(senders_, +1); }
  void add_receiver() noexcept { change(receivers_, +1); }
  void remove_sender() noexcept {
    if (!change(senders_, -1)) return;
    not_empty_.notify_all();
    RawLock lock(mutex_);
    wake_selecting();
  }
  void remove_receiver() noexcept {
    if (!change(receivers_, -1)) return;
    not_full_.notify_all();
    std::deque<std::optional<S>> lost;
    RawLock lock(mutex_);
    if (bound_ != 0) lost.swap(queue_);  // senders of a queue without room take their own messages back
  }

  /// Moves from `message` only if it is sent. Throws std::bad_alloc before anything happened.
  Put put(S& message, bool may_wait, const Deadline* deadline) {
    RawLock lock(mutex_);
    if (receivers_ == 0) return Put::Disconnected;
    if (bound_ == 0) return hand_over(message, may_wait, deadline);
    while (live_ >= bound_) {
      if (!may_wait) return Put::Full;
      bool in_time = not_full_.wait(mutex_, deadline);
      if (receivers_ == 0) return Put::Disconnected;
      if (!in_time && live_ >= bound_) return Put::Full;
    }
    push(message);
    return Put::Done;
  }

  Take take(std::optional<S>& into, bool may_wait, const Deadline* deadline) noexcept {
    RawLock lock(mutex_);
    while (live_ == 0) {
      if (senders_ == 0) return Take::Disconnected;
      if (!may_wait) return Take::Empty;
      ++waiting_;
      bool in_time = not_empty_.wait(mutex_, deadline);
      --waiting_;
      if (!in_time && live_ == 0) return senders_ == 0 ? Take::Disconnected : Take::Empty;
    }
    while (!queue_.front()) pop();  // taken back by their senders
    into.emplace(*std::move(queue_.front()));
    pop();
    --live_;
    if (bound_ == 0) {
      not_full_.notify_all();
    } else {
      not_full_.notify_one();
    }
    return Take::Got;
  }

  /// A wait of `select`: links itself into the queue's list.
  class Selecting {
   public:
    explicit Selecting(SharedQueue& queue) noexcept : queue_(&queue) {}
    void enlist(Parker& parker) noexcept {
      RawLock lock(queue_->mutex_);
      parker_ = &parker;
      next_ = std::exchange(queue_->selecting_, this);
    }
    bool has_news() const noexcept {
      RawLock lock(queue_->mutex_);
      return queue_->live_ != 0 || queue_->senders_ == 0;
    }
    /// How many wakers have called the parker: 0 or 1.
    std::uint32_t withdraw() noexcept {
      RawLock lock(queue_->mutex_);
      for (Selecting** link = &queue_->selecting_; *link != nullptr; link = &(*link)->next_) {
        if (*link != this) continue;
        *link = next_;
        return 0;
      }
      return 1;
    }

   private:
    friend class SharedQueue;
    SharedQueue* queue_;
    Parker* parker_ = nullptr;
    Selecting* next_ = nullptr;
  };

  std::size_t size() const noexcept {
    RawLock lock(mutex_);
    return live_;
  }
  bool has_receivers() const noexcept {
    RawLock lock(mutex_);
    return receivers_ != 0;
  }
  bool is_drained() const noexcept {
    RawLock lock(mutex_);
    return senders_ == 0 && live_ == 0;
  }

 private:
  /// True if nobody is left of that side.
  bool change(std::size_t& count, int by) noexcept {
    RawLock lock(mutex_);
    count += static_cast<std::size_t>(by);
    return count == 0;
  }

  void push(S& message) {
    queue_.emplace_back();
    queue_.back().emplace(std::move(message));
    ++live_;
    not_empty_.notify_one();
    wake_selecting();
  }
  /// All of them: the one that takes the message may be none of them, and one that is called may take another case.
  void wake_selecting() noexcept {
    Selecting* one = std::exchange(selecting_, nullptr);
    for (; one != nullptr; one = one->next_) one->parker_->unpark();
  }
  void pop() noexcept {
    queue_.pop_front();
    ++popped_;
  }

  Put hand_over(S& message, bool may_wait, const Deadline* deadline) {
    if (!may_wait && waiting_ <= live_) return Put::Full;
    push(message);
    const std::size_t mine = popped_ + queue_.size() - 1;
    if (!may_wait) return Put::Done;  // a receiver was already waiting for it
    bool in_time = true;
    while (popped_ <= mine && receivers_ != 0 && in_time) in_time = not_full_.wait(mutex_, deadline);
    if (popped_ > mine) return Put::Done;
    auto& entry = queue_[mine - popped_];
    message = *std::move(entry);
    entry.reset();
    --live_;
    return receivers_ == 0 ? Put::Disconnected : Put::Full;
  }

  const std::size_t bound_;
  mutable RawMutex mutex_;  // guards what follows
  RawCondvar not_empty_;
  RawCondvar not_full_;
  std::deque<std::optional<S>> queue_;
  std::size_t live_ = 0;     // entries that still hold a message
  std::size_t popped_ = 0;   // entries that were ever removed: the number of the front one
  std::size_t waiting_ = 0;  // receivers asleep
  std::size_t senders_ = 0;
  std::size_t receivers_ = 0;
  Selecting* selecting_ = nullptr;
};

}  // namespace ferrule::detail

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
