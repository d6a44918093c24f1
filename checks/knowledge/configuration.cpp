#include "checks/knowledge/configuration.h"

#include "checks/knowledge/configuration_shape.h"
#include "checks/knowledge/json_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace ferrule {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Source {
  std::string text;
  Json document;
};

Source read_source(const std::string& file) try {
  Source source{knowledge::read_json_text(file, "a configuration"), {}};
  source.document = knowledge::parse_json(file, source.text);
  return source;
} catch (const knowledge::JsonError& error) {
  throw ConfigurationError(error.what());
}

Profile profile_named(const Json& name) { return name == "strict" ? Profile::Strict : Profile::Default; }

std::vector<ConfiguredClaim> read_claims(const Json& list, const knowledge::JsonPlaces& places) {
  std::vector<ConfiguredClaim> claims;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& entry = list[i];
    const std::string pointer = "/claims/" + std::to_string(i);
    ConfiguredClaim claim{entry["type"], places.value(pointer)};
    const auto add = [&](const char* key, const std::string& name) {
      Annotation annotation{name, entry["reason"], places.key(pointer + "/" + key)};
      annotation.is_configured = true;
      if (entry[key].is_string()) annotation.condition = entry[key];
      claim.annotations.push_back(std::move(annotation));
    };
    for (const std::string question : {"send", "sync", "synchronized"}) {
      if (!entry.contains(question)) continue;
      const bool denies = entry[question].is_boolean() && !entry[question].get<bool>();
      add(question.c_str(), (denies ? "not_" : "claim_") + question);
    }
    if (entry.contains("thread_bound")) add("thread_bound", "thread_affine");
    claims.push_back(std::move(claim));
  }
  return claims;
}

bool is_below(std::string_view file, std::string_view path) {
  return file.starts_with(path) && (file.size() == path.size() || path.ends_with('/') || file[path.size()] == '/');
}

}  // namespace

bool ConfiguredClaim::is_of(std::string_view record_name) const {
  const std::string_view name = type;
  return name.ends_with('*') ? record_name.starts_with(name.substr(0, name.size() - 1)) : record_name == name;
}

Configuration Configuration::read(const std::string& given, std::span<const std::string_view> rule_names) {
  const auto [text, document] = read_source(given);
  knowledge::check_shape(document, knowledge::JsonPlaces(given, text), rule_names);

  Configuration made;
  made.file_ = fs::absolute(given).lexically_normal().string();
  const fs::path folder = fs::path(made.file_).parent_path();
  made.profile_ = profile_named(document.value("profile", Json()));
  const Json profiles = document.value("profiles", Json::object());
  for (const auto& [path, name] : profiles.items()) {
    std::string full = (folder / path).lexically_normal().string();
    if (full.size() > 1 && full.ends_with('/')) full.pop_back();
    made.profiles_.emplace_back(std::move(full), profile_named(name));
  }
  std::ranges::sort(made.profiles_, std::greater(), [](const auto& entry) { return entry.first.size(); });
  made.rules_ = document.value("rules", std::vector<std::string>());
  made.claims_ = read_claims(document.value("claims", Json::array()), knowledge::JsonPlaces(made.file_, text));
  if (document.contains("types")) {
    const knowledge::Document own{made.file_, text};
    made.types_ = std::make_shared<knowledge::Types>(std::span(&own, 1), &knowledge::Types::builtin());
  }
  if (document.contains("functions") || document.contains("classes") || document.contains("types")) {
    auto known = std::make_shared<Concurrency>(Concurrency::built_in());
    known->read(text);
    if (made.types_) known->read_shared_types(made.types_->rules());
    made.concurrency_ = std::move(known);
  }
  return made;
}

std::string Configuration::find(const std::string& start) {
  for (fs::path folder = fs::absolute(start).lexically_normal();; folder = folder.parent_path()) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(folder / file_name, error))) return (folder / file_name).string();
    if (folder == folder.parent_path()) return "";
  }
}

Profile Configuration::profile_at(std::string_view file) const {
  for (const auto& [path, profile] : profiles_)
    if (is_below(file, path)) return profile;
  return profile_;
}

void Configuration::claim(std::span<Facts> units) const {
  if (claims_.empty()) return;
  for (Facts& unit : units)
    for (Record& record : unit.records)
      for (const ConfiguredClaim& claim : claims_)
        if (claim.is_of(record.name))
          record.annotations.insert(record.annotations.end(), claim.annotations.begin(), claim.annotations.end());
}

std::vector<const ConfiguredClaim*> Configuration::unseen(std::span<const Facts> units) const {
  std::vector<const ConfiguredClaim*> left;
  for (const ConfiguredClaim& claim : claims_) left.push_back(&claim);
  for (const Facts& unit : units) {
    if (left.empty()) break;
    for (const Record& record : unit.records)
      std::erase_if(left, [&](const ConfiguredClaim* claim) { return claim->is_of(record.name); });
  }
  return left;
}

}  // namespace ferrule
