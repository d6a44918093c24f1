#include "tool/cli/judge.h"

#include "checks/model/nearest.h"
#include "tool/cli/scoping.h"
#include "tool/report/report.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace ferrule::cli {

Judged judge(Programs& programs, CheckOptions options) {
  Judged judged;
  options.turned_off = &judged.turned_off;
  UnseenClaims unseen(*options.configuration);
  for (std::size_t i = 0; i < programs.size(); ++i) {
    std::vector<Facts> program = programs.load(i);
    unseen.see(program);
    add_files(program, judged.files);
    std::vector<Incompleteness> incomplete;
    std::vector<Finding> below;
    options.below = &below;
    std::vector<Finding> findings = check(std::move(program), options, &incomplete);
    std::move(findings.begin(), findings.end(), std::back_inserter(judged.findings));
    std::move(below.begin(), below.end(), std::back_inserter(judged.below));
    std::move(incomplete.begin(), incomplete.end(), std::back_inserter(judged.incomplete));
  }
  order(judged.findings);
  order(judged.turned_off);
  std::ranges::sort(judged.incomplete);
  const auto repeated = std::ranges::unique(judged.incomplete);
  judged.incomplete.erase(repeated.begin(), repeated.end());
  judged.notes = unseen.notes();
  return judged;
}

void UnseenClaims::see(const std::vector<Facts>& program) {
  const std::vector<const ConfiguredClaim*> here = configuration_.unseen(program);
  if (is_first_) {
    left_ = here;
    is_first_ = false;
  } else {
    std::erase_if(left_, [&](const ConfiguredClaim* claim) { return std::ranges::find(here, claim) == here.end(); });
  }
  if (left_.empty()) return;
  for (const Facts& unit : program)
    for (const Record& record : unit.records)
      if (!record.is_closure) names_.insert(record.name);
}

std::vector<std::string> UnseenClaims::notes() const {
  const std::vector<std::string_view> names(names_.begin(), names_.end());
  const std::string directory = std::filesystem::current_path().string();
  std::vector<std::string> notes;
  for (const ConfiguredClaim* claim : left_)
    notes.push_back("'" + claim->type + "' is claimed in " + displayed_path(claim->where.file, directory) + ":" +
                    std::to_string(claim->where.line) + ":" + std::to_string(claim->where.column) +
                    ", but the program has no such class" + did_you_mean(claim->type, names));
  return notes;
}

}  // namespace ferrule::cli
