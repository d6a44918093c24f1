// The queue of the mpmc channel: behind a lock, for threads and for tasks.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/detail/owner.h>
#include <ferrule/detail/parker.h>
#include <ferrule/detail/raw_condvar.h>
#include <ferrule/detail/stored.h>
#include <ferrule/detail/strand.h>
#include <ferrule/detail/waiter_list.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

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
    {
      RawLock lock(mutex_);
      wake_selecting();
    }
    call_all(receiving_);
  }
  void remove_receiver() noexcept {
    if (!change(receivers_, -1)) return;
    not_full_.notify_all();
    call_all(sending_);
    std::deque<std::optional<S>> lost;
    RawLock lock(mutex_);
    if (bound_ != 0) lost.swap(queue_);  // senders of a queue without room take their own messages back
  }

  /// Moves from `message` only if it is sent. Throws std::bad_alloc before anything happened.
  Put put(S& message, bool may_wait, const Deadline* deadline) {
    Waker called;
    Put result = put(message, may_wait, deadline, called);
    called.wake();
    return result;
  }

  Take take(std::optional<S>& into, bool may_wait, const Deadline* deadline) noexcept {
    Waker called;
    Take result = take(into, may_wait, deadline, called);
    called.wake();
    if (bound_ == 0) call_all(sending_);
    return result;
  }

  // For tasks ---------------------------------------------------------------------------------------------------------

  /// A task that waits at one end. Lies in its frame.
  struct TaskWait {
    WaiterList::Node node;
    bool is_queued = false;  ///< its message is in a queue without room,
    std::size_t number = 0;  ///< under this number
  };

  Take poll_take(std::optional<S>& into, TaskWait& wait, const Waker& waker) noexcept {
    Waker called;
    Take result = take(into, false, nullptr, called, &wait, &waker);
    called.wake();
    if (bound_ == 0 && result == Take::Got) call_all(sending_);
    return result;
  }
  /// Full while it waits.
  Put poll_put(S& message, TaskWait& wait, const Waker& waker) {
    Waker called;
    Put result = Put::Full;
    {
      RawLock lock(mutex_);
      result = put_for_task(message, wait, called);
      if (result == Put::Full) {
        sending_.enlist(wait.node, waker);
      } else {
        sending_.withdraw(wait.node);
        wait.node.was_called = false;
      }
    }
    called.wake();
    return result;
  }
  /// The task gives up, or is done: who was called for nothing calls the next one.
  void withdraw_receiver(TaskWait& wait) noexcept {
    Waker called;
    {
      RawLock lock(mutex_);
      receiving_.withdraw(wait.node);
      if (std::exchange(wait.node.was_called, false) && live_ != 0) call_first(receiving_, called);
    }
    called.wake();
  }
  void withdraw_sender(S& message, TaskWait& wait) noexcept {
    Waker called;
    {
      RawLock lock(mutex_);
      sending_.withdraw(wait.node);
      if (wait.is_queued && popped_ <= wait.number) take_back(message, wait.number);
      if (std::exchange(wait.node.was_called, false) && live_ < bound_) call_first(sending_, called);
    }
    called.wake();
  }

 private:
  Put put_for_task(S& message, TaskWait& wait, Waker& called) {
    if (wait.is_queued) {
      if (popped_ > wait.number) return Put::Done;
      if (receivers_ != 0) return Put::Full;
      take_back(message, wait.number);
      wait.is_queued = false;
      return Put::Disconnected;
    }
    if (receivers_ == 0) return Put::Disconnected;
    if (bound_ != 0 && live_ >= bound_) return Put::Full;
    push(message, called);
    if (bound_ != 0) return Put::Done;
    wait.is_queued = true;
    wait.number = popped_ + queue_.size() - 1;
    return Put::Full;
  }

  static void call_first(WaiterList& list, Waker& called) noexcept {
    if (WaiterList::Node* node = list.call_first()) called = std::move(node->waker);
  }
  void call_all(WaiterList& list) noexcept {
    std::size_t count = 0;
    {
      RawLock lock(mutex_);
      count = list.size();
    }
    for (; count != 0; --count) {
      Waker called;
      {
        RawLock lock(mutex_);
        call_first(list, called);
      }
      called.wake();
    }
  }

  Put put(S& message, bool may_wait, const Deadline* deadline, Waker& called) {
    RawLock lock(mutex_);
    if (receivers_ == 0) return Put::Disconnected;
    if (bound_ == 0) return hand_over(message, may_wait, deadline, called);
    while (live_ >= bound_) {
      if (!may_wait) return Put::Full;
      bool in_time = not_full_.wait(mutex_, deadline);
      if (receivers_ == 0) return Put::Disconnected;
      if (!in_time && live_ >= bound_) return Put::Full;
    }
    push(message, called);
    return Put::Done;
  }

  Take take(std::optional<S>& into, bool may_wait, const Deadline* deadline, Waker& called, TaskWait* wait = nullptr,
            const Waker* waker = nullptr) noexcept {
    RawLock lock(mutex_);
    while (live_ == 0) {
      if (senders_ == 0) return Take::Disconnected;
      if (wait != nullptr) receiving_.enlist(wait->node, *waker);
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
    if (wait != nullptr) {
      receiving_.withdraw(wait->node);
      wait->node.was_called = false;
    }
    if (bound_ == 0) {
      not_full_.notify_all();
    } else {
      not_full_.notify_one();
      call_first(sending_, called);
    }
    return Take::Got;
  }

 public:
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

  void push(S& message, Waker& called) {
    queue_.emplace_back();
    queue_.back().emplace(std::move(message));
    ++live_;
    not_empty_.notify_one();
    wake_selecting();
    call_first(receiving_, called);
  }
  /// A message of a queue without room, under its number, that nobody has taken.
  void take_back(S& message, std::size_t number) noexcept {
    auto& entry = queue_[number - popped_];
    message = *std::move(entry);
    entry.reset();
    --live_;
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

  Put hand_over(S& message, bool may_wait, const Deadline* deadline, Waker& called) {
    if (!may_wait && waiting_ + receiving_.size() <= live_) return Put::Full;
    push(message, called);
    const std::size_t mine = popped_ + queue_.size() - 1;
    if (!may_wait) return Put::Done;        // a receiver was already waiting for it
    std::exchange(called, Waker()).wake();  // under the lock, which no waker takes
    bool in_time = true;
    while (popped_ <= mine && receivers_ != 0 && in_time) in_time = not_full_.wait(mutex_, deadline);
    if (popped_ > mine) return Put::Done;
    take_back(message, mine);
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
  WaiterList receiving_;  // tasks
  WaiterList sending_;
};

/// The next message of an mpmc::Receiver.
template <class T>
class SharedReceive final : public EventAwaiter {
 public:
  explicit SharedReceive(Shared<SharedQueue<T>> queue) noexcept : queue_(std::move(queue)) {}
  SharedReceive(SharedReceive&& other) noexcept : queue_(other.queue_) {}
  ~SharedReceive() {
    if (is_waiting_) queue_->withdraw_receiver(wait_);
  }
  bool poll(Strand& strand) noexcept override {
    is_waiting_ = queue_->poll_take(message_, wait_, strand.waker()) == Take::Empty;
    return !is_waiting_;
  }
  std::optional<T> await_resume() {
    if (!message_) return std::nullopt;
    return std::optional<T>(from_stored<T>(*message_));
  }

 private:
  Shared<SharedQueue<T>> queue_;
  bool is_waiting_ = false;
  typename SharedQueue<T>::TaskWait wait_;
  std::optional<Stored<T>> message_;
};

template <class T>
class SharedSend final : public EventAwaiter {
 public:
  SharedSend(Shared<SharedQueue<T>> queue, Stored<T> message) noexcept
      : queue_(std::move(queue)), message_(std::move(message)) {}
  SharedSend(SharedSend&& other) noexcept : queue_(other.queue_), message_(std::move(other.message_)) {}
  ~SharedSend() {
    if (is_waiting_) queue_->withdraw_sender(message_, wait_);
  }
  bool poll(Strand& strand) noexcept override {
    try {
      result_ = queue_->poll_put(message_, wait_, strand.waker());
    } catch (...) {
      exception_ = std::current_exception();
      result_ = Put::Disconnected;
    }
    is_waiting_ = result_ == Put::Full;
    return !is_waiting_;
  }
  Expected<void, SendError<T>> await_resume() {
    if (exception_) std::rethrow_exception(exception_);
    if (result_ == Put::Done) return {};
    return Unexpected{SendError<T>{from_stored<T>(message_)}};
  }

 private:
  Shared<SharedQueue<T>> queue_;
  Stored<T> message_;
  bool is_waiting_ = false;
  Put result_ = Put::Full;
  typename SharedQueue<T>::TaskWait wait_;
  std::exception_ptr exception_;
};

}  // namespace ferrule::detail
