// The verdict on an aggregate, from its members', without naming them: an initialiser that converts only to types with
// a certain verdict either fits at a position or does not.
#pragma once

#include <ferrule/detail/std_types.h>
#include <ferrule/detail/verdict.h>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

struct AnyType {
  template <class T>
  static constexpr bool admits = true;
};
/// std's wrappers can be made from what makes their content, so that a conversion to the wrapper itself must be the
/// only one.
struct WrapperType {
  template <class T>
  static constexpr bool admits = is_one_of(std_name<T>(), "optional", "variant", "expected");
};
struct NoType {
  template <class T>
  static constexpr bool admits = false;
};
template <class Question, class Seen, Verdict Answer>
struct TypeWith {
  template <class T>
  static constexpr bool admits = Question::template of<T, Seen> == Answer;
};

/// Initialises the members of Whole whose types every Filter admits.
template <class Whole, class... Filters>
struct Member {
  template <class T>
    requires(!std::same_as<std::remove_cv_t<T>, Whole> && (Filters::template admits<T> && ...))
  operator T() const {  // never runs; a type of an unnamed namespace would miss a body
    __builtin_unreachable();
  }
};

template <class... Ts>
struct TypeList {};

template <class Whole, class Next, class... Before>
constexpr bool fits(TypeList<Before...>) {
  return requires { Whole{std::declval<Before>()..., std::declval<Next>()}; };
}
template <class Whole, class... Before>
constexpr bool has_more(TypeList<Before...>) {
  return requires { Whole{std::declval<Before>()..., {}}; };
}

inline constexpr std::size_t most_members = 32;

template <class Whole, class Question, class Seen, class... Before>
constexpr Verdict aggregate_verdict(TypeList<Before...> before = {});

/// The verdict on the member after `Before`, to which an initialiser with Filter fits, and on those behind it. If the
/// member itself is an aggregate, its first member is initialised where it is not: that one's verdict is no better.
template <class Whole, class Question, class Seen, class Filter, class... Before>
constexpr Verdict member_verdict(TypeList<Before...> before) {
  constexpr bool takes_anything = fits<Whole, Member<Whole, NoType>>(TypeList<Before...>{});
  constexpr bool no = fits<Whole, Member<Whole, Filter, TypeWith<Question, Seen, Verdict::No>>>(TypeList<Before...>{});
  constexpr bool unknown =
      fits<Whole, Member<Whole, Filter, TypeWith<Question, Seen, Verdict::Unknown>>>(TypeList<Before...>{});
  if constexpr (no && !takes_anything) {
    return Verdict::No;
  } else {
    (void)before;
    return worst(unknown || takes_anything ? Verdict::Unknown : Verdict::Yes,
                 aggregate_verdict<Whole, Question, Seen>(TypeList<Before..., Member<Whole, Filter>>{}));
  }
}

/// Unknown where a member cannot be reached this way (references, too many members). Of an anonymous union only the
/// first member is seen.
template <class Whole, class Question, class Seen, class... Before>
constexpr Verdict aggregate_verdict(TypeList<Before...> before) {
  if constexpr (sizeof...(Before) == most_members) {
    return Verdict::Unknown;
  } else if constexpr (fits<Whole, Member<Whole, AnyType>>(TypeList<Before...>{})) {
    return member_verdict<Whole, Question, Seen, AnyType>(before);
  } else if constexpr (fits<Whole, Member<Whole, WrapperType>>(TypeList<Before...>{})) {
    return member_verdict<Whole, Question, Seen, WrapperType>(before);
  } else {
    return sizeof...(Before) != 0 && !has_more<Whole>(before) ? Verdict::Yes : Verdict::Unknown;
  }
}

}  // namespace ferrule::detail
