// Send and Sync as the language itself can tell: a three-valued answer for every type.
//
// "No" is refused by every compiler. "Yes" is known: scalars, std types, tuples, aggregates member by member, the
// runtime's own types. "Unknown" (closures with captures, private members, raw pointers) compiles, and is the
// analyser's to decide; with FERRULE_STRICT defined it is refused.
#pragma once

#include <ferrule/detail/aggregate.h>
#include <ferrule/detail/std_types.h>
#include <ferrule/detail/verdict.h>

#include <cstddef>
#include <type_traits>

namespace ferrule {

namespace detail {

template <class T>
inline constexpr bool is_complete = requires { sizeof(T); };

template <class T, class Seen>
constexpr Verdict derive_send() {
  if constexpr (denies_send<T>) {
    return Verdict::No;
  } else if constexpr (claims_send<T>) {
    return Verdict::Yes;
  } else if constexpr (std::is_scalar_v<T> || std::is_void_v<T> || std::is_function_v<T>) {
    return Verdict::Yes;  // pointers have their own specialisation
  } else if constexpr (Seen::template contains<AskSend, T>) {
    return Verdict::Yes;  // a recursive type is Send unless something else in it is not
  } else if constexpr (!is_complete<T> || std::is_union_v<T>) {
    return Verdict::Unknown;
  } else if constexpr (StdType<T>::is_known) {
    return StdType<T>::template send<Seen>();
  } else if constexpr (std::is_empty_v<T>) {
    return Verdict::Yes;
  } else if constexpr (std::is_aggregate_v<T>) {
    return aggregate_verdict<T, AskSend, typename Seen::template with<AskSend, T>>();
  } else {
    return Verdict::Unknown;
  }
}

template <class T, class Seen>
constexpr Verdict derive_sync() {
  if constexpr (denies_sync<T>) {
    return Verdict::No;
  } else if constexpr (claims_sync<T> || claims_synchronized<T>) {
    return Verdict::Yes;
  } else if constexpr (std::is_scalar_v<T> || std::is_void_v<T> || std::is_function_v<T>) {
    return Verdict::Yes;
  } else if constexpr (Seen::template contains<AskSync, T>) {
    return Verdict::Yes;
  } else if constexpr (!is_complete<T> || std::is_union_v<T>) {
    return Verdict::Unknown;
  } else if constexpr (StdType<T>::is_known) {
    return StdType<T>::template sync<Seen>();
  } else if constexpr (std::is_empty_v<T>) {
    return Verdict::Yes;
  } else if constexpr (std::is_aggregate_v<T>) {
    // Nothing tells a `mutable` member from another one, so members can only refute.
    return worst(Verdict::Unknown, aggregate_verdict<T, AskSync, typename Seen::template with<AskSync, T>>());
  } else {
    return Verdict::Unknown;
  }
}

template <class T, class Seen>
struct SendOf : VerdictConstant<derive_send<T, Seen>()> {};
template <class T, class Seen>
struct SyncOf : VerdictConstant<derive_sync<T, Seen>()> {};
template <class T, class Seen>
struct SynchronizedOf
    : VerdictConstant<(StdType<T>::is_synchronized || claims_synchronized<T>) && !denies_sync<T> ? Verdict::Yes
                                                                                                 : Verdict::Unknown> {};

template <class T, class Seen>
struct SendOf<const T, Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<const T, Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<T[], Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<T[], Seen> : SyncOf<T, Seen> {};
template <class T, class Seen>
struct SendOf<const T[], Seen> : SendOf<T, Seen> {};
template <class T, class Seen>
struct SyncOf<const T[], Seen> : SyncOf<T, Seen> {};
template <class T, class Seen, std::size_t N>
struct SendOf<T[N], Seen> : SendOf<T, Seen> {};
template <class T, class Seen, std::size_t N>
struct SyncOf<T[N], Seen> : SyncOf<T, Seen> {};
template <class T, class Seen, std::size_t N>
struct SendOf<const T[N], Seen> : SendOf<T, Seen> {};
template <class T, class Seen, std::size_t N>
struct SyncOf<const T[N], Seen> : SyncOf<T, Seen> {};

/// Something that gives others access to a T that somebody else may hold as well.
template <class T, class Seen, class Ask>
struct SharedAccess : VerdictConstant<shared_access<T, Seen, Ask>()> {};

template <class T, class Seen>
struct SendOf<T&, Seen> : SharedAccess<T, Seen, AskSend> {};
template <class T, class Seen>
struct SyncOf<T&, Seen> : SharedAccess<T, Seen, AskSync> {};
template <class T, class Seen>
struct SendOf<T&&, Seen> : SharedAccess<T, Seen, AskSend> {};
template <class T, class Seen>
struct SyncOf<T&&, Seen> : SharedAccess<T, Seen, AskSync> {};
template <class T, class Seen>
struct SendOf<T*, Seen> : SharedAccess<T, Seen, AskSend> {};
template <class T, class Seen>
struct SyncOf<T*, Seen> : SharedAccess<T, Seen, AskSync> {};

// The names stand in the compiler's message where a type is refused.
template <Verdict V>
inline constexpr bool is_not_known_to_be_unsafe = V != Verdict::No;
template <Verdict V>
inline constexpr bool is_known_to_be_safe_as_FERRULE_STRICT_demands =
#ifdef FERRULE_STRICT
    V == Verdict::Yes;
#else
    true;
#endif

}  // namespace detail

/// What the language can tell about "may a T be handed to another thread?".
template <class T>
inline constexpr Verdict send_verdict = detail::SendOf<T, detail::Seen<>>::value;

/// What the language can tell about "may several threads use one T through `const T&`?".
template <class T>
inline constexpr Verdict sync_verdict = detail::SyncOf<T, detail::Seen<>>::value;

/// T may be handed to another thread, as far as the language can tell (Rust: `T: Send`).
template <class T>
concept Send = detail::is_not_known_to_be_unsafe<send_verdict<T>> &&
               detail::is_known_to_be_safe_as_FERRULE_STRICT_demands<send_verdict<T>>;

/// Several threads may use one T through `const T&`, as far as the language can tell (Rust: `T: Sync`).
template <class T>
concept Sync = detail::is_not_known_to_be_unsafe<sync_verdict<T>> &&
               detail::is_known_to_be_safe_as_FERRULE_STRICT_demands<sync_verdict<T>>;

/// Does not compile if T is known not to be Send. Where the language cannot tell, the analyser decides.
template <class T>
constexpr void assert_send() {
  static_assert(send_verdict<T> != Verdict::No, "this type is not Send: it may not be handed to another thread");
  static_assert(send_verdict<T> == Verdict::No || Send<T>,
                "this type is not known to be Send, as FERRULE_STRICT demands: claim it, or use a type that is");
}

/// Does not compile if T is known not to be Sync. Where the language cannot tell, the analyser decides.
template <class T>
constexpr void assert_sync() {
  static_assert(sync_verdict<T> != Verdict::No, "this type is not Sync: several threads may not use it at once");
  static_assert(sync_verdict<T> == Verdict::No || Sync<T>,
                "this type is not known to be Sync, as FERRULE_STRICT demands: claim it, or use a type that is");
}

}  // namespace ferrule
