// Facts as bytes: for another process, for the cache, and as fact files. The same facts always give the same bytes.
#pragma once

#include "checks/model/facts.h"

#include <optional>
#include <string>
#include <string_view>

namespace ferrule {

/// Thread-safe.
std::string to_bytes(const Facts& facts);

/// Reads what `to_bytes` wrote; nothing if the bytes are damaged, or of another form. Thread-safe.
std::optional<Facts> from_bytes(std::string_view bytes);

}  // namespace ferrule
