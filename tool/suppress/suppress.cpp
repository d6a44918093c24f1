#include "tool/suppress/suppress.h"

#include "checks/model/glob.h"

#include <algorithm>

namespace ferrule {
namespace {

std::string_view trim(std::string_view text, std::string_view blanks = " \t") {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const auto comma = list.find(',');
    parts.push_back(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return parts;
}

Suppression::Kind take_kind(std::string_view& text) {
  if (consume(text, "NEXTLINE")) return Suppression::Kind::NextLine;
  if (consume(text, "BEGIN")) return Suppression::Kind::Begin;
  if (consume(text, "END")) return Suppression::Kind::End;
  return Suppression::Kind::Line;
}

// What is written between this comment's word and the next, or the comment's end.
std::string_view reason_in(std::string_view rest) {
  rest = rest.substr(0, rest.find("NOLINT"));
  rest = rest.substr(0, rest.find("*/"));
  return trim(rest, " \t:-/*");
}

void add_suppressions(std::string_view line, unsigned number, std::vector<Suppression>& found) {
  constexpr std::string_view word = "NOLINT";
  const std::string_view whole = line;
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word)) {
    line.remove_prefix(at);
    Suppression one;
    one.line = number;
    one.column = static_cast<unsigned>(whole.size() - line.size() + 1);
    line.remove_prefix(word.size());
    one.kind = take_kind(line);
    if (line.starts_with('(')) {
      if (const auto close = line.find(')'); close != std::string_view::npos) {
        one.list = line.substr(1, close - 1);
        for (const std::string_view glob : split(*one.list)) one.items.push_back({glob});
        line.remove_prefix(close + 1);
      }
    }
    one.reason = reason_in(line);
    if (one.kind == Suppression::Kind::Line) one.first = one.last = number;
    if (one.kind == Suppression::Kind::NextLine) one.first = one.last = number + 1;
    found.push_back(one);
  }
}

// A block counts only if its end names the same list as its begin: half a pair is a mistake, and hides nothing.
void pair_blocks(std::vector<Suppression>& all) {
  std::vector<Suppression*> open;
  for (Suppression& one : all) {
    if (one.kind == Suppression::Kind::Begin) open.push_back(&one);
    if (one.kind == Suppression::Kind::Begin || one.kind == Suppression::Kind::End) one.is_paired = false;
    if (one.kind != Suppression::Kind::End || open.empty() || open.back()->list != one.list) continue;
    Suppression& begin = *open.back();
    open.pop_back();
    begin.first = begin.line;
    begin.last = one.line;
    begin.is_paired = one.is_paired = true;
  }
}

}  // namespace

bool glob_list_matches(std::string_view list, std::string_view name) {
  bool selected = false;
  for (std::string_view glob : split(list)) {
    const bool takes_away = consume(glob, "-");
    if (glob_matches(glob, name)) selected = !takes_away;
  }
  return selected;
}

std::string Suppression::text() const {
  std::string text = "NOLINT";
  if (kind == Kind::NextLine) text += "NEXTLINE";
  if (kind == Kind::Begin) text += "BEGIN";
  if (kind == Kind::End) text += "END";
  return list ? text + "(" + std::string(*list) + ")" : text;
}

std::vector<Suppression> suppressions_in(const std::vector<std::string_view>& lines) {
  std::vector<Suppression> found;
  for (unsigned number = 1; number <= lines.size(); ++number) add_suppressions(lines[number - 1], number, found);
  pair_blocks(found);
  return found;
}

std::vector<SuppressedFinding> Suppressions::take_from(std::vector<Finding>& findings) {
  std::vector<SuppressedFinding> taken;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const std::string check = "ferrule-" + finding.rule;
    const Suppression* hidden_by = nullptr;
    for (Suppression& one : entry(finding.where.file)) {
      if (!one.hides(finding.where.line, check)) continue;
      if (hidden_by == nullptr) hidden_by = &one;
      for (Suppression::Item& item : one.items) item.is_used |= glob_matches(item.glob, check);
    }
    if (hidden_by != nullptr) {
      taken.push_back({std::move(finding), std::string(hidden_by->reason)});
    } else {
      kept.push_back(std::move(finding));
    }
  }
  findings = std::move(kept);
  return taken;
}

std::vector<Suppression>& Suppressions::entry(const std::string& file) {
  const auto [entry, is_new] = files_.try_emplace(file);
  if (is_new) entry->second = suppressions_in(sources_.lines(file));
  return entry->second;
}

}  // namespace ferrule
