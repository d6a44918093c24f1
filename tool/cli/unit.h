// One unit: from its command to its facts.
#pragma once

#include "checks/model/facts.h"

#include <string>
#include <vector>

namespace ferrule::cli {

/// `arguments` are as adjust gives them.
struct UnitCommand {
  std::string file;
  std::string directory;
  std::vector<std::string> arguments = {};
};

struct UnitResult {
  Facts facts = {};
  std::string failure = {};  ///< why there are no facts ("it does not parse"), "" if there are
  std::string errors = {};   ///< the compiler's errors in Clang's form
};

/// Parses the unit and takes its facts. Never throws: what goes wrong is
/// the result's failure. Clang may crash, and needs a large stack for deeply nested code.
UnitResult analyse_unit(const UnitCommand& command, bool color);

}  // namespace ferrule::cli
