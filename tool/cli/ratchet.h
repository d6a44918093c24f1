// `--baseline`: what is known is hidden, what is new is reported, what is gone is said.
#pragma once

#include "checks/rules/check.h"
#include "tool/cli/output_file.h"
#include "tool/cli/plain/arguments.h"
#include "tool/report/report.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule::cli {

class Ratchet {
 public:
  /// Reads "--baseline", if it is given. Throws UsageError.
  explicit Ratchet(const Arguments& arguments);

  const std::string& file() const { return file_; }  ///< "" if there is no baseline

  /// Moves what is known from `report.findings` to `report.known`, and says what is gone. `files` are the program's.
  void compare(Report& report, const CheckOptions& options, const std::vector<std::string>& files);

  /// With "--baseline-grow": what is left in `report.findings` becomes known.
  void accept(Report& report);

  /// Writes the baseline anew if that is asked for and anything has changed. Returns what there is to say, a sentence
  /// each. Throws UsageError.
  std::vector<std::string> finish(const Report& report);

 private:
  std::string file_;
  bool updates_ = false;
  bool grows_ = false;
  bool is_part_ = false;  // of the program alone is analysed: what is not found may be there
  std::optional<OutputFile> output_;
  std::vector<BaselineEntry> old_;
  std::vector<BaselineEntry> now_;  // what the file would hold after an update
  std::size_t added_ = 0;
};

}  // namespace ferrule::cli
