// `ferrule check`.
#pragma once

#include "checks/knowledge/configuration.h"
#include "tool/cli/analysis.h"
#include "tool/cli/plain/arguments.h"
#include "tool/cli/units.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

extern const CommandSpec check_spec;

/// Runs the command and returns the exit status. With a form, there is one report, of that form. Throws UsageError.
int run_check(const Arguments& arguments, std::string_view form);
int run_check(const Arguments& arguments);

/// Where a report's facts come from. Each is called once, in this order.
struct FactSource {
  std::function<Configuration()> configuration;
  std::function<UnitList(const Configuration&)> units;
  std::function<Analysis(const UnitList&, const AnalyseOptions&)> facts;
  cache::Cache* cache = nullptr;        ///< null for none
  std::vector<std::string> files = {};  ///< that are read, too: no report may go there
};

/// Judges and reports. Throws UsageError.
int report_on(const Arguments& arguments, std::string_view form, const FactSource& source);

}  // namespace ferrule::cli
