#include "checks/rules/check.h"

#include "checks/rules/one_bug.h"
#include "checks/rules/rule.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace ferrule {

std::vector<Finding> check(std::vector<Facts> units, const CheckOptions& options,
                           std::vector<Incompleteness>* incomplete) {
  static const Configuration none;
  const Configuration& configuration = options.configuration ? *options.configuration : none;
  const std::vector<std::string>& rules = options.rules.empty() ? configuration.rules() : options.rules;
  configuration.claim(units);
  if (!units.empty())
    for (Global& state : configuration.concurrency().hidden_state()) units.front().globals.push_back(std::move(state));
  const Program program(std::move(units));
  const Flow flow(program, configuration.concurrency());
  const Verdicts verdicts(program, &flow, configuration.types());
  const Judgement judgement{program, flow, verdicts, options.profile.value_or(configuration.loudest_profile())};

  if (incomplete) *incomplete = flow.incomplete();

  std::vector<Finding> findings;
  for (const Rule& rule : all_rules()) {
    const bool wanted = rules.empty() || std::find(rules.begin(), rules.end(), rule.name) != rules.end();
    if (!wanted) continue;
    const auto start = std::chrono::steady_clock::now();
    rule.run(judgement, findings);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (options.timed) options.timed(rule.name, passed.count());
  }
  std::erase_if(findings, [](const Finding& finding) { return !finding.where; });
  keep_most_specific(judgement, findings);
  const auto below = std::stable_partition(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.profile <= options.profile.value_or(configuration.profile_at(finding.where.file));
  });
  if (options.below) options.below->assign(std::make_move_iterator(below), std::make_move_iterator(findings.end()));
  findings.erase(below, findings.end());
  order(findings);
  const auto off = std::stable_partition(findings.begin(), findings.end(), [&](const Finding& finding) {
    return !configuration.is_off(finding.where.file);
  });
  if (options.turned_off) options.turned_off->insert(options.turned_off->end(), off, findings.end());
  findings.erase(off, findings.end());
  return findings;
}

void order(std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.where, a.rule, a.message, a) < std::tie(b.where, b.rule, b.message, b);
  });
  const auto same = [](const Finding& a, const Finding& b) {
    return a.where == b.where && a.rule == b.rule && a.message == b.message;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

}  // namespace ferrule
