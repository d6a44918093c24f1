// JSON that users write: read as text first, so that whatever is wrong with it has a line and a column.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace ferrule::knowledge {

/// What is wrong with a file of JSON; what() is one sentence that starts with its name, and its place where there is
/// one.
struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The bytes of `file`, which is to be `what` ("a configuration"). Throws JsonError.
std::string read_json_text(const std::string& file, const std::string& what);

/// Throws JsonError if `text` is no JSON, or so deeply nested that nobody means it.
nlohmann::json parse_json(const std::string& file, std::string_view text);

}  // namespace ferrule::knowledge
