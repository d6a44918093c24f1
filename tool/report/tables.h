// What people read after the findings.
#pragma once

#include "tool/report/report.h"

#include <string>
#include <string_view>

namespace ferrule {

/// How many findings each rule has, the most first, and where to read more; "" if there are none.
std::string rule_table(const Report& report);

/// Findings by rule and by file, with what the baseline and comments hide.
std::string statistics(const Report& report, std::string_view directory);

}  // namespace ferrule
