// scope: threads that may borrow the locals around them, because they end before it returns.
#pragma once

#include <ferrule/detail/invoke.h>
#include <ferrule/detail/raw_mutex.h>
#include <ferrule/thread.h>

#include <concepts>
#include <exception>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace ferrule {

/// The right to wait for a thread of a scope before the scope does. Dropping it is fine: the scope waits. Rust:
/// ScopedJoinHandle. std has none. Belongs to one thread at a time. Throws what the thread threw, and
/// std::system_error where it is empty. Costs a pointer.
template <class T>
class FERRULE_DETAIL_CONSUMABLE ScopedJoinHandle : public detail::HandleBase<T> {
 public:
  ScopedJoinHandle(ScopedJoinHandle&& other) noexcept = default;
  ScopedJoinHandle& operator=(ScopedJoinHandle&& other) noexcept {
    ScopedJoinHandle old(std::move(other));
    std::swap(this->packet_, old.packet_);
    return *this;
  }
  ~ScopedJoinHandle() {
    if (this->packet_ != nullptr) this->packet_->release();
  }

  /// Waits for the thread and returns its result, or throws what the thread threw. Throws std::system_error if the
  /// handle is empty.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES T join() { return this->join_and_take(); }

  /// The same with the exception as a value.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES Expected<T, std::exception_ptr> try_join() {
    return this->try_join_and_take();
  }

 private:
  friend class Scope;
  friend class Builder;
  FERRULE_DETAIL_GIVES_UNCONSUMED explicit ScopedJoinHandle(detail::Packet<T>* packet) noexcept
      : detail::HandleBase<T>(packet) {}
};

/// What `scope` gives to its callable. Any thread of the scope may spawn more. Rust: Scope. std has none. Throws
/// std::system_error and std::bad_alloc from `spawn`. Spawning costs one allocation and the system's thread.
class Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Runs `f(args...)` on a new thread, which may refer to anything that outlives the scope. Send is demanded as by
  /// ferrule::spawn. Throws std::system_error if the system has no thread to give.
  template <class F, class... Args>
    requires detail::Spawnable<F, Args...>
  ScopedJoinHandle<detail::SpawnResult<F, Args...>> spawn(F&& f, Args&&... args) {
    using R = detail::SpawnResult<F, Args...>;
    std::error_code error;
    auto* packet = start<R>(Thread(), 0, error, std::forward<F>(f), std::forward<Args>(args)...);
    if (packet == nullptr) throw std::system_error(error, "no thread could be started");
    return ScopedJoinHandle<R>(packet);
  }

 private:
  friend class Builder;
  template <std::invocable<Scope&> F>
  friend std::invoke_result_t<F, Scope&> scope(F&& f);

  struct AtEnd {
    Scope* scope;
    void operator()(detail::ScopedPacket& packet) const noexcept { scope->ended(packet); }
  };

  Scope() = default;
  ~Scope() = default;

  /// Null if the system has no thread to give; `error` says why.
  template <class R, class F, class... Args>
  detail::Packet<R>* start(Thread identity, std::size_t stack_size, std::error_code& error, F&& f, Args&&... args) {
    reap(false);
    running_.fetch_add(1, std::memory_order_relaxed);
    struct Leave {
      Scope* scope;
      ~Leave() {
        if (scope != nullptr) scope->leave();
      }
    } unless_started{this};
    auto* packet = detail::start_thread<R>(3, std::move(identity), stack_size, AtEnd{this}, error, std::forward<F>(f),
                                           std::forward<Args>(args)...);
    if (packet != nullptr) unless_started.scope = nullptr;
    return packet;
  }

  /// A thread's last call but one: from the subtraction on, the scope may be gone.
  void ended(detail::ScopedPacket& packet) noexcept {
    {
      detail::RawLock lock(mutex_);
      packet.next = ended_;
      ended_ = &packet;
      ++ended_count_;
    }
    leave();
  }
  void leave() noexcept {
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) detail::futex_wake_all(&running_);
  }

  void wait_for_all() noexcept {
    for (;;) {
      std::uint32_t running = running_.load(std::memory_order_acquire);
      if (running == 0) break;
      detail::futex_wait(running_, running);
    }
    reap(true);
  }

  /// Gives back threads whose work is done and whose handle was dropped: a long scope with many short threads would run
  /// out of them. At the end, all.
  void reap(bool is_end) noexcept {
    detail::ScopedPacket* ended = nullptr;
    {
      detail::RawLock lock(mutex_);
      if (!is_end && ended_count_ < reap_at_) return;
      ended = std::exchange(ended_, nullptr);
      ended_count_ = 0;
    }
    detail::ScopedPacket* kept = nullptr;
    std::size_t kept_count = 0;
    while (ended != nullptr) {
      auto* packet = std::exchange(ended, ended->next);
      packet->join();
      if (!is_end && !packet->has_one_owner()) {
        packet->next = std::exchange(kept, packet);
        ++kept_count;
        continue;
      }
      if (auto exception = packet->observe()) note(std::move(exception));
      packet->release();
    }
    keep(kept, kept_count);
  }

  void note(std::exception_ptr exception) noexcept {
    detail::RawLock lock(mutex_);
    if (!exception_) exception_ = std::move(exception);
  }

  void keep(detail::ScopedPacket* packets, std::size_t count) noexcept {
    detail::RawLock lock(mutex_);
    while (packets != nullptr) {
      auto* packet = std::exchange(packets, packets->next);
      packet->next = std::exchange(ended_, packet);
    }
    ended_count_ += count;
    reap_at_ = 64 + 2 * ended_count_;
  }

  detail::FutexWord running_{0};
  detail::RawMutex mutex_;  // guards what follows
  detail::ScopedPacket* ended_ = nullptr;
  std::size_t ended_count_ = 0;
  std::size_t reap_at_ = 64;
  std::exception_ptr exception_;
};

