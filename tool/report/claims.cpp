#include "tool/report/claims.h"

#include <nlohmann/json.hpp>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

const char* word(ClaimState state) {
  switch (state) {
    case ClaimState::Contradicted:
      return "contradicted";
    case ClaimState::Needed:
      return "needed";
    case ClaimState::NotNeeded:
      return "no longer needed";
    case ClaimState::Declared:
      return "declared";
    case ClaimState::Unseen:
      return "the program has no such class";
  }
  return "";
}

const char* key(ClaimState state) {
  if (state == ClaimState::NotNeeded) return "not_needed";
  return state == ClaimState::Unseen ? "unseen" : word(state);
}

std::string place(const Location& where, std::string_view directory) {
  return displayed_path(where.file, directory) + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
         ": ";
}

Json location(const Location& where, std::string_view directory) {
  return {{"file", displayed_path(where.file, directory)}, {"line", where.line}, {"column", where.column}};
}

Json claim_json(const ListedClaim& claim, std::string_view directory) {
  Json entry = location(claim.where, directory);
  entry["type"] = claim.type;
  entry["claim"] = claim.what;
  entry["condition"] = claim.condition;
  entry["reason"] = claim.reason;
  entry["made_in"] = claim.is_configured ? "configuration" : "source";
  entry["state"] = key(claim.state);
  entry["instances"] = claim.instances;
  entry["against"] = Json::array();
  for (const Note& note : claim.against) {
    Json one = location(note.where, directory);
    one["text"] = note.text;
    entry["against"].push_back(std::move(one));
  }
  return entry;
}

}  // namespace

std::string text_claims(const std::vector<ListedClaim>& claims, std::string_view directory) {
  std::string text;
  for (const ListedClaim& claim : claims) {
    const bool is_mark = claim.state == ClaimState::Declared;
    const std::string& type = claim.instances.size() == 1 ? claim.instances.front() : claim.type;
    text += place(claim.where, directory) + "'" + type + "'";
    if (claim.instances.size() > 1) text += " (" + std::to_string(claim.instances.size()) + " instances)";
    text += std::string(is_mark ? " is marked as " : " is claimed to be ") + claim.what;
    if (!claim.condition.empty()) text += " if " + claim.condition;
    if (!claim.reason.empty()) text += ": " + claim.reason;
    text += std::string(" [") + word(claim.state) + "]\n";
    for (const Note& note : claim.against) text += place(note.where, directory) + "note: " + note.text + "\n";
  }
  return text;
}

std::string json_claims(const std::vector<ListedClaim>& claims, const Report& report, std::string_view directory) {
  Json list = Json::array();
  for (const ListedClaim& claim : claims) list.push_back(claim_json(claim, directory));
  Json failed = Json::array();
  for (const FailedUnit& unit : report.failed) {
    failed.push_back({{"file", displayed_path(unit.file, directory)}, {"reason", unit.reason}});
  }
  const Json document = {
      {"version", format_version},
      {"tool", {{"name", "ferrule"}, {"version", FERRULE_VERSION}}},
      {"units", {{"total", report.units}, {"not_analysed", std::move(failed)}}},
      {"claims", std::move(list)},
  };
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ferrule
