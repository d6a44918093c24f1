// From units to the programs that they make up: each unit analysed in a process of its own, the facts put together.
#pragma once

#include "checks/model/facts.h"
#include "tool/cache/cache.h"
#include "tool/cli/plain/timing.h"
#include "tool/cli/units.h"
#include "tool/report/report.h"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ferrule::cli {

struct AnalyseOptions {
  unsigned jobs = 1;
  bool progress = false;
  bool color = false;
  cache::Cache* cache = nullptr;  ///< null for none
};

/// The facts of programs, loaded when they are asked for: each may be as large as memory allows.
class Programs {
 public:
  Programs() = default;
  std::size_t size();
  /// What is the same in several units is there once. Call once for each program.
  std::vector<Facts> load(std::size_t program);

 private:
  friend class Analyser;
  struct Bytes {
    long offset = 0;
    std::size_t size = 0;
    cache::Entry kept = {};  // what the cache has needs no place in the file
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string read(const Bytes& bytes) const;
  void link_all();

  std::vector<std::vector<std::size_t>> groups_;  // of places in `units_`
  std::vector<Bytes> units_;                      // where each unit's facts stand in the file
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<Facts> whole_;  // of the only program, if there is one
  /// While the facts of no unit have been looked at: what each unit is part of. They may never be asked for.
  std::vector<std::vector<std::string>> waiting_;
};

/// How much of the work the cache has spared.
struct CacheUse {
  std::size_t found = 0;       ///< units whose facts were there
  std::size_t analysed = 0;    ///< units whose facts were not
  bool has_judgement = false;  ///< what was found in the program was there, too
  std::string problem = {};    ///< why something could not be kept, "" if all was
};

struct Analysis {
  Programs programs = {};
  std::vector<FailedUnit> failed = {};        ///< one for each command
  std::vector<Timed> times = {};              ///< of each unit that was analysed
  std::string errors = {};                    ///< the compiler's, in the order of the units
  std::vector<std::string> notes = {};        ///< for people
  std::vector<cache::Outcome> outcomes = {};  ///< of all units, in their order
  CacheUse cache = {};
};

/// Deterministic for every number of jobs. Throws UsageError if there is no room for the facts.
Analysis analyse(const std::vector<Unit>& units, const AnalyseOptions& options);

/// The same of facts that are there already; `read` gives those of one unit.
Analysis analysis_of(const std::vector<Unit>& units, const std::function<Facts(std::size_t unit)>& read);

/// Does the descriptor lead to a terminal that understands escape sequences?
bool is_terminal(int descriptor);

/// The value of "-j", or the number of processors. Throws UsageError.
unsigned job_count(const Arguments& arguments);

}  // namespace ferrule::cli
