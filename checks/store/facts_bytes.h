// Facts as bytes: for another process, for the cache, and as fact files. The same facts always give the same bytes.
#pragma once

#include "checks/model/facts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferrule {

/// Changes whenever facts are written in another form, or mean something else.
std::uint64_t facts_form();

/// Thread-safe.
std::string to_bytes(const Facts& facts);

/// Reads what `to_bytes` wrote; nothing if the bytes are damaged, or of another form. Thread-safe.
std::optional<Facts> from_bytes(std::string_view bytes);

}  // namespace ferrule
