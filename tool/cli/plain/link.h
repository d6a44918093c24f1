// Which units make up which program, as a linker would put them together.
#pragma once

#include "checks/model/facts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

/// What a linker has to know of a unit. Names are kept as hashes: a database has many.
struct UnitSymbols {
  struct Definition {
    std::uint64_t key;
    std::uint64_t identity;  ///< definitions of one key that are the same in two units have the same
  };
  std::vector<std::string> targets = {};  ///< what its objects belong to; none if that is not known
  bool has_main = false;
  std::vector<Definition> definitions = {};  ///< sorted by key
  std::vector<std::uint64_t> uses = {};      ///< keys of what is called or accessed, sorted
};

UnitSymbols symbols_of(const Facts& facts, std::vector<std::string> targets);

/// The target that a build system's name of an object stands for: "app/CMakeFiles/app.dir/main.cpp.o" of CMake,
/// "app.p/main.cpp.o" of Meson, "bin/_objs/app/main.o" of Bazel. "" if it does not say.
std::string target_of_object(std::string_view object);

/// Numbers of units, in groups: each group is to be judged as one program. A target with a `main`, or a unit with one if
/// nothing is known of targets, makes a program with all that it needs of the others. Programs and libraries share a group
/// as long as no name means one thing in one and another in the other: most databases are one group of all units.
std::vector<std::vector<std::size_t>> link(const std::vector<UnitSymbols>& units);

}  // namespace ferrule::cli
