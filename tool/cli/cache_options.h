// "--cache DIR" and "--no-cache".
#pragma once

#include "tool/cache/cache.h"
#include "tool/cli/analysis.h"
#include "tool/cli/plain/arguments.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule::cli {

/// Where the cache is that the arguments, or the environment, mean; "" for none. Throws UsageError.
std::string cache_directory(const Arguments& arguments);

/// Nothing if no cache is wanted, or there is no place for one.
std::optional<cache::Cache> cache_of(const Arguments& arguments);

/// For people: if nothing can be kept, every run takes its full time.
std::vector<std::string> notes_on_cache(const CacheUse& use, const cache::Cache* cache);

}  // namespace ferrule::cli
