// Reads the file of `--baseline`.
#pragma once

#include "tool/report/baseline.h"

#include <string>
#include <vector>

namespace ferrule::cli {

/// Throws UsageError, with `path` in its sentence, if the text is damaged.
std::vector<BaselineEntry> parse_baseline(const std::string& text, const std::string& path);

/// Throws UsageError if the file cannot be read or is damaged.
std::vector<BaselineEntry> read_baseline(const std::string& path);

}  // namespace ferrule::cli
