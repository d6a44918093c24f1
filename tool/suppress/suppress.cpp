#include "tool/suppress/suppress.h"

#include "checks/model/glob.h"

#include <algorithm>
#include <optional>

namespace ferrule {
namespace {

enum class Marker : unsigned char { Line, NextLine, Begin, End };

struct Directive {
  Marker marker;
  std::optional<std::string_view> list;  ///< none: all checks

  bool selects(std::string_view check) const { return !list || glob_list_matches(*list, check); }
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::vector<Directive> directives(std::string_view line) {
  std::vector<Directive> found;
  for (auto at = line.find("NOLINT"); at != std::string_view::npos; at = line.find("NOLINT")) {
    line.remove_prefix(at + std::string_view("NOLINT").size());
    Directive directive{Marker::Line, std::nullopt};
    if (consume(line, "NEXTLINE")) {
      directive.marker = Marker::NextLine;
    } else if (consume(line, "BEGIN")) {
      directive.marker = Marker::Begin;
    } else if (consume(line, "END")) {
      directive.marker = Marker::End;
    }
    if (line.starts_with('(')) {
      if (const auto close = line.find(')'); close != std::string_view::npos)
        directive.list = line.substr(1, close - 1);
    }
    found.push_back(directive);
  }
  return found;
}

bool has(std::string_view line, Marker marker, std::string_view check) {
  return std::ranges::any_of(directives(line), [&](const Directive& directive) {
    return directive.marker == marker && directive.selects(check);
  });
}

// A block counts only if its end names the same list as its begin: half a pair is a mistake, and hides nothing.
bool in_block(const std::vector<std::string_view>& lines, unsigned line, std::string_view check) {
  struct Open {
    Directive directive;
    unsigned line;
  };
  std::vector<Open> open;
  for (unsigned number = 1; number <= lines.size(); ++number) {
    for (const Directive& directive : directives(lines[number - 1])) {
      if (directive.marker == Marker::Begin) open.push_back({directive, number});
      if (directive.marker != Marker::End || open.empty()) continue;
      const Open last = open.back();
      if (last.directive.list != directive.list) continue;
      open.pop_back();
      if (last.line <= line && line <= number && directive.selects(check)) return true;
    }
  }
  return false;
}

}  // namespace

bool glob_list_matches(std::string_view list, std::string_view name) {
  bool selected = false;
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto glob = trim(list.substr(0, comma));
    const bool takes_away = consume(glob, "-");
    if (glob_matches(glob, name)) selected = !takes_away;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return selected;
}

bool is_suppressed(const Finding& finding, SourceCache& sources) {
  const std::string check = "ferrule-" + finding.rule;
  const auto& file = finding.where.file;
  const unsigned line = finding.where.line;
  return has(sources.line(file, line), Marker::Line, check) ||
         (line > 1 && has(sources.line(file, line - 1), Marker::NextLine, check)) ||
         in_block(sources.lines(file), line, check);
}

std::size_t remove_suppressed(std::vector<Finding>& findings, SourceCache& sources) {
  return std::erase_if(findings, [&](const Finding& finding) { return is_suppressed(finding, sources); });
}

}  // namespace ferrule
