// What Git knows of the files.
#pragma once

#include "tool/cli/plain/changes.h"

#include <string>

namespace ferrule::cli {

/// What has changed in the work tree of the current folder since it left `revision`, files that Git does not know yet
/// among it. Throws UsageError.
Changes changes_since(const std::string& revision);

/// Is there no such file, but one in the last commit?
bool is_deleted(const std::string& path);

}  // namespace ferrule::cli
