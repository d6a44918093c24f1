// Named storage as the facts see it: a root and a path of steps from it.
#pragma once

#include <compare>
#include <string>
#include <vector>

namespace ferrule {

enum class Root : unsigned char {
  Unknown,  ///< storage that the facts could not name
  This,     ///< the object a member function (or closure) runs on: `*this`, not the pointer
  Param,    ///< parameter number `index` of the function
  Local,    ///< local variable number `index` in Function::locals
  Global,   ///< namespace-scope, static member, or function-local static variable `key`
  Result,   ///< what event number `index` of this function yields: the object a Construct event makes, or a
            ///< call's result (an object if it returns by value; the referred-to object if it returns a
            ///< reference; the pointer itself if it returns a pointer)
};

struct Step {
  enum class Kind : unsigned char {
    Field,    ///< member `field` (its key: record key + "." + name); bases leave no step
    Deref,    ///< through a pointer, reference-typed field, iterator or smart pointer
    Element,  ///< some element of an array (built-in `[]`) or of a range (the variable of a range-for)
  };
  Kind kind = Kind::Field;
  /// Element: which one. A sum such as `3`, `$n@40-1` or `2*%i@7+$n@40`, of a constant and these, each with a factor:
  /// `$v` a variable that keeps its value, `%v` one that a loop around it counts (Nest::index), `&f` what the call `f()`
  /// yields. `[]` for a sum with something that was read from an element, `*` for each one, "" if unknown.
  std::string field = {};

  auto operator<=>(const Step&) const = default;
};

/// A path such as `this->impl_->mutex` (This, .impl_, *, .mutex). Reference-typed parameters and locals are
/// transparent: `int& r` is Param/Local itself with no Deref. A reference-typed *field* (and a by-reference
/// capture, which is a field of the closure) is followed by a Deref. A pointer p is followed by a Deref in `*p` and
/// `p->`.
struct Place {
  Root root = Root::Unknown;
  unsigned index = 0;
  std::string key = {};
  std::vector<Step> steps = {};

  auto operator<=>(const Place&) const = default;
  bool known() const { return root != Root::Unknown; }
  Place then(Step step) const {
    Place longer = *this;
    longer.steps.push_back(std::move(step));
    return longer;
  }
  Place field(std::string key_of_field) const { return then({Step::Kind::Field, std::move(key_of_field)}); }
  Place deref() const { return then({Step::Kind::Deref}); }
  Place element() const { return then({Step::Kind::Element}); }
};

/// What an expression yields where it is stored, passed or returned.
struct Value {
  enum class Kind : unsigned char {
    Unknown,
    Literal,  ///< a constant, null pointer, or arithmetic result: points to nothing
    Copy,     ///< a copy of what `place` holds (if that is a pointer, it points where `place` points)
    Move,     ///< std::move / an rvalue of `place`: the value that was there, taken away
    Address,  ///< a pointer or reference to `place`: `&x`, `std::ref(x)`, an argument bound to a reference, a
              ///< by-reference capture
    Object,  ///< the object made by event `place.index` (root Result): a closure, a temporary, a call's by-value result
    Function,  ///< the function `key` (a function pointer, or pointer to member function)
    Fresh,     ///< a pointer to an object newly made by event `place.index`: `new`, `make_unique`, `make_shared`
  };
  Kind kind = Kind::Unknown;
  Place place = {};
  std::string key = {};   ///< also, of the argument of `operator[]` and `at`: which element it is, as Step::field; of a
                          ///< Literal: the number, where it is one constant
  std::string type = {};  ///< key of the expression's type (Type::key), "" if it does not matter
  bool by_reference =
      false;  ///< Address, Move: a reference is bound to `place` itself (not a pointer made by `&` or decay)

  auto operator<=>(const Value&) const = default;
};

}  // namespace ferrule
