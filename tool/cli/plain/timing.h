// Where the time of a run goes.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

/// Seconds since it was made or last asked.
class Stopwatch {
 public:
  double lap();

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct Timed {
  std::string name;
  double seconds = 0;
};

struct Timing {
  std::vector<Timed> stages = {};  ///< in their order
  std::vector<Timed> units = {};
  std::vector<Timed> rules = {};
};

/// Tables for people: the stages, then the slowest units and rules.
std::string timing_text(const Timing& timing);

}  // namespace ferrule::cli
