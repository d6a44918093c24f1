#include "checks/rules/one_bug.h"

#include "checks/detect/incidents.h"

#include <algorithm>
#include <set>

namespace ferrule {
namespace {

// What threads meet at: the access, which need not be where the finding is.
Location access(const Finding& race) {
  return race.ways.empty() || race.ways.front().empty() ? race.where : race.ways.front().back().where;
}

bool leads_over(const Finding& race, const Location& where) {
  return std::any_of(race.ways.begin(), race.ways.end(), [&](const std::vector<Note>& way) {
    return std::any_of(way.begin(), way.end(), [&](const Note& step) { return step.where == where; });
  });
}

// The same variable, and the same start of a thread.
bool is_of_borrow(const Finding& race, const Finding& borrow) {
  if (borrow.subject.empty() || !race.subject.starts_with(borrow.subject + " in ")) return false;
  return leads_over(race, borrow.where) || std::any_of(borrow.notes.begin(), borrow.notes.end(), [&](const Note& note) {
           return note.where && leads_over(race, note.where);
         });
}

// In the same function, behind the guard that was to protect it.
bool is_of_discarded(const Finding& race, const DiscardedGuard& guard) {
  const Location at = access(race);
  return !guard.lock.empty() && race.message.find("without '" + guard.lock + '\'') != std::string::npos &&
         race.subject.ends_with(" in " + guard.function) && at.file == guard.where.file &&
         std::tie(guard.where.line, guard.where.column) < std::tie(at.line, at.column);
}

class Cause {
 public:
  Cause(const Judgement& judgement, std::vector<Finding>& findings) : findings_(findings) {
    const auto is_there = [&](const DiscardedGuard& guard) { return told("discarded-guard", guard.where) != nullptr; };
    for (DiscardedGuard& guard : find_discarded_guards(judgement.flow))
      if (is_there(guard)) guards_.push_back(std::move(guard));
  }

  Finding* of(const Finding& race) const {
    for (const DiscardedGuard& guard : guards_)
      if (is_of_discarded(race, guard)) return told("discarded-guard", guard.where);
    const auto borrow = std::find_if(findings_.begin(), findings_.end(), [&](const Finding& finding) {
      return finding.rule == "non-moved-capture" && finding.profile == Profile::Default && is_of_borrow(race, finding);
    });
    return borrow == findings_.end() ? nullptr : &*borrow;
  }

 private:
  Finding* told(std::string_view rule, const Location& where) const {
    const auto found = std::find_if(findings_.begin(), findings_.end(), [&](const Finding& finding) {
      return finding.rule == rule && finding.where == where && finding.profile == Profile::Default;
    });
    return found == findings_.end() ? nullptr : &*found;
  }

  std::vector<Finding>& findings_;
  std::vector<DiscardedGuard> guards_;
};

}  // namespace

void keep_most_specific(const Judgement& judgement, std::vector<Finding>& findings) {
  const Cause cause(judgement, findings);
  std::set<const Finding*> explained;
  for (const Finding& finding : findings) {
    if (finding.rule != "unguarded-shared-data") continue;
    Finding* const specific = cause.of(finding);
    if (specific == nullptr) continue;
    specific->notes.push_back({finding.where, "so " + finding.message});
    explained.insert(&finding);
  }
  std::vector<Finding> kept;
  for (Finding& finding : findings)
    if (!explained.contains(&finding)) kept.push_back(std::move(finding));
  findings = std::move(kept);
}

}  // namespace ferrule
