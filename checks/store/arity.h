// How many members an aggregate has. A member that is not stored would be lost without a word.
#pragma once

#include <cstddef>
#include <utility>

namespace ferrule::store {

struct Anything {
  template <class T>
  operator T&() const;  // NOLINT(google-explicit-constructor): stands for a value of any type
};

template <class T, std::size_t... Numbers>
consteval bool takes(std::index_sequence<Numbers...>) {
  return requires { T{((void)Numbers, Anything{})...}; };
}

/// The most values that T can be initialised from.
template <class T, std::size_t Most = 40>
consteval std::size_t arity() {
  static_assert(!takes<T>(std::make_index_sequence<41>()), "too many members to count");
  if constexpr (Most == 0 || takes<T>(std::make_index_sequence<Most>())) {
    return Most;
  } else {
    return arity<T, Most - 1>();
  }
}

/// An archive that counts.
struct Counter {
  std::size_t members = 0;

  template <class... Members>
  constexpr void operator()(Members&...) {
    members += sizeof...(Members);
  }
};

// Only named, never made: a compiler need not be able to make a string before the program runs.
template <class Entity>
union Unmade {
  char nothing;  // or it would not be a type for constants
  Entity entity;
  constexpr Unmade() : nothing(0) {}
  constexpr ~Unmade() {}
};

/// Does `visit` name as many members as there are? That it names none twice is for a test to see.
template <class Entity>
consteval bool stores_every_member() {
  Counter counter;
  Unmade<Entity> unmade;
  visit(counter, unmade.entity);
  return counter.members == arity<Entity>();
}

}  // namespace ferrule::store
