#include "tool/report/report.h"

#include <nlohmann/json.hpp>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json location(const Location& where, std::string_view directory) {
  return {{"file", displayed_path(where.file, directory)}, {"line", where.line}, {"column", where.column}};
}

Json finding_json(const Finding& finding, std::string_view directory) {
  Json notes = Json::array();
  for (const Note& note : finding.notes) {
    Json entry = location(note.where ? note.where : finding.where, directory);
    entry["text"] = note.text;
    notes.push_back(std::move(entry));
  }
  Json entry = {{"rule", finding.rule}, {"check", "ferrule-" + finding.rule}};
  entry.update(location(finding.where, directory));
  entry["message"] = finding.message;
  entry["profile"] = finding.profile == Profile::Strict ? "strict" : "default";
  entry["fingerprint"] = fingerprint(finding);
  entry["notes"] = std::move(notes);
  entry["cures"] = finding.cures;
  return entry;
}

}  // namespace

std::string json_report(const Report& report, std::string_view directory) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding, directory));
  const auto units = [&](const std::vector<FailedUnit>& list, const char* why) {
    Json all = Json::array();
    for (const FailedUnit& unit : list) all.push_back({{"file", displayed_path(unit.file, directory)}, {why, unit.reason}});
    return all;
  };
  const Json document = {
      {"version", format_version},
      {"tool", {{"name", "ferrule"}, {"version", FERRULE_VERSION}}},
      {"units",
        {{"total", report.units},
         {"not_analysed", units(report.failed, "reason")},
         {"other_languages", units(report.other_languages, "language")},
         {"excluded", report.excluded}}},
      {"suppressed", report.suppressed},
      {"elsewhere", report.elsewhere},
      {"turned_off", report.turned_off},
      {"findings", std::move(findings)},
  };
  // Source text may hold bytes that are not UTF-8 (an identifier in a message): replace them rather than fail.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ferrule
