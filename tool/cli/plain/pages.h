// The pages of docs/rules, compiled in.
#pragma once

#include <map>
#include <string_view>

namespace ferrule::cli {

/// Rule name (without prefix) → its page in Markdown.
std::map<std::string_view, std::string_view> rule_pages();

}  // namespace ferrule::cli
