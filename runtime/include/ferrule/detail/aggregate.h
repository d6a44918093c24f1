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

/// What calling a Member gives. std::packaged_task takes any class, and calls it in its body.
struct Anything {
  template <class T>
  operator T() const {
    __builtin_unreachable();
  }
};

/// Initialises the members of Whole whose types every Filter admits.
template <class Whole, class... Filters>
struct Member {
  template <class T>
    requires(!std::same_as<std::remove_cv_t<T>, Whole> && (Filters::template admits<T> && ...))
  operator T() const {  // never runs; a type of an unnamed namespace would miss a body
    __builtin_unreachable();
  }
  template <class... Args>
  Anything operator()(Args&&...) const {
    __builtin_unreachable();
  }
};

/// Fits a `const T&` that is not refused, and no T: one that could be copied from it is left out.
template <class Whole, class Question, class Seen>
struct Referred {
  template <class T>
    requires(!std::same_as<std::remove_cv_t<T>, Whole> && !std::same_as<std::remove_cv_t<T>, Referred> &&
             !std::is_copy_constructible_v<T> && Question::template of<const T&, Seen> != Verdict::No)
  operator T&() const {
    __builtin_unreachable();
  }
};

/// So SendFn, which takes any callable that is Send, is made by conversion only.
template <class Whole, class... Filters, class Seen>
struct SendOf<Member<Whole, Filters...>, Seen> : VerdictConstant<Verdict::No> {};

template <class... Ts>
struct TypeList {};

inline constexpr std::size_t most_members = 32;

/// How initialisers are written. Compilers look for narrowing between braces, and for that into the bodies of constexpr
/// constructors; but only there an array's elements can be initialised one by one.
enum class Written : unsigned char { InParentheses, InBraces };

/// Whole can be made from Before, Next and Tail more.
template <class Whole, Written How, class Next, class... Before, std::size_t... Tail>
constexpr bool fits(TypeList<Before...>, std::index_sequence<Tail...>) {
  if constexpr (How == Written::InParentheses) {
    return requires {
      Whole(std::declval<Before>()..., std::declval<Next>(), (void(Tail), std::declval<Member<Whole, AnyType>>())...);
    };
  } else {
    return requires {
      Whole{std::declval<Before>()..., std::declval<Next>(), (void(Tail), std::declval<Member<Whole, AnyType>>())...};
    };
  }
}
template <class Whole, class... Before>
constexpr bool has_more(TypeList<Before...>) {
  return requires { Whole{std::declval<Before>()..., {}}; };
}

/// How many initialisers must follow a Next after Before, because a later member has no default: at least `Least`.
/// most_members if Next never fits.
template <class Whole, Written How, class Next, std::size_t Least, class... Before>
constexpr std::size_t tail_after(TypeList<Before...> before) {
  if constexpr (sizeof...(Before) + Least >= most_members) {
    return most_members;
  } else if constexpr (fits<Whole, How, Next>(TypeList<Before...>{}, std::make_index_sequence<Least>{})) {
    return Least;
  } else {
    return tail_after<Whole, How, Next, Least + 1>(before);
  }
}

template <class Whole, class Question, class Seen, Written How = Written::InParentheses, std::size_t Least = 0,
          class... Before>
constexpr Verdict aggregate_verdict(TypeList<Before...> before = {});

/// The verdict on the member after `Before`, to which an initialiser with Filter fits if Tail more follow, and on those
/// behind it. If the member itself is an aggregate, its first member is initialised where it is not: that one's verdict
/// is no better.
template <class Whole, class Question, class Seen, Written How, class Filter, std::size_t Tail, class... Before>
constexpr Verdict member_verdict(TypeList<Before...>) {
  using Prefix = TypeList<Before...>;
  constexpr auto tail = std::make_index_sequence<Tail>{};
  constexpr bool takes_anything = fits<Whole, How, Member<Whole, NoType>>(Prefix{}, tail);
  constexpr bool is_no =
      !takes_anything && fits<Whole, How, Member<Whole, Filter, TypeWith<Question, Seen, Verdict::No>>>(Prefix{}, tail);
  // A `const T&` may be fine where a T is not. (Clang 19 crashes over one in parentheses that does not fit.)
  constexpr bool may_refer = is_no && fits<Whole, Written::InBraces, Referred<Whole, Question, Seen>>(Prefix{}, tail);
  if constexpr (is_no && !may_refer) {
    return Verdict::No;
  } else {
    constexpr bool is_unknown =
        takes_anything || may_refer ||
        fits<Whole, How, Member<Whole, Filter, TypeWith<Question, Seen, Verdict::Unknown>>>(Prefix{}, tail);
    constexpr std::size_t least = Tail == 0 ? 0 : Tail - 1;
    return worst(is_unknown ? Verdict::Unknown : Verdict::Yes,
                 aggregate_verdict<Whole, Question, Seen, How, least>(TypeList<Before..., Member<Whole, Filter>>{}));
  }
}

/// Unknown where a member cannot be reached this way (references, too many members, one of std's wrappers before a
/// member without a default). Of an anonymous union only the first member is seen.
template <class Whole, class Question, class Seen, Written How, std::size_t Least, class... Before>
constexpr Verdict aggregate_verdict(TypeList<Before...> before) {
  constexpr std::size_t any_tail = tail_after<Whole, How, Member<Whole, AnyType>, Least>(TypeList<Before...>{});
  if constexpr (any_tail != most_members) {
    return member_verdict<Whole, Question, Seen, How, AnyType, any_tail>(before);
  } else {
    constexpr std::size_t tail = tail_after<Whole, How, Member<Whole, WrapperType>, Least>(TypeList<Before...>{});
    if constexpr (tail != most_members) {
      return member_verdict<Whole, Question, Seen, How, WrapperType, tail>(before);
    } else if constexpr (sizeof...(Before) != 0 && sizeof...(Before) != most_members && !has_more<Whole>(before)) {
      return Verdict::Yes;
    } else if constexpr (How == Written::InParentheses) {
      return aggregate_verdict<Whole, Question, Seen, Written::InBraces>();
    } else {
      return Verdict::Unknown;
    }
  }
}

}  // namespace ferrule::detail
