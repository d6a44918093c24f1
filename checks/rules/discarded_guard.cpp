// discarded-guard: a guard or future is a temporary that dies at once.
#include "checks/detect/incidents.h"
#include "checks/rules/rules.h"

namespace ferrule {

void discarded_guard(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const DiscardedGuard& discarded : find_discarded_guards(judgement.flow)) {
    Finding finding;
    finding.rule = "discarded-guard";
    finding.where = discarded.where;
    finding.subject = discarded.subject;
    if (discarded.is_future) {
      finding.message =
          "'" + discarded.type + "' is a temporary whose end waits for the thread, so nothing runs beside it";
      finding.cures = {"keep the future until the result is needed"};
    } else {
      finding.message = "'" + discarded.type + "' is a temporary that gives its lock back at once";
      finding.cures = {"name it, so that it lives to the end of the scope"};
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
