#include "tool/cli/plain/prefix_map.h"

#include "tool/cli/plain/error.h"

namespace ferrule::cli {

PrefixMap prefix_map(const Arguments& arguments) {
  PrefixMap map;
  for (const std::string& given : arguments.values("--path-prefix-map")) {
    const auto equals = given.find('=');
    std::string before = given.substr(0, equals);
    std::string after = equals == std::string::npos ? "" : given.substr(equals + 1);
    // A relative path could not be told from other text, and not be mapped back.
    if (!before.starts_with('/') || !after.starts_with('/'))
      throw UsageError("'" + given + "' is no map of paths; '--path-prefix-map' takes OLD=NEW, two absolute paths");
    map.emplace_back(std::move(before), std::move(after));
  }
  return map;
}

}  // namespace ferrule::cli
