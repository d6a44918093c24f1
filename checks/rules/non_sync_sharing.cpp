// A value is shared between threads whose type is not Sync.
#include "checks/rules/rules.h"
#include "checks/rules/type_findings.h"

namespace ferrule {

void non_sync_sharing(const Judgement& judgement, std::vector<Finding>& findings) {
  constexpr std::string_view rule = "non-sync-sharing";
  find_refused_crossings(judgement, Question::Sync, rule, findings);
  find_failed_assertions(judgement, Question::Sync, rule, findings);
  find_broken_promises(judgement, Question::Sync, "requires_sync", rule, findings);
}

}  // namespace ferrule
