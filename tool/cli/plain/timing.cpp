#include "tool/cli/plain/timing.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>

namespace ferrule::cli {
namespace {

std::string line(double seconds, std::string_view name) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "%10.2f  ", seconds);
  return number.data() + std::string(name) + "\n";
}

std::string slowest(std::vector<Timed> all, std::string_view title, std::size_t most) {
  std::ranges::stable_sort(all, std::greater<>(), &Timed::seconds);
  std::string text = "   seconds  " + std::string(title) + "\n";
  double rest = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < most) {
      text += line(all[i].seconds, all[i].name);
    } else {
      rest += all[i].seconds;
    }
  }
  if (all.size() > most) text += line(rest, std::to_string(all.size() - most) + " more");
  return text;
}

}  // namespace

double Stopwatch::lap() {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> passed = now - start_;
  start_ = now;
  return passed.count();
}

std::string timing_text(const Timing& timing) {
  std::string text = "   seconds  stage\n";
  for (const Timed& stage : timing.stages) text += line(stage.seconds, stage.name);
  return text + slowest(timing.units, "unit", 20) + slowest(timing.rules, "rule", timing.rules.size());
}

}  // namespace ferrule::cli
