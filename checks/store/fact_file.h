// The facts of one unit as a file that goes from one machine to another.
#pragma once

#include "checks/model/facts.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferrule {

struct FactFile {
  Facts facts = {};
  std::vector<std::string> targets = {};  ///< of the build, that the unit's objects belong to
};

/// What stands where for a folder: each path that begins with the first of a pair gets the second instead. Of several
/// that fit, the last counts, as with '-ffile-prefix-map'.
using PrefixMap = std::vector<std::pair<std::string, std::string>>;

/// The text with all paths in it mapped: keys of entities hold paths, too.
std::string mapped(std::string_view text, const PrefixMap& prefixes);

/// The same facts always give the same bytes. Paths are written as the map has them. Thread-safe.
std::string to_fact_file(const FactFile& file, const PrefixMap& prefixes = {});

/// Reads what `to_fact_file` wrote. "" or what is wrong, as the end of a sentence that starts with the file's name: "is
/// no fact file". Thread-safe.
std::string read_fact_file(std::string_view bytes, const PrefixMap& prefixes, FactFile& file);

}  // namespace ferrule
