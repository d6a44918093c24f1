#include "tool/report/writers.h"

#include <nlohmann/json.hpp>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json location(const Location& where, std::string_view directory) {
  return {{"file", displayed_path(where.file, directory)}, {"line", where.line}, {"column", where.column}};
}

Json notes_json(const std::vector<Note>& notes, const Finding& finding, std::string_view directory) {
  Json list = Json::array();
  for (const Note& note : notes) {
    Json entry = location(note.where ? note.where : finding.where, directory);
    entry["text"] = note.text;
    list.push_back(std::move(entry));
  }
  return list;
}

Json finding_json(const Finding& finding, const Fixes& fixes, std::string_view directory) {
  Json entry = {{"rule", finding.rule}, {"check", "ferrule-" + finding.rule}};
  entry.update(location(finding.where, directory));
  entry["message"] = finding.message;
  entry["profile"] = finding.profile == Profile::Strict ? "strict" : "default";
  entry["fingerprint"] = fingerprint(finding);
  entry["notes"] = notes_json(finding.notes, finding, directory);
  entry["cures"] = finding.cures;
  if (!finding.ways.empty()) {
    entry["ways"] = Json::array();
    for (const std::vector<Note>& way : finding.ways) entry["ways"].push_back(notes_json(way, finding, directory));
  }
  if (const Fix* fix = fix_of(fixes, finding)) {
    entry["fix"] = location(fix->where, directory);
    entry["fix"]["length"] = fix->length;
    entry["fix"]["text"] = fix->text;
  }
  return entry;
}

Json incomplete_json(const std::vector<Incompleteness>& places, std::string_view directory) {
  Json list = Json::array();
  for (const Incompleteness& place : places) {
    Json entry = location(place.where, directory);
    entry["function"] = place.function;
    entry["what"] = place.what;
    entry["outside"] = place.is_outside;
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

Written write_json(const Report& report, WriterContext& context) {
  const std::string& directory = context.directory;
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding, report.fixes, directory));
  const auto units = [&](const std::vector<FailedUnit>& list, const char* why) {
    Json all = Json::array();
    for (const FailedUnit& unit : list)
      all.push_back({{"file", displayed_path(unit.file, directory)}, {why, unit.reason}});
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
      {"suppressed", report.suppressed.size()},
      {"baseline", {{"known", report.known.size()}, {"gone", report.gone.size()}}},
      {"incomplete", incomplete_json(report.incomplete, directory)},
      {"elsewhere", report.elsewhere},
      {"turned_off", report.turned_off},
      {"findings", std::move(findings)},
  };
  // Source text may hold bytes that are not UTF-8 (an identifier in a message): replace them rather than fail.
  return {document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

}  // namespace ferrule
