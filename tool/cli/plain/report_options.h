// Which reports a command is asked for.
#pragma once

#include "tool/cli/plain/arguments.h"

#include <string>
#include <vector>

namespace ferrule::cli {

struct ReportOption {
  std::string form;       ///< a name of forms()
  std::string file = {};  ///< "" for standard output
};

/// "--format FORM --output FILE", each as often as wanted; text on standard output if there is none. Throws UsageError.
std::vector<ReportOption> report_options(const Arguments& arguments);

}  // namespace ferrule::cli
