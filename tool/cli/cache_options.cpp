#include "tool/cli/cache_options.h"

#include "tool/cli/plain/error.h"

#include <cstdlib>
#include <filesystem>

namespace ferrule::cli {

namespace fs = std::filesystem;

std::string cache_directory(const Arguments& arguments) {
  if (!arguments.has("--cache")) return cache::default_directory();
  const std::string given = arguments.value("--cache", "");
  std::error_code error;
  if (fs::exists(given, error) && !fs::is_directory(given, error))
    throw UsageError("'" + given + "' is no folder, and '--cache' needs one");
  return fs::absolute(given).lexically_normal().string();
}

std::optional<cache::Cache> cache_of(const Arguments& arguments) {
  if (arguments.has("--no-cache") && arguments.has("--cache"))
    throw UsageError("'--cache' and '--no-cache' exclude each other");
  if (arguments.has("--no-cache")) return std::nullopt;
  const char* off = std::getenv("FERRULE_NO_CACHE");
  if (off && *off && !arguments.has("--cache")) return std::nullopt;
  const std::string directory = cache_directory(arguments);
  if (directory.empty()) return std::nullopt;
  return std::optional<cache::Cache>(std::in_place, directory);
}

std::vector<std::string> notes_on_cache(const CacheUse& use, const cache::Cache* cache) {
  if (!cache || use.problem.empty()) return {};
  return {"nothing can be kept in '" + cache->entries().directory() + "' (" + use.problem +
          "), and the next run will take as long; '--cache DIR' names another folder"};
}

}  // namespace ferrule::cli
