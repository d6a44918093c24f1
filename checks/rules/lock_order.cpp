// lock-order: locks are taken in a cycle, or one is taken twice.
#include "checks/detect/lock_order.h"

#include "checks/rules/rules.h"

namespace ferrule {

void lock_order(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const LockCycle& cycle : find_lock_cycles(judgement.flow)) {
    const LockStep& first = cycle.steps.front();
    Finding finding;
    finding.rule = "lock-order";
    finding.where = first.where;
    finding.subject = cycle.subject;
    finding.profile = cycle.profile;
    finding.notes = first.way;
    if (cycle.steps.size() == 1) {
      finding.message = '\'' + first.taken + "' is locked while this thread holds it already, and waits for itself";
      finding.cures = {
          "split the function: a public part that locks, and a private part that expects the lock to be held"};
    } else {
      finding.message =
          '\'' + first.taken + "' is locked while '" + first.held + "' is held, and elsewhere the other way round";
      for (std::size_t i = 1; i < cycle.steps.size(); ++i) {
        const LockStep& step = cycle.steps[i];
        finding.notes.insert(finding.notes.end(), step.way.begin(), step.way.end());
        finding.notes.push_back({step.where, '\'' + step.taken + "' is locked here while '" + step.held + "' is held"});
      }
      finding.cures = {"take them in one order everywhere, or both at once with 'std::scoped_lock'"};
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
