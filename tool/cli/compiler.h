// Which compiler a command runs, and what its name says.
#pragma once

#include "tool/cli/plain/database.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ferrule::cli {

/// The compiler's place in the command, behind launchers: "ccache g++", "cmake -E env X=1 g++", "nice -n 5 g++".
std::size_t compiler_index(const Command& command);

/// Does it take MSVC's options ("cl.exe", "clang-cl")?
bool is_msvc(const std::string& compiler);

/// Puts our Clang in front of `words`, with the target and the mode that the compiler's name stands for. Returns the
/// target that the name seems to hold and Clang does not know, "" if there is none.
std::string add_compiler(std::vector<std::string>& words, const std::string& compiler);

/// The start of a command that takes `file` for what its name says: C for ".c", else C++.
std::vector<std::string> compiler_for(const std::string& file);

}  // namespace ferrule::cli