template <class F, class... Args>
  requires detail::Spawnable<F, Args...>
Expected<ScopedJoinHandle<detail::SpawnResult<F, Args...>>, std::error_code> Builder::spawn_scoped(
    Scope& scope, F&& f, Args&&... args) const {
  using R = detail::SpawnResult<F, Args...>;
  std::error_code error;
  auto* packet = scope.start<R>(Thread(name_), stack_size_, error, std::forward<F>(f), std::forward<Args>(args)...);
  if (packet == nullptr) return Unexpected{error};
  return ScopedJoinHandle<R>(packet);
}

/// Calls `f(scope)` and returns its result, after all threads have ended that were spawned on the scope: so they may
/// refer to locals of the caller. If `f` throws, that is rethrown; else the first exception of a thread whose handle
/// nobody joined; both after all threads have ended. Rust: thread::scope. std has none; a block of jthreads comes near.
template <std::invocable<Scope&> F>
std::invoke_result_t<F, Scope&> scope(F&& f) {
  using R = std::invoke_result_t<F, Scope&>;
  Scope threads;
  std::optional<std::conditional_t<std::is_void_v<R> || std::is_reference_v<R>, detail::Unit, R>> result;
  std::add_pointer_t<std::conditional_t<std::is_reference_v<R>, R, void>> referred = nullptr;
  try {
    if constexpr (std::is_void_v<R>) {
      detail::invoke(std::forward<F>(f), threads);
    } else if constexpr (std::is_reference_v<R>) {
      referred = &detail::invoke(std::forward<F>(f), threads);
    } else {
      result.emplace(detail::invoke(std::forward<F>(f), threads));
    }
  } catch (...) {
    threads.wait_for_all();
    throw;
  }
  threads.wait_for_all();
  if (threads.exception_) std::rethrow_exception(threads.exception_);
  if constexpr (std::is_reference_v<R>) {
    return static_cast<R>(*referred);
  } else if constexpr (!std::is_void_v<R>) {
    return *std::move(result);
  }
}

namespace detail {

template <class T, class Seen>
struct SendOf<ScopedJoinHandle<T>, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<ScopedJoinHandle<T>, Seen> : SendOf<T, Seen> {};
template <class Seen>
struct SendOf<Scope, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SyncOf<Scope, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SynchronizedOf<Scope, Seen> : VerdictConstant<Verdict::Yes> {};

}  // namespace detail
}  // namespace ferrule
