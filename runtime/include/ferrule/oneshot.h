// oneshot: a channel for one message, such as the answer to a request.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/futex.h>
#include <ferrule/detail/parker.h>
#include <ferrule/detail/spin.h>
#include <ferrule/detail/stored.h>
#include <ferrule/detail/strand.h>
#include <ferrule/detail/waker.h>
#include <ferrule/expected.h>
#include <ferrule/traits.h>

#include <optional>
#include <utility>

namespace ferrule {

template <class T>
class OneSender;
template <class T>
class OneReceiver;

namespace detail {

/// The shared block. Who finds by its exchange that the other side is done deletes it.
template <class T>
struct OneChannel {
  static constexpr std::uint32_t empty = 0, awaited = 1, full = 2, sender_gone = 3, receiver_gone = 4, selected = 5,
                                 awaited_by_task = 6;
  FutexWord state{empty};
  Parker* selecting = nullptr;  // the sender's to call if it finds `selected`
  Waker task;                   // the same if it finds `awaited_by_task`: it takes it out, and says so below
  Atomic<bool> is_task_taken{false};
  Room<Stored<T>> room;
};

}  // namespace detail

/// The right to send one message. Move-only; belongs to one thread at a time. Rust: oneshot::Sender. std: promise.
/// Throws only what moving a T throws, and std::bad_alloc if that may throw. Sending costs constant time.
template <class T>
class FERRULE_DETAIL_CONSUMABLE [[nodiscard]] OneSender {
  using Channel = detail::OneChannel<T>;

 public:
  OneSender(const OneSender&) = delete;
  OneSender(OneSender&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  OneSender& operator=(OneSender&& other) noexcept {
    OneSender old(std::move(other));
    std::swap(channel_, old.channel_);
    return *this;
  }
  ~OneSender() {
    if (channel_ == nullptr) return;
    if (publish(Channel::sender_gone) == Channel::receiver_gone) delete channel_;
  }

  /// Sends the one message; it comes back if the receiver is gone. The sender is used up.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES Expected<void, SendError<T>> send(T value) {
    auto&& message = detail::to_stored(value);
    channel_->room.put(std::move(message));
    Channel* channel = channel_;
    bool is_lost = publish(Channel::full) == Channel::receiver_gone;
    channel_ = nullptr;
    if (!is_lost) return {};
    auto back = channel->room.take();
    delete channel;
    return Unexpected{SendError<T>{detail::from_stored<T>(back)}};
  }

 private:
  template <class U>
    requires Send<U>
  friend std::pair<OneSender<U>, OneReceiver<U>> oneshot();
  explicit OneSender(Channel* channel) noexcept : channel_(channel) {}

  /// From the exchange on, the receiver may delete the channel, unless it selects or is a task: then it waits for the
  /// call.
  std::uint32_t publish(std::uint32_t state) noexcept {
    auto* word = &channel_->state;
    std::uint32_t before = word->exchange(state, std::memory_order_acq_rel);
    if (before == Channel::awaited) detail::futex_wake_one(word);
    if (before == Channel::selected) channel_->selecting->unpark();
    if (before == Channel::awaited_by_task) {
      Waker task = std::move(channel_->task);
      channel_->is_task_taken.store(true, std::memory_order_release);
      task.wake();
    }
    return before;
  }

  Channel* channel_;
};

/// The right to receive one message. Move-only; belongs to one thread at a time. Rust: oneshot::Receiver. std: future.
/// Throws only what moving a T throws. Receiving costs constant time, apart from the waiting.
template <class T>
class FERRULE_DETAIL_CONSUMABLE [[nodiscard]] OneReceiver {
  using Channel = detail::OneChannel<T>;

 public:
  OneReceiver(const OneReceiver&) = delete;
  OneReceiver(OneReceiver&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  OneReceiver& operator=(OneReceiver&& other) noexcept {
    OneReceiver old(std::move(other));
    std::swap(channel_, old.channel_);
    return *this;
  }
  ~OneReceiver() {
    if (channel_ == nullptr) return;
    std::uint32_t before = channel_->state.exchange(Channel::receiver_gone, std::memory_order_acq_rel);
    if (before == Channel::full) (void)channel_->room.take();
    if (before == Channel::full || before == Channel::sender_gone) delete channel_;
  }

  /// Waits for the message; nothing if the sender went without one. The receiver is used up.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES std::optional<T> recv() {
    auto message = wait(nullptr);
    if (!message) return std::nullopt;
    return *std::move(message);
  }

  /// In a task: `co_await std::move(receiver)`, otherwise as `recv`.
  class Awaiter final : public detail::EventAwaiter {
   public:
    explicit Awaiter(OneReceiver receiver) noexcept : receiver_(std::move(receiver)) {}
    Awaiter(Awaiter&& other) noexcept : receiver_(std::move(other.receiver_)) {}
    ~Awaiter() { withdraw(); }

