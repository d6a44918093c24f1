// Where something reaches another thread, as the judge found it (see flow.h). Plain values.
#pragma once

#include "checks/model/location.h"
#include "checks/model/place.h"

#include <string>
#include <vector>

namespace ferrule {

enum class Bound : unsigned char {
  Detached,  ///< nothing joins it, or the join cannot be seen
  Scoped,    ///< it ends before a known scope of the function does
  Call,      ///< it ends before the sink returns
};

struct CrossingItem {
  enum class Kind : unsigned char { Callable, Argument, Result, Message };
  Kind kind = Kind::Argument;
  Value value = {};
  std::string type = {};  ///< key of the type that crosses (decayed: what the other thread owns)
  std::string name = {};  ///< for people: the variable, or "" for a temporary
  Location where = {};
  bool isolated = false;  ///< proved: the sender keeps no way to reach what it owns (turns if_unique into yes)
};

/// One crossing, in the function that calls the sink with the real values (an inferred sink's crossing is reported at
/// the outermost call that supplies them).
struct Crossing {
  std::string function = {};  ///< key of the function it is in
  unsigned event = 0;         ///< the call of the sink
  Location where = {};
  std::string sink = {};  ///< for people: "std::thread", "Pool::post"
  Bound bound = Bound::Detached;
  bool checked_by_constraint =
      false;  ///< the sink itself refuses types that are known not to be Send (the runtime's own)
  std::vector<CrossingItem> items = {};
  std::vector<std::string> bodies = {};  ///< keys of the functions that run on the other thread, where known
  std::vector<Location> via = {};        ///< for an inferred sink: the calls on the way to the real one
};

}  // namespace ferrule
