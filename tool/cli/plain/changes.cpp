#include "tool/cli/plain/changes.h"

#include <algorithm>
#include <charconv>

namespace ferrule::cli {
namespace {

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

unsigned read_number(std::string_view& text, unsigned otherwise) {
  unsigned number = otherwise;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc() ? number : otherwise;
}

// "@@ -12,3 +14,2 @@": two lines from 14 on.
LineRange read_hunk(std::string_view line) {
  std::string_view rest = line.substr(std::min(line.find('+'), line.size() - 1) + 1);
  const unsigned first = read_number(rest, 1);
  unsigned count = 1;
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    count = read_number(rest, 1);
  }
  return count == 0 ? LineRange{first, first + 1} : LineRange{first, first + count - 1};
}

// Git quotes names with a quote, a backslash or a control character in them, as C would.
std::string unquoted(std::string_view name) {
  name = name.substr(0, name.find('\t'));  // behind a name with a blank in it
  if (!name.starts_with('"')) return std::string(name);
  std::string text;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] != '\\') {
      text += name[i];
      continue;
    }
    const char c = name[++i];
    if (c >= '0' && c <= '3' && i + 3 < name.size()) {
      text += static_cast<char>((c - '0') * 64 + (name[i + 1] - '0') * 8 + (name[i + 2] - '0'));
      i += 2;
    } else {
      text += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
  }
  return text;
}

}  // namespace

Changes parse_diff(std::string_view diff, const std::string& root) {
  Changes changes;
  std::vector<LineRange>* lines = nullptr;
  bool in_header = false;  // a removed line "-- x" looks like a file's name
  while (!diff.empty()) {
    const std::string_view line = next_line(diff);
    if (line.starts_with("diff --git ")) {
      in_header = true;
      lines = nullptr;
    } else if (in_header && line.starts_with("+++ ")) {
      const std::string name = unquoted(line.substr(4));
      if (name.starts_with("b/")) lines = &changes[root + name.substr(1)];  // else "/dev/null": it is gone
    } else if (line.starts_with("@@ ")) {
      in_header = false;
      if (lines != nullptr) lines->push_back(read_hunk(line));
    }
  }
  return changes;
}

bool is_changed(const Changes& changes, const std::string& file, unsigned line) {
  const auto found = changes.find(file);
  if (found == changes.end()) return false;
  return found->second.empty() || std::ranges::any_of(found->second, [&](const LineRange& range) {
    return range.first <= line && line <= range.last;
  });
}

}  // namespace ferrule::cli