    bool poll(detail::Strand& strand) noexcept override {
      Channel* channel = receiver_.channel_;
      if (channel == nullptr) return true;
      withdraw();
      channel->task = strand.waker();
      channel->is_task_taken.store(false, std::memory_order_relaxed);
      std::uint32_t expected = Channel::empty;
      is_waiting_ =
          channel->state.compare_exchange_strong(expected, Channel::awaited_by_task, std::memory_order_acq_rel);
      return !is_waiting_;
    }
    std::optional<T> await_resume() {
      auto message = receiver_.try_recv();
      if (!message) return std::nullopt;
      return *std::move(message);
    }

   private:
    /// Afterwards the sender touches the waker no more.
    void withdraw() noexcept {
      if (!std::exchange(is_waiting_, false)) return;
      Channel* channel = receiver_.channel_;
      std::uint32_t expected = Channel::awaited_by_task;
      if (channel->state.compare_exchange_strong(expected, Channel::empty, std::memory_order_acq_rel)) return;
      for (detail::Backoff backoff; !channel->is_task_taken.load(std::memory_order_acquire);) backoff.wait();
    }

    OneReceiver receiver_;
    bool is_waiting_ = false;
  };
  Awaiter operator co_await() && noexcept { return Awaiter(std::move(*this)); }

  /// The message if it is there now. The receiver is used up unless the answer is Empty.
  Expected<T, TryRecvError> try_recv() {
    std::uint32_t state = channel_ == nullptr ? Channel::sender_gone : channel_->state.load(std::memory_order_acquire);
    return take(state);
  }

  /// The message if it comes in that time. The receiver is used up unless the answer is Empty.
  template <detail::Duration D>
  Expected<T, TryRecvError> recv_timeout(const D& duration) {
    auto deadline = detail::deadline_after(duration);
    return wait(&deadline);
  }

 private:
  template <class U>
    requires Send<U>
  friend std::pair<OneSender<U>, OneReceiver<U>> oneshot();
  friend class Select;
  explicit OneReceiver(Channel* channel) noexcept : channel_(channel) {}

  /// A wait of `select`.
  struct Selecting {
    Channel* channel;
    bool is_enlisted = false;

    void enlist(detail::Parker& parker) noexcept {
      if (channel == nullptr) return;
      channel->selecting = &parker;
      std::uint32_t expected = Channel::empty;
      is_enlisted = channel->state.compare_exchange_strong(expected, Channel::selected, std::memory_order_release);
    }
    bool has_news() const noexcept {
      return channel == nullptr || is_settled(channel->state.load(std::memory_order_relaxed));
    }
    /// How many wakers have found the parker: 0 or 1.
    std::uint32_t withdraw() noexcept {
      if (!is_enlisted) return 0;
      std::uint32_t expected = Channel::selected;
      return channel->state.compare_exchange_strong(expected, Channel::empty, std::memory_order_relaxed) ? 0 : 1;
    }
  };
  Selecting selecting() noexcept { return {channel_}; }

  static bool is_settled(std::uint32_t state) noexcept {
    return state == Channel::full || state == Channel::sender_gone;
  }

  Expected<T, TryRecvError> wait(const detail::Deadline* deadline) {
    if (channel_ == nullptr) return Unexpected{TryRecvError::Disconnected};
    auto& word = channel_->state;
    detail::AdaptiveSpin spin;
    if (!is_settled(word.load(std::memory_order_acquire))) {
      spin.poll([&word] { return is_settled(word.load(std::memory_order_acquire)); });
    }
    for (;;) {
      std::uint32_t state = word.load(std::memory_order_acquire);
      if (is_settled(state)) return take(state);
      if (state == Channel::empty && !word.compare_exchange_strong(state, Channel::awaited, std::memory_order_acq_rel))
        continue;
      if (!detail::futex_wait(word, Channel::awaited, deadline)) return take(word.load(std::memory_order_acquire));
    }
  }

  Expected<T, TryRecvError> take(std::uint32_t state) {
    if (!is_settled(state)) return Unexpected{TryRecvError::Empty};
    Channel* channel = std::exchange(channel_, nullptr);
    if (state == Channel::sender_gone) {
      delete channel;
      return Unexpected{TryRecvError::Disconnected};
    }
    auto message = channel->room.take();
    delete channel;
    return Expected<T, TryRecvError>(detail::from_stored<T>(message));
  }

  Channel* channel_;
};

/// A channel for one message. T must be Send. Rust: oneshot::channel. Throws std::bad_alloc.
template <class T>
  requires Send<T>
[[nodiscard]] std::pair<OneSender<T>, OneReceiver<T>> oneshot() {
  auto* channel = new detail::OneChannel<T>;
  return {OneSender<T>(channel), OneReceiver<T>(channel)};
}

namespace detail {

template <class T, class Seen>
struct SendOf<OneSender<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<OneSender<T>, Seen> : VerdictConstant<Verdict::Yes> {};
template <class T, class Seen>
struct SendOf<OneReceiver<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<OneReceiver<T>, Seen> : VerdictConstant<Verdict::Yes> {};

}  // namespace detail
}  // namespace ferrule
