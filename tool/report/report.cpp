#include "tool/report/report.h"

#include <algorithm>
#include <map>

namespace ferrule {
namespace {

std::string listed(const std::vector<FailedUnit>& units, std::string_view directory) {
  std::string text;
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < units.size() && i < shown; ++i)
    text += (i == 0 ? ": '" : ", '") + displayed_path(units[i].file, directory) + "' (" + units[i].reason + ")";
  if (units.size() > shown) text += ", and " + std::to_string(units.size() - shown) + " more";
  return text;
}

}  // namespace

std::string displayed_path(const std::string& path, std::string_view directory) {
  if (directory.empty() || !path.starts_with(directory)) return path;
  if (directory.ends_with('/')) return path.substr(directory.size());
  return path.size() > directory.size() && path[directory.size()] == '/' ? path.substr(directory.size() + 1) : path;
}

std::string count_of(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

std::vector<std::string> unique_fingerprints(const std::vector<Finding>& findings) {
  std::vector<std::string> unique;
  std::map<std::string, std::size_t> seen;
  for (const Finding& finding : findings) {
    unique.push_back(fingerprint(finding));
    const std::size_t times = ++seen[unique.back()];
    if (times > 1) unique.back() += "-" + std::to_string(times);
  }
  return unique;
}

std::string summary(const Report& report, std::string_view directory) {
  std::string text =
      count_of(report.findings.size(), "finding") + " in " + count_of(report.units - report.failed.size(), "unit");
  if (!report.suppressed.empty()) text += ", " + std::to_string(report.suppressed.size()) + " suppressed by NOLINT";
  if (!report.known.empty()) text += ", " + std::to_string(report.known.size()) + " in the baseline";
  if (report.elsewhere > 0) text += ", " + std::to_string(report.elsewhere) + " elsewhere";
  if (report.turned_off > 0) text += ", " + std::to_string(report.turned_off) + " turned off";
  text += "; " + (report.failed.empty() ? "every unit was analysed" : not_analysed(report, directory));
  const auto stopped = std::count_if(report.incomplete.begin(), report.incomplete.end(),
                                     [](const Incompleteness& place) { return !place.is_outside; });
  if (stopped > 0)
    text +=
        "; " + count_of(static_cast<std::size_t>(stopped), "place") + " not followed to the end (--explain-incomplete)";
  if (report.excluded > 0) text += "; excluded: " + count_of(report.excluded, "unit");
  if (report.other_languages.empty()) return text;
  return text + "; left out: " + count_of(report.other_languages.size(), "unit") + " in other languages" +
         listed(report.other_languages, directory);
}

std::string not_analysed(const Report& report, std::string_view directory) {
  if (report.failed.empty()) return "";
  return "not analysed: " + std::to_string(report.failed.size()) + " of " + count_of(report.units, "unit") +
         listed(report.failed, directory);
}

}  // namespace ferrule
