// Everything known of one unit, or of many merged: plain values with keys that agree between units.
#pragma once

#include "checks/model/function.h"
#include "checks/model/type.h"

#include <string>
#include <vector>

namespace ferrule {

struct Facts {
  std::string unit = {};  ///< main file; "" for merged facts
  std::vector<Type> types = {};
  std::vector<Record> records = {};
  std::vector<Alias> aliases = {};  ///< of the code base, and those of libraries that it uses
  std::vector<Global> globals = {};
  std::vector<Function> functions = {};
};

}  // namespace ferrule
