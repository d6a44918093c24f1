// What the analysis could not follow: nothing is left out in silence.
#pragma once

#include "checks/model/location.h"

#include <string>

namespace ferrule::heap {

struct Incompleteness {
  enum class Kind : unsigned char {
    NoCallee,  ///< a call through a pointer or of a virtual function of which nothing is known
    NoBody,    ///< a function of the program whose body is in none of the units
    DeepPath,  ///< a path of parts that got too long
    TooMany,   ///< more copies of a body than the budget allows
    Spent,     ///< the whole program: its pointers would take too long to follow to the end
  };
  Kind kind = Kind::NoCallee;
  Location where = {};
  std::string function = {};  ///< key of the function that it is in
  unsigned event = 0;
  auto operator<=>(const Incompleteness&) const = default;
};

}  // namespace ferrule::heap
