// thread-local-escape: another thread gets the address of this thread's own variable.
#include "checks/detect/borrows.h"
#include "checks/rules/rules.h"

namespace ferrule {

void thread_local_escape(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Borrow& borrow : find_thread_local_borrows(judgement.flow)) {
    Finding finding;
    finding.rule = "thread-local-escape";
    finding.where = borrow.where;
    finding.message = '\'' + borrow.name + "' is this thread's own, and a thread that can outlive it gets its address";
    finding.subject = borrow.subject;
    finding.profile = borrow.profile;
    if (borrow.crosses != borrow.where)
      finding.notes.push_back({borrow.crosses, "it crosses to another thread here, through '" + borrow.sink + "'"});
    for (const Location& via : borrow.via)
      if (via != borrow.crosses) finding.notes.push_back({via, "which this call reaches"});
    if (borrow.declared)
      finding.notes.push_back({borrow.declared, '\'' + borrow.name + "' is declared here, one for each thread"});
    finding.cures = {"pass a copy of '" + borrow.name + '\''};
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
