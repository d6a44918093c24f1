// Facts as text: compact JSON for fact files, and a readable listing for people.
#pragma once

#include "checks/model/facts.h"

#include <optional>
#include <string>
#include <string_view>

namespace ferrule {

/// The version of the format. Facts of another version are not read.
inline constexpr unsigned kFactsVersion = 10;

/// One line of JSON; the same facts always give the same text. Thread-safe.
std::string to_json(const Facts& facts);

/// Reads what `to_json` wrote. On damage, or another version, returns nothing and says in `error` what is wrong,
/// as the end of a sentence that starts with the file's name: "is not a fact file". Thread-safe.
std::optional<Facts> from_json(std::string_view text, std::string& error);

/// Every entity and event on a line of its own: "  12: call std::mutex::lock this.Cache::mutex_".
std::string dump(const Facts& facts);

}  // namespace ferrule
