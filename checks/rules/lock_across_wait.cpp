// lock-across-wait: a lock is held while the function waits for a thread that takes it, or suspends.
#include "checks/detect/incidents.h"
#include "checks/rules/rules.h"

namespace ferrule {

void lock_across_wait(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const LockAcrossWait& wait : find_locks_across_waits(judgement.flow)) {
    Finding finding;
    finding.rule = "lock-across-wait";
    finding.where = wait.where;
    finding.subject = wait.subject;
    finding.profile = wait.profile;
    if (wait.started) {
      finding.message = '\'' + wait.lock + "' is held while a thread that locks it is waited for";
      finding.notes.push_back({wait.started, "the thread starts here"});
      finding.cures = {"give the lock back before the join"};
    } else if (wait.told) {
      finding.message = '\'' + wait.lock + "' is held while " +
                        (wait.for_answer ? "an answer is waited for, and whoever gives it locks that first"
                                         : "a condition is waited for, and whoever tells it locks that first");
      finding.notes.push_back({wait.told, wait.for_answer ? "the answer is given here" : "the condition is told here"});
      finding.cures = {wait.for_answer ? "give the lock back before the wait"
                                       : "give the lock back before the wait, or wait with it"};
    } else {
      finding.message = '\'' + wait.lock + "' is held across a suspension, and may be given back by another thread";
      finding.cures = {"end the guard's scope before 'co_await'"};
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
