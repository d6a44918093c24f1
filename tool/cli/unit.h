// One unit: from its command to its facts.
#pragma once

#include "checks/model/facts.h"

#include <string>
#include <vector>

namespace ferrule::cache {
class Recorder;
}

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
  /// Would it come out the same again? Not if the unit asks for the time, or reads what another compiler made.
  bool is_repeatable = true;
};

/// Parses the unit and takes its facts. Never throws: what goes wrong is
/// the result's failure. Clang may crash, and needs a large stack for deeply nested code. All files are read through
/// `recorder`, if there is one.
UnitResult analyse_unit(const UnitCommand& command, bool color, cache::Recorder* recorder = nullptr);

}  // namespace ferrule::cli
