#include "tool/cli/plain/report_options.h"

#include "tool/cli/plain/error.h"

#include <filesystem>
#include <set>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

void refuse_shared_places(const std::vector<ReportOption>& reports) {
  std::set<fs::path> files;
  std::size_t to_standard_output = 0;
  for (const ReportOption& report : reports) {
    to_standard_output += report.file.empty() ? 1 : 0;
    std::error_code error;
    if (!report.file.empty() && !files.insert(fs::weakly_canonical(fs::absolute(report.file), error)).second)
      throw UsageError("'" + report.file + "' is given to '--output' twice; each report needs a file of its own");
  }
  if (to_standard_output > 1)
    throw UsageError("'--format' is given twice for standard output; name a file with '--output'");
}

}  // namespace

std::vector<ReportOption> report_options(const Arguments& arguments) {
  std::vector<ReportOption> reports;
  bool takes_output = false;
  for (const Option& option : arguments.options) {
    if (option.name == "--format") {
      reports.push_back({option.value});
      takes_output = true;
    } else if (option.name == "--output") {
      if (!takes_output && !reports.empty())
        throw UsageError("'--output " + option.value + "' has no '--format' of its own before it");
      if (reports.empty()) reports.push_back({"text"});
      reports.back().file = option.value == "-" ? "" : option.value;
      takes_output = false;
    }
  }
  if (reports.empty()) reports.push_back({"text"});
  refuse_shared_places(reports);
  return reports;
}

}  // namespace ferrule::cli
