// The events of a function as short lines, for comparing in tests.
#pragma once

#include "checks/model/facts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ferrule::test {

using Lines = std::vector<std::string>;

/// The facts of `code`; fails the test if it does not parse.
Facts facts_of(const std::string& code);

/// The events of the function called `name` (the first of that name with a body), one line each, as `dump` writes
/// them but without numbers and places.
Lines events_of(const Facts& facts, const std::string& name);

/// Shorthand for the two.
Lines events_in(const std::string& code, const std::string& name = "f");

const Function* function_named(const Facts& facts, const std::string& name);
const Record* record_named(const Facts& facts, const std::string& name);
const Type* type_keyed(const Facts& facts, const std::string& key);
const Global* global_named(const Facts& facts, const std::string& name);

}  // namespace ferrule::test
