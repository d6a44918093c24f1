// select: waiting for several receivers at once, with a time limit or a default.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/parker.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class OneReceiver;
namespace mpmc {
template <class T>
class Receiver;
}

/// A case of `select`: see on().
template <class R, class F>
struct OnCase {
  R& receiver;
  F handler;
};
/// A case of `select`: see after().
template <class F>
struct AfterCase {
  detail::Deadline deadline;
  F handler;
};
/// A case of `select`: see otherwise().
template <class F>
struct OtherwiseCase {
  F handler;
};

/// When `receiver` has a message, or its last sender is gone: `handler(std::optional<T>)`, nothing in the second case.
/// Throws what moving the handler throws.
template <class T, class F>
  requires std::invocable<F, std::optional<T>>
[[nodiscard]] OnCase<Receiver<T>, std::decay_t<F>> on(Receiver<T>& receiver, F&& handler) {
  return {receiver, std::forward<F>(handler)};
}
/// The same for a channel of one message; the receiver is used up if this case is taken, and one that is used up
/// already has nothing to wait for: its handler gets nothing. Throws the same.
template <class T, class F>
  requires std::invocable<F, std::optional<T>>
[[nodiscard]] OnCase<OneReceiver<T>, std::decay_t<F>> on(OneReceiver<T>& receiver, F&& handler) {
  return {receiver, std::forward<F>(handler)};
}
/// The same for a receiver that shares its messages with others: what they take first is not seen here. Throws the
/// same.
template <class T, class F>
  requires std::invocable<F, std::optional<T>>
[[nodiscard]] OnCase<const mpmc::Receiver<T>, std::decay_t<F>> on(const mpmc::Receiver<T>& receiver, F&& handler) {
  return {receiver, std::forward<F>(handler)};
}
/// Not for a receiver that is gone before `select` looks at it. Throws nothing.
template <class T, class F>
void on(const mpmc::Receiver<T>&& receiver, F&& handler) = delete;
/// When nothing has come in that time: `handler()`. Throws what moving the handler throws.
template <detail::Duration D, std::invocable F>
[[nodiscard]] AfterCase<std::decay_t<F>> after(const D& duration, F&& handler) {
  return {detail::deadline_after(duration), std::forward<F>(handler)};
}
/// When nothing has come yet: `handler()`; `select` does not wait then. Throws what moving the handler throws.
template <std::invocable F>
[[nodiscard]] OtherwiseCase<std::decay_t<F>> otherwise(F&& handler) {
  return {std::forward<F>(handler)};
}

namespace detail {

template <class C>
inline constexpr bool is_on = false;
template <class R, class F>
inline constexpr bool is_on<OnCase<R, F>> = true;
template <class C>
inline constexpr bool is_after = false;
template <class F>
inline constexpr bool is_after<AfterCase<F>> = true;
template <class C>
inline constexpr bool is_otherwise = false;
template <class F>
inline constexpr bool is_otherwise<OtherwiseCase<F>> = true;

}  // namespace detail

/// What `select` does; a class because receivers trust it.
class Select {
  template <class... Cases>
  friend std::size_t select(Cases... cases);
  template <class... Cases>
  friend std::size_t select_biased(Cases... cases);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  template <class... Cases, std::size_t... Is>
  static std::size_t run(std::tuple<Cases...>& cases, std::size_t start, std::index_sequence<Is...>) {
    static_assert((detail::is_on<Cases> || ...), "select needs a receiver: on(receiver, handler)");
    static_assert((detail::is_after<Cases> + ... + 0) <= 1 && (detail::is_otherwise<Cases> + ... + 0) <= 1,
                  "select takes one after() and one otherwise() at most");
    const detail::Deadline* deadline = nullptr;
    ((note_deadline(std::get<Is>(cases), deadline)), ...);
    for (bool in_time = true;;) {
      std::size_t done = none;
      // Each case once, from `start` on and then from the beginning.
      ((done == none && Is >= start && attempt(std::get<Is>(cases)) ? void(done = Is) : void()), ...);
      ((done == none && Is < start && attempt(std::get<Is>(cases)) ? void(done = Is) : void()), ...);
      if (done != none) return done;
      ((done == none && detail::is_otherwise<Cases> && call(std::get<Is>(cases)) ? void(done = Is) : void()), ...);
      if (done != none) return done;
      if (!in_time) {
        ((done == none && detail::is_after<Cases> && call(std::get<Is>(cases)) ? void(done = Is) : void()), ...);
        return done;
      }
      in_time = wait(cases, deadline, std::index_sequence<Is...>{});
    }
  }

