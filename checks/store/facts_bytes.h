// Facts as bytes, for another process of the same program: fast to write and to read, and of no use to anybody else.
#pragma once

#include "checks/model/facts.h"

#include <optional>
#include <string>
#include <string_view>

namespace ferrule {

/// Thread-safe.
std::string to_bytes(const Facts& facts);

/// Reads what `to_bytes` wrote; nothing if the bytes are damaged. Thread-safe.
std::optional<Facts> from_bytes(std::string_view bytes);

}  // namespace ferrule
