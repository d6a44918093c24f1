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

}  // namespace

bool ConfiguredClaim::is_of(std::string_view record_name) const {
  const std::string_view name = type;
  return name.ends_with('*') ? record_name.starts_with(name.substr(0, name.size() - 1)) : record_name == name;
}

Configuration Configuration::read(const std::string& file, std::span<const std::string_view> rule_names) try {
  return parse(file, knowledge::read_json_text(file, "a configuration"), rule_names);
} catch (const knowledge::JsonError& error) {
  throw ConfigurationError(error.what());
}

Configuration Configuration::parse(const std::string& given, const std::string& text,
                                   std::span<const std::string_view> rule_names) {
  const Json document = knowledge::parse_json(given, text);
  knowledge::check_shape(document, knowledge::JsonPlaces(given, text), rule_names);

  Configuration made;
  made.file_ = fs::absolute(given).lexically_normal().string();
  const std::string folder = fs::path(made.file_).parent_path().string();
  const knowledge::JsonPlaces places(made.file_, text);
  made.profile_ = profile_named(document.value("profile", Json()));
  const Json profiles = document.value("profiles", Json::object());
  for (const auto& [path, name] : profiles.items()) {
    const auto profile = name == "off" ? std::nullopt : std::optional(profile_named(name));
    made.profiles_.push_back({PathPattern::make(path, folder, places.key("/profiles/" + path)), profile});
  }
  std::ranges::sort(made.profiles_, std::greater(), [](const ProfileOf& entry) { return entry.pattern.glob.size(); });
  const Json exclude = document.value("exclude", Json::array());
  for (std::size_t i = 0; i < exclude.size(); ++i)
    made.exclude_.push_back(PathPattern::make(exclude[i], folder, places.value("/exclude/" + std::to_string(i))));
  made.rules_ = document.value("rules", std::vector<std::string>());
  made.claims_ = read_claims(document.value("claims", Json::array()), places);
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

const Configuration::ProfileOf* Configuration::nearest_profile(std::string_view file) const {
  const auto found =
      std::ranges::find_if(profiles_, [&](const ProfileOf& entry) { return entry.pattern.matches(file); });
  return found == profiles_.end() ? nullptr : &*found;
}

Profile Configuration::profile_at(std::string_view file) const {
  const ProfileOf* nearest = nearest_profile(file);
  return nearest && nearest->profile ? *nearest->profile : profile_;
}

Profile Configuration::loudest_profile() const {
  Profile loudest = profile_;
  for (const ProfileOf& entry : profiles_) loudest = std::max(loudest, entry.profile.value_or(Profile::Default));
  return loudest;
}

bool Configuration::is_off(std::string_view file) const {
  const ProfileOf* nearest = nearest_profile(file);
  return nearest && !nearest->profile;
}

bool Configuration::excludes(std::string_view file) const {
  return std::ranges::any_of(exclude_, [&](const PathPattern& pattern) { return pattern.matches(file); });
}

std::vector<const PathPattern*> Configuration::unmatched(std::span<const std::string> files) const {
  std::vector<const PathPattern*> left;
  const auto add = [&](const PathPattern& pattern) {
    if (std::ranges::none_of(files, [&](const std::string& file) { return pattern.matches(file); }))
      left.push_back(&pattern);
  };
  for (const PathPattern& pattern : exclude_) add(pattern);
  for (const ProfileOf& entry : profiles_) add(entry.pattern);
  return left;
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
