#include "tool/cli/plain/scope.h"

#include <algorithm>

namespace ferrule::cli {

namespace fs = std::filesystem;

bool is_below(const std::string& file, const std::string& path) {
  return file == path || path == "/" ||
         (file.size() > path.size() && file.starts_with(path) && file[path.size()] == '/');
}

std::string normal_path(const std::string& path) {
  const fs::path normal = fs::absolute(path).lexically_normal();
  return (normal.has_filename() || normal == normal.root_path() ? normal : normal.parent_path()).string();
}

void Scope::add_path(const std::string& path) {
  const std::string normal = normal_path(path);
  paths_.push_back({path, normal, canonical(normal)});
}

bool Scope::holds(const Finding& finding) {
  const auto anywhere = [&](auto is_wanted) {
    if (finding.where && is_wanted(finding.where)) return true;
    return std::ranges::any_of(finding.notes, [&](const Note& note) { return note.where && is_wanted(note.where); });
  };
  if (has_paths() && !anywhere([&](const Location& where) { return has_path_of(where.file); })) return false;
  return !changes_ ||
         anywhere([&](const Location& where) { return is_changed(*changes_, canonical(where.file), where.line); });
}

std::size_t Scope::take_from(std::vector<Finding>& findings) {
  return std::erase_if(findings, [&](const Finding& finding) { return !holds(finding); });
}

bool Scope::has_path_of(const std::string& file) {
  return std::ranges::any_of(paths_, [&](const Path& path) { return is_in(path, file); });
}

std::vector<std::string> Scope::without_files(std::span<const std::string> files) {
  std::vector<std::string> left;
  for (const Path& path : paths_)
    if (std::ranges::none_of(files, [&](const std::string& file) { return is_in(path, file); }))
      left.push_back(path.given);
  return left;
}

bool Scope::is_in(const Path& path, const std::string& file) {
  return is_below(file, path.normal) || is_below(canonical(file), path.canonical);
}

const std::string& Scope::canonical(const std::string& file) {
  const auto [entry, is_new] = canonical_.try_emplace(file);
  std::error_code error;
  if (is_new) entry->second = fs::weakly_canonical(file, error).string();
  if (is_new && error) entry->second = file;  // it is out of reach
  return entry->second;
}

}  // namespace ferrule::cli
