#include "tool/cli/plain/rules.h"

#include "checks/model/nearest.h"
#include "checks/rules/rule.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/pages.h"

#include <algorithm>

namespace ferrule::cli {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\n";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string parse_rule(std::string_view name) {
  constexpr std::string_view prefix = "ferrule-";
  std::string_view bare = name;
  if (bare.starts_with(prefix)) bare.remove_prefix(prefix.size());
  std::vector<std::string_view> names;
  for (const Rule& rule : all_rules()) names.push_back(rule.name);
  if (std::ranges::find(names, bare) != names.end()) return std::string(bare);
  const std::string near = did_you_mean(bare, names);
  throw UsageError("'" + std::string(name) + "' is not a rule" +
                   (near.empty() ? "; 'ferrule explain' lists them" : near));
}

std::vector<std::string> parse_rules(std::string_view list) {
  std::vector<std::string> rules;
  for (std::string_view rest = list;;) {
    const auto comma = rest.find(',');
    rules.push_back(parse_rule(trim(rest.substr(0, comma))));
    if (comma == std::string_view::npos) return rules;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> rule_names() {
  std::vector<std::string_view> names;
  for (const Rule& rule : all_rules()) names.push_back(rule.name);
  return names;
}

std::vector<RuleText> rule_texts() {
  const auto pages = rule_pages();
  std::vector<RuleText> texts;
  for (const Rule& rule : all_rules()) {
    const auto page = pages.find(rule.name);
    texts.push_back({rule.name, rule.summary, page == pages.end() ? std::string_view() : page->second});
  }
  return texts;
}

}  // namespace ferrule::cli
