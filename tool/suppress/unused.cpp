#include "tool/suppress/unused.h"

#include "checks/model/glob.h"
#include "checks/model/nearest.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ferrule {
namespace {

constexpr std::string_view rule_name = "unused-suppression";
constexpr std::string_view prefix = "ferrule-";

bool is_of_ferrule(std::string_view glob) { return glob.starts_with(prefix); }

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// The lines that stand between '#if' and '#endif', of which an include guard is none.
class Conditionals {
 public:
  explicit Conditionals(const std::vector<std::string_view>& lines) {
    std::vector<Range> open;
    bool is_first = true;
    for (unsigned number = 1; number <= lines.size(); ++number) {
      const std::string_view word = directive(lines[number - 1]);
      if (word.empty()) continue;
      if (word.starts_with("if")) open.push_back({number, 0, is_first && word == "ifndef"});
      is_first = false;
      if (word == "endif" && !open.empty()) {
        ranges_.push_back(open.back());
        ranges_.back().last = number;
        open.pop_back();
        last_ = number;
      } else if (word != "pragma" && word != "include") {
        last_ = std::max(last_, number);
      }
    }
    std::erase_if(ranges_, [&](const Range& range) { return range.may_guard && range.last == last_; });
  }

  bool holds(unsigned line) const {
    return std::ranges::any_of(ranges_, [&](const Range& r) { return r.first <= line && line <= r.last; });
  }

 private:
  struct Range {
    unsigned first;
    unsigned last;
    bool may_guard;
  };

  static std::string_view directive(std::string_view line) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos || line[hash] != '#') return {};
    line.remove_prefix(hash + 1);
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
    const auto end = std::ranges::find_if_not(line, [](char c) { return c >= 'a' && c <= 'z'; });
    return line.substr(0, static_cast<std::size_t>(end - line.begin()));
  }

  std::vector<Range> ranges_;
  unsigned last_ = 0;
};

class File {
 public:
  File(std::string file, SourceCache& sources, const SuppressionOptions& options, WrongSuppressions& found)
      : file_(std::move(file)), sources_(sources), options_(options), found_(found) {}

  void check(const Suppression& one, bool may_be_unused) {
    if (std::ranges::none_of(one.items, [](const auto& item) { return is_of_ferrule(item.glob); })) return;
    if (!one.is_paired) {
      add_unpaired(one);
      return;
    }
    if (one.kind == Suppression::Kind::End) return;  // its begin has the same list
    for (const Suppression::Item& item : one.items)
      if (is_of_ferrule(item.glob)) check_item(one, item, may_be_unused);
    if (options_.wants_reasons && one.reason.empty())
      add(one, quoted(one.text()) + " does not say why", "write it behind the list: '" + one.text() + ": …'");
  }

 private:
  std::string_view line_of(const Suppression& one) const { return sources_.line(file_, one.line); }

  Fix change(const Suppression& one, std::string_view part, std::string text) const {
    const auto begin = static_cast<unsigned>(part.data() - line_of(one).data());
    return {{file_, one.line, begin + 1}, static_cast<unsigned>(part.size()), std::move(text)};
  }

  // One of several goes with a comma; the only one takes the comment with it, if the comment holds nothing else.
  std::optional<Fix> without(const Suppression& one, const Suppression::Item& item) const {
    const auto at = static_cast<std::size_t>(&item - one.items.data());
    const auto between = [](const char* begin, const char* end) {
      return std::string_view(begin, static_cast<std::size_t>(end - begin));
    };
    const char* end = item.glob.data() + item.glob.size();
    if (at + 1 < one.items.size()) return change(one, between(item.glob.data(), one.items[at + 1].glob.data()), "");
    if (at > 0) return change(one, between(one.items[at - 1].glob.data() + one.items[at - 1].glob.size(), end), "");
    const std::string_view line = line_of(one);
    const std::string_view before = line.substr(0, one.column - 1);
    const auto slashes = before.find_last_not_of(" \t");
    const bool is_alone = slashes != std::string_view::npos && before.substr(0, slashes + 1).ends_with("//") &&
                          one.kind != Suppression::Kind::Begin && line.find("NOLINT", one.column) == line.npos;
    if (!is_alone) return std::nullopt;
    const auto code = before.find_last_not_of(" \t", slashes < 2 ? 0 : slashes - 2);
    return change(one, line.substr(slashes < 2 || code == line.npos ? 0 : code + 1), "");
  }

  void check_item(const Suppression& one, const Suppression::Item& item, bool may_be_unused) {
    const std::string_view glob = item.glob.substr(prefix.size());
    std::vector<std::string_view> meant;
    for (const std::string_view rule : options_.rules)
      if (glob_matches(glob, rule)) meant.push_back(rule);
    if (meant.empty()) {
      add_unknown(one, item);
      return;
    }
    const bool have_run = options_.run.empty() || std::ranges::all_of(meant, [&](std::string_view rule) {
                            return std::ranges::find(options_.run, rule) != options_.run.end();
                          });
    const bool is_of_this_rule = meant.size() == 1 && meant.front() == rule_name;
    if (!item.is_used && may_be_unused && options_.is_whole && have_run && !is_of_this_rule)
      add(one, quoted(item.glob) + " hides nothing here", "take it out of the comment", without(one, item));
  }

  void add_unknown(const Suppression& one, const Suppression::Item& item) {
    const std::string_view name = item.glob.substr(prefix.size());
    const bool is_pattern = name.find('*') != std::string_view::npos;
    std::string cure = "'ferrule explain' lists the rules";
    std::optional<Fix> fix;
    if (const std::string_view near = nearest(name, options_.rules); !is_pattern && !near.empty()) {
      const std::string meant = std::string(prefix) + std::string(near);
      cure = "write " + quoted(meant);
      fix = change(one, item.glob, meant);
    }
    add(one, quoted(item.glob) + (is_pattern ? " matches no rule" : " is no rule") + ", so it hides nothing", cure,
        std::move(fix));
  }

  void add_unpaired(const Suppression& one) {
    const bool begins = one.kind == Suppression::Kind::Begin;
    Suppression other = one;
    other.kind = begins ? Suppression::Kind::End : Suppression::Kind::Begin;
    add(one,
        quoted(one.text()) + " has no " + quoted(other.text()) + (begins ? " after it" : " before it") +
            ", so it hides nothing",
        "write one, with the same list");
  }

  void add(const Suppression& one, std::string message, std::string cure, std::optional<Fix> fix = {}) {
    Finding finding;
    finding.rule = rule_name;
    finding.where = {file_, one.line, one.column};
    finding.subject = one.text();
    finding.message = std::move(message);
    finding.cures = {std::move(cure)};
    if (fix) found_.fixes.insert_or_assign({finding.where, finding.message}, std::move(*fix));
    found_.findings.push_back(std::move(finding));
  }

  std::string file_;
  SourceCache& sources_;
  const SuppressionOptions& options_;
  WrongSuppressions& found_;
};

}  // namespace

WrongSuppressions wrong_suppressions(Suppressions& suppressions, SourceCache& sources,
                                     std::span<const std::string> files, const SuppressionOptions& options) {
  WrongSuppressions found;
  for (const std::string& name : files) {
    const std::vector<Suppression>& all = suppressions.of(name);
    if (all.empty()) continue;
    const Conditionals conditionals(sources.lines(name));
    File file(name, sources, options, found);
    for (const Suppression& one : all) file.check(one, !conditionals.holds(one.line));
  }
  std::ranges::sort(found.findings);
  return found;
}

}  // namespace ferrule
