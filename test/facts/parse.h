// Facts of source text, for tests.
#pragma once

#include "checks/model/facts.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule::test {

/// Parses `code` as C++20 and extracts its facts; nothing if it does not parse.
std::optional<Facts> facts_of_code(const std::string& code, const std::string& file = "input.cpp");

/// The same for a file on disk, with compiler flags.
std::optional<Facts> facts_of_file(const std::string& path, const std::vector<std::string>& flags);

/// For the dumps: `FILE… [-- CLANG-FLAGS]`. Without files, or where one does not parse, it says so and ends the
/// program.
std::vector<Facts> facts_of_arguments(const char* tool, int argc, char** argv);

}  // namespace ferrule::test
