// Rules by name, as users write them.
#pragma once

#include "tool/report/writers.h"

#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

/// A rule's name without prefix, from "lock-order" or "ferrule-lock-order". Throws UsageError if there is no such rule.
std::string parse_rule(std::string_view name);

/// From a list separated by commas. Throws UsageError.
std::vector<std::string> parse_rules(std::string_view list);

/// The names of all rules.
std::vector<std::string_view> rule_names();

/// What reports say of each rule.
std::vector<RuleText> rule_texts();

}  // namespace ferrule::cli
