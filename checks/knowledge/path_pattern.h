// Files and folders as a configuration names them.
#pragma once

#include "checks/model/location.h"

#include <string>
#include <string_view>

namespace ferrule {

/// A file, or a folder with all that is below it. `*` stands for any characters, "**/" for any folders or none.
struct PathPattern {
  std::string text;  ///< as it is written
  std::string glob;  ///< absolute
  Location where = {};

  /// `folder` is what relative patterns are relative to.
  static PathPattern make(const std::string& text, const std::string& folder, const Location& where);

  bool matches(std::string_view file) const;
};

}  // namespace ferrule
