#include "tool/report/tables.h"

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace ferrule {
namespace {

struct Counts {
  std::size_t shown = 0;
  std::size_t known = 0;
  std::size_t suppressed = 0;
};

using Row = std::pair<std::string, Counts>;

// The most findings first, then by name.
std::vector<Row> rows_by(const Report& report, const std::function<std::string(const Finding&)>& key) {
  std::map<std::string, Counts> counts;
  for (const Finding& finding : report.findings) ++counts[key(finding)].shown;
  for (const Finding& finding : report.known) ++counts[key(finding)].known;
  for (const SuppressedFinding& hidden : report.suppressed) ++counts[key(hidden.finding)].suppressed;
  std::vector<Row> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a.second.shown > b.second.shown; });
  return rows;
}

std::string right(std::size_t number, std::size_t width) {
  const std::string text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string line(const Counts& counts, std::string_view name) {
  return right(counts.shown, 10) + right(counts.known, 10) + right(counts.suppressed, 12) + "  " + std::string(name) +
         "\n";
}

std::string table(const std::vector<Row>& rows, std::string_view title) {
  constexpr std::size_t most = 20;
  std::string text = "  findings  baseline  suppressed  " + std::string(title) + "\n";
  Counts rest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Counts& counts = rows[i].second;
    if (i < most) {
      text += line(counts, rows[i].first);
      continue;
    }
    rest.shown += counts.shown;
    rest.known += counts.known;
    rest.suppressed += counts.suppressed;
  }
  if (rows.size() > most) text += line(rest, std::to_string(rows.size() - most) + " more");
  return text;
}

std::string rule_of(const Finding& finding) { return finding.rule; }

}  // namespace

std::string rule_table(const Report& report) {
  if (report.findings.empty()) return "";
  std::string text;
  std::string last;
  std::size_t rules = 0;
  for (const auto& [rule, counts] : rows_by(report, rule_of)) {
    if (counts.shown == 0) continue;
    text += right(counts.shown, 6) + "  " + rule + "\n";
    last = rule;
    ++rules;
  }
  return text + "ferrule: 'ferrule explain " + (rules == 1 ? last : "RULE") +
         "' says what that means and what to do about it\n";
}

std::string statistics(const Report& report, std::string_view directory) {
  const auto file_of = [&](const Finding& finding) { return displayed_path(finding.where.file, directory); };
  return table(rows_by(report, rule_of), "rule") + table(rows_by(report, file_of), "file");
}

}  // namespace ferrule
