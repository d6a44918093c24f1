// From units to the programs that they make up: each unit analysed in a process of its own, the facts put together.
#pragma once

#include "checks/model/facts.h"
#include "tool/cli/plain/timing.h"
#include "tool/cli/units.h"
#include "tool/report/report.h"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace ferrule::cli {

struct AnalyseOptions {
  unsigned jobs = 1;
  bool progress = false;
  bool color = false;
};

/// The facts of programs, loaded when they are asked for: each may be as large as memory allows.
class Programs {
 public:
  Programs() = default;
  std::size_t size() const { return groups_.size(); }
  /// What is the same in several units is there once. Call once for each program.
  std::vector<Facts> load(std::size_t program);

 private:
  friend class Analyser;
  struct Bytes {
    long offset;
    std::size_t size;
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::vector<std::vector<std::size_t>> groups_;  // of places in `units_`
  std::vector<Bytes> units_;                      // where each unit's facts stand in the file
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<Facts> whole_;  // of the only program, if there is one
};

struct Analysis {
  Programs programs = {};
  std::vector<FailedUnit> failed = {};     ///< one for each command
  std::vector<Timed> times = {};           ///< of each unit
  std::string errors = {};                 ///< the compiler's, in the order of the units
  std::vector<std::string> notes = {};     ///< for people
};

/// Deterministic for every number of jobs. Throws UsageError if there is no room for the facts.
Analysis analyse(const std::vector<Unit>& units, const AnalyseOptions& options);

/// Does the descriptor lead to a terminal that understands escape sequences?
bool is_terminal(int descriptor);

/// The value of "-j", or the number of processors. Throws UsageError.
unsigned job_count(const Arguments& arguments);

}  // namespace ferrule::cli
