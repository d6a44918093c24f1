// Which type of a program a person means.
#pragma once

#include "checks/program/program.h"

#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

struct FoundType {
  std::string key = {};         ///< "" if there is none, or if it may be one of several
  std::vector<Type> made = {};  ///< types that the program does not name, to be added to it: a pointer to one it has
  std::vector<std::string> several = {};  ///< what the name may mean, in words that mean one
};

/// As a person writes it, however it is spaced and ordered: `X const&`, `struct X`, `unsigned`; an alias; without the
/// namespaces around a name, the arguments of a template, or those that are defaults, where that is clear; pointers,
/// references, arrays and const of such; `lambda at main.cpp:12`, or any class by place. Reads types, classes and
/// aliases of the program only.
FoundType find_type(const Program& program, std::string_view query);

/// Spellings near to `query`, best first, at most `count`.
std::vector<std::string> near_types(const Program& program, std::string_view query, std::size_t count = 3);

}  // namespace ferrule
