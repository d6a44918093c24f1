// use-after-send: a value is used after it was moved to another thread or channel.
#include "checks/judge/incidents.h"
#include "checks/rules/rules.h"

namespace ferrule {

void use_after_send(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const UseAfterSend& use : find_uses_after_send(judgement.flow)) {
    Finding finding;
    finding.rule = "use-after-send";
    finding.where = use.used;
    finding.message = '\'' + use.name + "' is used after it " + (use.always ? "was" : "may have been") + " moved to another thread";
    finding.subject = use.subject;
    finding.profile = use.always ? Profile::Default : Profile::Strict;
    const bool again = use.used == use.sent;
    finding.notes.push_back({use.sent, again ? "the loop moves it again" : "it is moved here, through '" + use.sink + "'"});
    finding.cures = {"copy it for the thread, give '" + use.name + "' a new value first, or use it before it is moved"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
