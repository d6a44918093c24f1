// What a thread and its handle share: the callable with its arguments before the thread runs, its result afterwards.
#pragma once

#include <ferrule/current.h>
#include <ferrule/detail/atomic.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/native_thread.h>
#include <ferrule/detail/unit.h>
#include <ferrule/traits.h>

#include <concepts>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ferrule {

/// Called with the exception that ended a thread whose handle was dropped, where nobody can get it any more. The
/// default ends the program, as std::thread does.
using UnobservedExceptionHook = void (*)(std::exception_ptr) noexcept;

namespace detail {

inline void terminate_with(std::exception_ptr exception) noexcept {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (...) {
    std::terminate();  // inside the handler, so that the runtime library prints what it was
  }
}

inline Atomic<UnobservedExceptionHook>& unobserved_exception_hook() noexcept {
  static Atomic<UnobservedExceptionHook> hook{&terminate_with};
  return hook;
}

template <class F, class... Args>
using SpawnResult = std::remove_cv_t<std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>>;

/// What a scope keeps of each of its threads.
class ScopedPacket {
 public:
  virtual void join() noexcept = 0;
  virtual void release() noexcept = 0;
  /// The exception, unless somebody has already got it.
  virtual std::exception_ptr observe() noexcept = 0;
  virtual bool has_one_owner() const noexcept = 0;

  ScopedPacket* next = nullptr;

 protected:
  ~ScopedPacket() = default;
};

/// The part of a packet that does not depend on the callable. Counted: the thread, the handle, and the scope if there
/// is one own it together.
template <class R>
class Packet : public ScopedPacket {
 public:
  using Stored = std::conditional_t<std::is_void_v<R>, Unit, R>;

  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;

  void release() noexcept final {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    std::exception_ptr lost = observe();
    delete this;
    if (lost) unobserved_exception_hook().load(std::memory_order_acquire)(std::move(lost));
  }

  bool has_one_owner() const noexcept final { return owners_.load(std::memory_order_acquire) == 1; }

  bool is_finished() const noexcept { return is_finished_.load(std::memory_order_acquire); }

  /// Waits for the thread. Several owners may call it; one of them tells the system, once the thread's work is done for
  /// the others.
  void join() noexcept final {
    if (!is_joined_.exchange(true, std::memory_order_acq_rel)) {
      thread.join();
    } else {
      for (Backoff backoff; !is_finished();) backoff.wait();
    }
  }

  /// After `join`: the result, once, or the exception again.
  R take() {
    if (exception_) {
      is_observed_.store(true, std::memory_order_relaxed);
      std::rethrow_exception(exception_);
    }
    if constexpr (!std::is_void_v<R>) return std::move(*result_);
  }
  std::exception_ptr observe() noexcept final {
    return exception_ && !is_observed_.exchange(true, std::memory_order_relaxed) ? exception_ : nullptr;
  }

  NativeThread thread;
  Thread identity;

 protected:
  Packet(unsigned owners, Thread name) : identity(std::move(name)), owners_(owners) {}
  virtual ~Packet() = default;

  template <class Call>
  void run(Call&& call) noexcept {
    try {
      if constexpr (std::is_void_v<R>) {
        std::forward<Call>(call)();
      } else {
        result_.emplace(std::forward<Call>(call)());
      }
    } catch (...) {
      exception_ = std::current_exception();
    }
  }
  void finish() noexcept { is_finished_.store(true, std::memory_order_release); }

 private:
  Atomic<unsigned> owners_;
  Atomic<bool> is_finished_{false};
  Atomic<bool> is_joined_{false};
  Atomic<bool> is_observed_{false};
  std::optional<Stored> result_;
  std::exception_ptr exception_;
};

template <class R, class AtEnd, class F, class... Args>
class PacketOf final : public Packet<R> {
 public:
  template <class G, class... As>
  PacketOf(unsigned owners, Thread identity, AtEnd at_end, G&& callable, As&&... args)
      : Packet<R>(owners, std::move(identity)),
        at_end_(std::move(at_end)),
        call_(std::in_place, std::forward<G>(callable), std::forward<As>(args)...) {}

  static void* thread_main(void* packet) noexcept {
    static_cast<PacketOf*>(packet)->run_here();
    return nullptr;
  }

 private:
  void run_here() noexcept {
    enter_thread(this->identity);
    if (!this->identity.name().empty()) NativeThread::set_name(this->identity.name());
    this->run([this]() -> R {
      return std::apply([](F& f, Args&... args) -> R { return detail::invoke(std::move(f), std::move(args)...); },
                        *call_);
    });
    call_.reset();  // captures die on the thread that used them, before anybody sees that it has finished
    this->finish();
    auto at_end = std::move(at_end_);
    at_end(*this);
    this->release();
  }

  AtEnd at_end_;
  std::optional<std::tuple<F, Args...>> call_;
};

struct Nothing {
  template <class P>
  void operator()(P&) const noexcept {}
};

/// Everything that a thread takes and gives back is Send. (The analyser sees what a closure captured.)
template <class F, class... Args>
concept Spawnable =
    std::constructible_from<std::decay_t<F>, F> && (std::constructible_from<std::decay_t<Args>, Args> && ...) &&
    std::invocable<std::decay_t<F>, std::decay_t<Args>...> && Send<std::decay_t<F>> &&
    (Send<std::decay_t<Args>> && ...) && Send<SpawnResult<F, Args...>> && !std::is_reference_v<SpawnResult<F, Args...>>;

/// Makes a packet and starts its thread. On failure the packet is gone and `error` says why.
template <class R, class AtEnd, class F, class... Args>
Packet<R>* start_thread(unsigned owners, Thread identity, std::size_t stack_size, AtEnd at_end, std::error_code& error,
                        F&& f, Args&&... args) {
  using Whole = PacketOf<R, AtEnd, std::decay_t<F>, std::decay_t<Args>...>;
  auto* packet =
      new Whole(owners, std::move(identity), std::move(at_end), std::forward<F>(f), std::forward<Args>(args)...);
  error = packet->thread.start(&Whole::thread_main, packet, stack_size);
  if (!error) return packet;
  for (unsigned i = 0; i < owners; ++i) packet->release();
  return nullptr;
}

}  // namespace detail
}  // namespace ferrule
