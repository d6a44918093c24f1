// What the analysis did not look at to its end.
#pragma once

#include "checks/model/location.h"

#include <compare>
#include <string>

namespace ferrule {

/// A place where the analysis stopped: what rests on it is unknown, and a finding may be missing.
struct Incompleteness {
  Location where = {};
  std::string function = {};  ///< the name of the function that it is in, for people; "" if none
  std::string what = {};      ///< "its flow did not settle": what is said of the place, without a full stop
  bool is_outside = false;    ///< no limit of the analysis: the code that is called is in none of the units

  auto operator<=>(const Incompleteness&) const = default;
};

}  // namespace ferrule
