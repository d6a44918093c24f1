// The reports of a run: their files are tried before the analysis and written after it.
#pragma once

#include "tool/cli/output_file.h"
#include "tool/cli/plain/arguments.h"
#include "tool/cli/plain/report_options.h"
#include "tool/report/report.h"
#include "tool/source/source.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule::cli {

class Reports {
 public:
  /// Throws UsageError for what is wrong with "--format" and "--output". A form that is given goes before "--format".
  Reports(const Arguments& arguments, std::string_view form);

  /// Makes sure that each file can be written and is none of `read`. Throws UsageError.
  void open(const std::vector<std::string>& read);

  /// Throws UsageError if a report is not written; what could not go to its file is then on standard output.
  void write(const Report& report, SourceCache& sources);

 private:
  struct One {
    ReportOption option;
    std::optional<OutputFile> file = {};
  };

  std::vector<One> reports_;
  bool color_ = false;
  bool quiet_ = false;
  bool visible_only_ = false;
};

/// Are colours wanted on what the descriptor leads to?
bool wants_color(const Arguments& arguments, int descriptor);

/// The nearest folder in or above the current one that is the top of a Git repository; else the current one.
std::string report_root();

}  // namespace ferrule::cli
