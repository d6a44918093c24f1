// The vocabulary of traits.h.
#pragma once

#include <concepts>
#include <type_traits>

namespace ferrule {

/// An answer to "is this type Send?" or "is it Sync?". A compound type's answer is the worst of its parts'.
enum class Verdict : unsigned char { No, Unknown, Yes };

/// A claim by the author of T that T is Send, for compilers that cannot see FERRULE_CLAIM_SEND on a class whose members
/// are known not to be. Specialise it for the type itself: it is not inherited.
template <class T>
inline constexpr bool claims_send = false;
/// The same for Sync.
template <class T>
inline constexpr bool claims_sync = false;
/// The author of T says that T is not Send; what FERRULE_NOT_SEND says to the analyser, said to every compiler.
template <class T>
inline constexpr bool denies_send = false;
/// The same for Sync.
template <class T>
inline constexpr bool denies_sync = false;
/// Several threads may use one T through a non-const reference: what FERRULE_CLAIM_SYNCHRONIZED says to the analyser.
/// Implies Sync, and says nothing of Send.
template <class T>
inline constexpr bool claims_synchronized = false;

namespace detail {

template <class... Verdicts>
constexpr Verdict worst(Verdicts... verdicts) {
  Verdict result = Verdict::Yes;
  ((result = verdicts < result ? verdicts : result), ...);
  return result;
}

template <Verdict V>
struct VerdictConstant {
  static constexpr Verdict value = V;
};

/// "Is T Send?" (or Sync), as `Question`.
template <class Question, class T>
struct About {};

/// The questions whose derivation is under way: what ends the recursion of a type that contains itself. That a class is
/// Send unless something else in it is not says nothing of whether it is Sync.
template <class... Questions>
struct Seen {
  template <class Question, class T>
  static constexpr bool contains = (std::same_as<About<Question, T>, Questions> || ...);
  template <class Question, class T>
  using with = Seen<About<Question, T>, Questions...>;
};

// Specialised by each header for its own types.
template <class T, class Seen>
struct SendOf;
template <class T, class Seen>
struct SyncOf;
template <class T, class Seen>
struct SynchronizedOf;

struct AskSend {
  template <class T, class Seen>
  static constexpr Verdict of = SendOf<T, Seen>::value;
};
struct AskSync {
  template <class T, class Seen>
  static constexpr Verdict of = SyncOf<T, Seen>::value;
};

/// What is reached through a pointer to a polymorphic class may be of any class that derives from it.
template <class T>
constexpr Verdict pointee() {
  using Element = std::remove_all_extents_t<T>;
  if constexpr (requires { sizeof(Element); }) {
    return std::is_polymorphic_v<Element> && !std::is_final_v<Element> ? Verdict::Unknown : Verdict::Yes;
  } else {
    return Verdict::Unknown;
  }
}

/// The verdict on a T that is reached through a pointer or reference, so that its sender may still reach it. `Ask` is
/// the question about the pointer.
template <class T, class Seen, class Ask>
constexpr Verdict shared_access() {
  if constexpr (std::is_function_v<T>) {
    return Verdict::Yes;
  } else if constexpr (std::is_void_v<T>) {
    return Verdict::Unknown;
  } else if constexpr (std::is_const_v<T>) {
    return worst(SyncOf<T, Seen>::value, pointee<T>());
  } else if constexpr (SynchronizedOf<T, Seen>::value == Verdict::Yes) {
    return pointee<T>();
  } else {
    return worst(Ask::template of<T, Seen>, Verdict::Unknown);
  }
}

/// The verdict on a T that is shared by owners which all may read it, and of which any may destroy it.
template <class T, class Seen>
constexpr Verdict shared_ownership() {
  return worst(SendOf<T, Seen>::value, SyncOf<T, Seen>::value);
}

}  // namespace detail
}  // namespace ferrule