  /// Sleeps until one of the receivers has news. False if the deadline passed.
  template <class... Cases, std::size_t... Is>
  static bool wait(std::tuple<Cases...>& cases, const detail::Deadline* deadline, std::index_sequence<Is...>) {
    detail::Parker parker;
    std::tuple waits(wait_for(std::get<Is>(cases))...);
    (std::get<Is>(waits).enlist(parker), ...);
    bool has_news = (false || ... || std::get<Is>(waits).has_news());
    bool in_time = has_news || parker.park(deadline);
    parker.await_calls((0u + ... + std::get<Is>(waits).withdraw()));
    return in_time;
  }

  template <class C>
  static void note_deadline(C& c, const detail::Deadline*& deadline) {
    if constexpr (detail::is_after<C>) deadline = &c.deadline;
  }
  template <class C>
  static bool call(C& c) {
    if constexpr (!detail::is_on<C>) detail::invoke(c.handler);
    return true;
  }
  template <class C>
  static bool attempt(C&) {
    return false;
  }
  template <class R, class F>
  static bool attempt(OnCase<R, F>& c) {
    return take(c.receiver,
                [&c](auto&& message) { detail::invoke(c.handler, std::forward<decltype(message)>(message)); });
  }
  template <class T, class F>
  static bool take(Receiver<T>& receiver, const F& give) {
    std::optional<detail::Stored<T>> message;
    detail::Take taken = receiver.with([&message](auto& channel) { return channel.try_take(message); });
    if (taken == detail::Take::Empty) return false;
    give(taken == detail::Take::Got ? Receiver<T>::unpack(message) : std::optional<T>());
    return true;
  }
  template <class R, class F>
  static bool take(R& receiver, const F& give) {
    auto message = receiver.try_recv();
    using Message = std::optional<std::remove_reference_t<decltype(*message)>>;
    if (!message && message.error() == TryRecvError::Empty) return false;
    give(message ? Message(*std::move(message)) : Message());
    return true;
  }

  /// What a case waits for: nothing, unless it has a receiver.
  struct NoWait {
    void enlist(detail::Parker&) noexcept {}
    bool has_news() const noexcept { return false; }
    std::uint32_t withdraw() noexcept { return 0; }
  };
  template <class T>
  struct Wait {
    Receiver<T>& receiver;
    void enlist(detail::Parker& parker) noexcept { receiver.channel_->consumer.set(parker); }
    bool has_news() const noexcept {
      return receiver.with([](auto& channel) { return channel.has_news(); });
    }
    /// How many wakers have taken the parker out of the slot: 0 or 1.
    std::uint32_t withdraw() noexcept { return receiver.channel_->consumer.withdraw() ? 1 : 0; }
  };

  template <class C>
  static NoWait wait_for(C&) noexcept {
    return {};
  }
  template <class T, class F>
  static Wait<T> wait_for(OnCase<Receiver<T>, F>& c) noexcept {
    return {c.receiver};
  }
  template <class R, class F>
  static auto wait_for(OnCase<R, F>& c) noexcept {
    return c.receiver.selecting();
  }

  static std::size_t random_below(std::size_t end) noexcept {
    thread_local std::uint64_t state = reinterpret_cast<std::uintptr_t>(&state) | 1;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::size_t>(state >> 16) % end;
  }
};

/// Waits until one of its cases can go, runs that one's handler, and returns its place in the argument list. Of
/// several that can go, any is taken. The handler runs when nothing is locked any more. Each receiver may stand in one
/// case only, except those of mpmc. A `try_send` to a channel without room does not see a receiver that waits here.
/// Rust: crossbeam's select!. Go: select. Throws what the handler or moving a message throws.
template <class... Cases>
std::size_t select(Cases... cases) {
  std::tuple<Cases...> all(std::move(cases)...);
  return Select::run(all, Select::random_below(sizeof...(Cases)), std::index_sequence_for<Cases...>{});
}

/// The same, but of several cases that can go the first is taken. Throws the same.
template <class... Cases>
std::size_t select_biased(Cases... cases) {
  std::tuple<Cases...> all(std::move(cases)...);
  return Select::run(all, 0, std::index_sequence_for<Cases...>{});
}

}  // namespace ferrule
