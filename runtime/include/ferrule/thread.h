// spawn, JoinHandle and Builder: threads whose callable, arguments and result are checked to be Send.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/current.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/packet.h>
#include <ferrule/expected.h>
#include <ferrule/traits.h>

#include <cstddef>
#include <exception>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Replaces what happens to an exception that ended a thread whose handle was dropped; returns the previous hook. Any
/// thread may call it at any time.
inline UnobservedExceptionHook set_unobserved_exception_hook(UnobservedExceptionHook hook) noexcept {
  return detail::unobserved_exception_hook().exchange(hook, std::memory_order_acq_rel);
}

namespace detail {

[[noreturn]] inline void throw_no_thread() {
  throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                          "this handle was already joined, detached or moved");
}

/// What JoinHandle and ScopedJoinHandle have in common.
template <class T>
class HandleBase {
 public:
  HandleBase(const HandleBase&) = delete;
  HandleBase& operator=(const HandleBase&) = delete;

  /// True once the thread has done its work: `join` does not wait then.
  bool is_finished() const noexcept { return packet_ == nullptr || packet_->is_finished(); }
  /// False after `join`, `detach` or a move.
  bool is_joinable() const noexcept { return packet_ != nullptr; }
  /// The thread, to name or unpark it.
  const Thread& thread() const { return checked().identity; }

 protected:
  explicit HandleBase(Packet<T>* packet) noexcept : packet_(packet) {}
  HandleBase(HandleBase&& other) noexcept : packet_(std::exchange(other.packet_, nullptr)) {}
  ~HandleBase() = default;

  Packet<T>& checked() const {
    if (packet_ == nullptr) throw_no_thread();
    return *packet_;
  }

  T join_and_take() {
    struct Release {
      Packet<T>* packet;
      ~Release() { packet->release(); }
    } last{&checked()};
    packet_ = nullptr;
    last.packet->join();
    return last.packet->take();
  }

  Expected<T, std::exception_ptr> try_join_and_take() {
    checked();
    try {
      if constexpr (std::is_void_v<T>) {
        join_and_take();
        return {};
      } else {
        return join_and_take();
      }
    } catch (...) {
      return Unexpected{std::current_exception()};
    }
  }

  Packet<T>* packet_;
};

}  // namespace detail

/// The right to wait for a thread and get its result. Move-only; belongs to one thread at a time. Dropping it detaches
/// the thread, as in Rust: joining there would deadlock where the thread waits for something that dies later. Rust:
/// JoinHandle. std: thread and future in one. Throws what the thread threw, and std::system_error where it is empty.
/// Costs a pointer.
template <class T>
class FERRULE_DETAIL_CONSUMABLE [[nodiscard("the thread is detached if the handle is dropped")]] JoinHandle
    : public detail::HandleBase<T> {
 public:
  JoinHandle(JoinHandle&& other) noexcept = default;
  JoinHandle& operator=(JoinHandle&& other) noexcept {
    JoinHandle old(std::move(other));
    std::swap(this->packet_, old.packet_);
    return *this;
  }
  ~JoinHandle() { drop(); }

  /// Waits for the thread and returns its result, or throws what the thread threw. Throws std::system_error if the
  /// handle is empty.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES T join() { return this->join_and_take(); }

  /// The same with the exception as a value.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES Expected<T, std::exception_ptr> try_join() {
    return this->try_join_and_take();
  }

  /// Lets the thread run on by itself. Nothing then keeps it from using objects with static storage while they are
  /// destroyed.
  FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CONSUMES void detach() {
    this->checked();
    drop();
  }

 private:
  friend class Builder;
  template <class F, class... Args>
    requires detail::Spawnable<F, Args...>
  friend JoinHandle<detail::SpawnResult<F, Args...>> spawn(F&& f, Args&&... args);

  FERRULE_DETAIL_GIVES_UNCONSUMED explicit JoinHandle(detail::Packet<T>* packet) noexcept
      : detail::HandleBase<T>(packet) {}

  void drop() noexcept {
    if (detail::Packet<T>* packet = std::exchange(this->packet_, nullptr)) {
      packet->thread.detach();
      packet->release();
    }
  }
};

class Scope;
template <class T>
class ScopedJoinHandle;

/// A thread that is to be: its name and stack size. Rust: Builder. std has none. Belongs to one thread at a time.
/// Throws only std::bad_alloc and what moving callable and arguments throws. A spawn costs one allocation and the
/// system's thread.
class Builder {
 public:
  /// Shown by debuggers and `current().name()`; the system may shorten it.
  Builder& name(std::string name) & {
    name_ = std::move(name);
    return *this;
  }
  Builder&& name(std::string name) && { return std::move(this->name(std::move(name))); }
  /// In bytes; rounded up to what the system needs.
  Builder& stack_size(std::size_t bytes) & noexcept {
    stack_size_ = bytes;
    return *this;
  }
  Builder&& stack_size(std::size_t bytes) && noexcept { return std::move(stack_size(bytes)); }

  /// Like ferrule::spawn, but says why the system refuses instead of throwing.
  template <class F, class... Args>
    requires detail::Spawnable<F, Args...>
  Expected<JoinHandle<detail::SpawnResult<F, Args...>>, std::error_code> spawn(F&& f, Args&&... args) const {
    using R = detail::SpawnResult<F, Args...>;
    std::error_code error;
    auto* packet = detail::start_thread<R>(2, Thread(name_), stack_size_, detail::Nothing{}, error, std::forward<F>(f),
                                           std::forward<Args>(args)...);
    if (packet == nullptr) return Unexpected{error};
    return JoinHandle<R>(packet);
  }

  /// The same for a thread of a scope. Include scope.h. Throws what moving callable and arguments throws.
  template <class F, class... Args>
    requires detail::Spawnable<F, Args...>
  Expected<ScopedJoinHandle<detail::SpawnResult<F, Args...>>, std::error_code> spawn_scoped(Scope& scope, F&& f,
                                                                                            Args&&... args) const;

 private:
  std::string name_;
  std::size_t stack_size_ = 0;
};

/// Runs `f(args...)` on a new thread; callable and arguments are moved or copied into it. Refuses what is known not to
/// be Send, the result included. Throws std::system_error if the system has no thread to give. Rust: thread::spawn.
/// std: thread's constructor.
template <class F, class... Args>
  requires detail::Spawnable<F, Args...>
JoinHandle<detail::SpawnResult<F, Args...>> spawn(F&& f, Args&&... args) {
  using R = detail::SpawnResult<F, Args...>;
  std::error_code error;
  auto* packet = detail::start_thread<R>(2, Thread(), 0, detail::Nothing{}, error, std::forward<F>(f),
                                         std::forward<Args>(args)...);
  if (packet == nullptr) throw std::system_error(error, "no thread could be started");
  return JoinHandle<R>(packet);
}

namespace detail {

template <class T, class Seen>
struct SendOf<JoinHandle<T>, Seen> : VerdictConstant<Verdict::Yes> {};
template <class T, class Seen>
struct SyncOf<JoinHandle<T>, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SendOf<Thread, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SyncOf<Thread, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SendOf<ThreadId, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Seen>
struct SyncOf<ThreadId, Seen> : VerdictConstant<Verdict::Yes> {};

}  // namespace detail
}  // namespace ferrule
