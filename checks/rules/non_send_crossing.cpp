// A value whose type is not Send crosses to another thread.
#include "checks/rules/rules.h"
#include "checks/rules/type_findings.h"

namespace ferrule {

void non_send_crossing(const Judgement& judgement, std::vector<Finding>& findings) {
  constexpr std::string_view rule = "non-send-crossing";
  find_refused_crossings(judgement, Question::Send, rule, findings);
  find_failed_assertions(judgement, Question::Send, rule, findings);
  find_broken_promises(judgement, Question::Send, "requires_send", rule, findings);
}

}  // namespace ferrule
