#include "tool/cli/configuration.h"

#include "checks/rules/rule.h"
#include "tool/cli/plain/error.h"

#include <filesystem>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::is_directory(path, error) ? path : path.parent_path();
  return folder.empty() ? "." : folder.string();
}

std::string find(const Arguments& arguments) {
  const std::vector<std::string> units = arguments.values("--units");
  const std::string first = !arguments.positional.empty() ? arguments.positional.front()
                            : units.empty()               ? "."
                                                          : units.front();
  const std::string found = Configuration::find(folder_of(first));
  return found.empty() && arguments.has("-p") ? Configuration::find(folder_of(arguments.value("-p", "."))) : found;
}

}  // namespace

Configuration load_configuration(const Arguments& arguments) {
  const std::string file = arguments.has("--config") ? arguments.value("--config", "") : find(arguments);
  if (file.empty() && !arguments.has("--config")) return {};
  std::vector<std::string_view> names;
  for (const Rule& rule : all_rules()) names.push_back(rule.name);
  try {
    return Configuration::read(file, names);
  } catch (const ConfigurationError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace ferrule::cli
