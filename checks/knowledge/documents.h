// The JSON documents of knowledge/data, compiled in. Constant, thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace ferrule::knowledge {

struct Document {
  std::string_view name;  ///< file name: "types_std.json"
  std::string_view text;
};

/// All documents, sorted by name.
std::span<const Document> documents();

}  // namespace ferrule::knowledge
