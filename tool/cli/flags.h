// From the command that builds a unit to the one that Clang's front end can analyse it with.
#pragma once

#include "tool/cli/plain/database.h"

#include <string>
#include <vector>

namespace ferrule::cli {

struct Adjusted {
  std::vector<std::string> arguments = {};
  std::vector<std::string> dropped = {};  ///< flags that Clang does not know, each once
  std::string object = {};                ///< what the command writes, "" if it does not say
  std::string failure = {};               ///< why the command cannot be analysed, "" if it can
  std::string language = {};              ///< "assembler" of what is neither C nor C++, else ""
};

/// Of several sources in one command, only the unit's own stays. Drops what only the build needs (outputs, dependency files, warnings, plugins, precompiled headers) and what Clang
/// does not know (another compiler's flags), and adds `resource_directory`. Thread-safe.
Adjusted adjust(const Command& command, const std::string& resource_directory);

/// The first word of `flags` that Clang takes for a file, "" if there is none.
std::string first_input(const std::vector<std::string>& flags);

/// Clang's own headers for the LLVM of this build. Throws UsageError if they are not installed.
std::string find_resource_directory();

}  // namespace ferrule::cli
