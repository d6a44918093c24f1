#include "checks/knowledge/json_text.h"

#include "checks/knowledge/json_places.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace ferrule::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t deepest = 100;  // of what Ferrule reads, nothing is deeper than ten

[[noreturn]] void refuse_at(const std::string& file, std::string_view text, std::size_t offset, const char* what) {
  const Location where = JsonPlaces::locate(file, text, offset);
  throw JsonError("'" + file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) + "' " + what);
}

void check_encoding(const std::string& file, std::string_view text) {
  const std::string_view start = text.substr(0, 2);
  if (start == "\xff\xfe" || start == "\xfe\xff" || (text.size() > 1 && start.find('\0') != std::string_view::npos))
    throw JsonError("'" + file + "' is written in UTF-16; JSON is UTF-8");
}

void check_depth(const std::string& file, std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) refuse_at(file, text, i, "is nested too deeply");
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
}

}  // namespace

std::string read_json_text(const std::string& file, const std::string& what) {
  const std::string name = "'" + file + "'";
  std::error_code error;
  if (fs::is_directory(file, error)) throw JsonError(name + " is a directory, not " + what);
  if (!fs::exists(file, error)) {
    std::error_code unlinked;
    if (fs::is_symlink(file, unlinked)) throw JsonError(name + " is a symbolic link that leads nowhere");
    if (!error) throw JsonError(name + " does not exist");
  }
  std::ifstream input(file, std::ios::binary);
  if (!input) throw JsonError(name + " cannot be read");
  return {std::istreambuf_iterator<char>(input), {}};
}

nlohmann::json parse_json(const std::string& file, std::string_view text) {
  check_encoding(file, text);
  check_depth(file, text);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    refuse_at(file, text, error.byte == 0 ? 0 : error.byte - 1, "is not JSON");
  } catch (const nlohmann::json::exception&) {
    throw JsonError("'" + file + "' has a number that is out of range");
  }
}

}  // namespace ferrule::knowledge
