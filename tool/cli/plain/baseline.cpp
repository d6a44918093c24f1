#include "tool/cli/plain/baseline.h"

#include "tool/cli/plain/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ferrule::cli {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& path, const std::string& problem) {
  throw UsageError("'" + path + "' is no baseline: " + problem);
}

std::string read_text(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw UsageError("'" + path + "' is a directory, not a baseline");
  std::ifstream input(path, std::ios::binary);
  if (!input) {
    const bool is_there = std::filesystem::exists(path, error);
    throw UsageError("'" + path + "' " +
                     (is_there ? "cannot be read" : "does not exist; 'ferrule baseline' writes it"));
  }
  return {std::istreambuf_iterator<char>(input), {}};
}

std::string line_of(std::string_view text, std::size_t byte) {
  return "line " + std::to_string(1 + std::ranges::count(text.substr(0, byte), '\n'));
}

BaselineEntry read_entry(const Json& json, std::size_t number, const std::string& path) {
  BaselineEntry entry;
  const auto take = [&](const char* name, std::string& member) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
      refuse(path, "finding " + std::to_string(number) + " has no '" + name + "'");
    member = found->get<std::string>();
  };
  if (!json.is_object()) refuse(path, "finding " + std::to_string(number) + " is not an object");
  take("file", entry.file);
  take("rule", entry.rule);
  take("message", entry.message);
  take("fingerprint", entry.fingerprint);
  if (json.contains("profile")) {
    if (json["profile"] != "strict") refuse(path, "finding " + std::to_string(number) + " has no such 'profile'");
    entry.profile = Profile::Strict;
  }
  return entry;
}

}  // namespace

std::vector<BaselineEntry> parse_baseline(const std::string& text, const std::string& path) {
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const bool is_conflict = text.find("\n<<<<<<<") != std::string::npos;
    refuse(path, is_conflict ? "it has conflict markers of a merge"
                             : "it is not JSON at " + line_of(text, error.byte == 0 ? 0 : error.byte - 1));
  } catch (const Json::exception&) {
    refuse(path, "it has a number that is out of range");
  }
  if (!document.is_object()) refuse(path, "it is not an object");
  const auto version = document.find("version");
  if (version == document.end() || !version->is_number_integer()) refuse(path, "it has no 'version'");
  if (*version != baseline_version)
    refuse(path, "its version is " + version->dump() + ", and this Ferrule reads " + std::to_string(baseline_version));
  const auto list = document.find("findings");
  if (list == document.end() || !list->is_array()) refuse(path, "it has no list 'findings'");
  std::vector<BaselineEntry> entries;
  for (const Json& entry : *list) {
    if (!entry.is_null()) entries.push_back(read_entry(entry, entries.size() + 1, path));
  }
  return entries;
}

std::vector<BaselineEntry> read_baseline(const std::string& path) { return parse_baseline(read_text(path), path); }

}  // namespace ferrule::cli
