#include "checks/knowledge/path_pattern.h"

#include "checks/model/glob.h"

#include <filesystem>

namespace ferrule {

PathPattern PathPattern::make(const std::string& text, const std::string& folder, const Location& where) {
  namespace fs = std::filesystem;
  std::string glob = (fs::path(folder) / text).lexically_normal().string();
  if (glob.size() > 1 && glob.ends_with('/')) glob.pop_back();
  constexpr std::string_view folders = "**/";
  for (auto at = glob.find(folders); at != std::string::npos; at = glob.find(folders, at))
    glob.replace(at, folders.size(), "*");
  return {text, std::move(glob), where};
}

bool PathPattern::matches(std::string_view file) const {
  return glob_matches(glob, file) || glob_matches(glob.ends_with('/') ? glob + "*" : glob + "/*", file);
}

}  // namespace ferrule
