// guard-escape: a way into guarded data is returned, and the guard is not.
#include "checks/detect/escapes.h"
#include "checks/rules/rules.h"

namespace ferrule {
namespace {

// The data behind a lock that gives it out with its guard only.
void find_outlived(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const OutlivedGuard& outlived : find_outlived_guards(judgement.flow)) {
    Finding finding;
    finding.rule = "guard-escape";
    finding.where = outlived.where;
    finding.message = outlived.is_returned
                          ? '\'' + outlived.lock + "' is given back while a reference to what it guards is returned"
                          : '\'' + outlived.lock + "' is given back before what it guards is used here";
    finding.subject = outlived.subject;
    finding.profile = Profile::Strict;
    finding.cures = {"keep the guard as long as the reference, or take a copy"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace

void guard_escape(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const GuardEscape& escape : find_guard_escapes(judgement.flow)) {
    const bool harmless =
        !escape.type.empty() && judgement.verdicts.of(Question::Synchronized, escape.type).answer == Answer::Yes;
    if (harmless) continue;
    Finding finding;
    finding.rule = "guard-escape";
    finding.where = escape.where;
    finding.message = '\'' + escape.name + "' is returned by " + escape.how + ", and '" + escape.lock +
                      "', which guards it, is given back";
    finding.subject = escape.subject;
    finding.profile = escape.profile;
    finding.notes.push_back({escape.threat, "another thread can change it here, holding '" + escape.lock + '\''});
    if (escape.declared) finding.notes.push_back({escape.declared, '\'' + escape.name + "' is declared here"});
    finding.cures = {"return a copy, or run the caller's code under the lock"};
    findings.push_back(std::move(finding));
  }
  find_outlived(judgement, findings);
}

}  // namespace ferrule
