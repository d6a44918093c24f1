// use-after-send: a value is used after it was moved to another thread or channel.
#include "checks/detect/incidents.h"
#include "checks/rules/rules.h"

namespace ferrule {

void use_after_send(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const UseAfterSend& use : find_uses_after_send(judgement.flow)) {
    Finding finding;
    finding.rule = "use-after-send";
    finding.where = use.used;
    const bool crossed = !use.sink.empty();
    finding.message = '\'' + use.name + "' is used after it " + (use.always ? "was" : "may have been") +
                      (crossed ? " moved to another thread" : " moved from");
    finding.subject = use.subject;
    finding.profile = use.always && crossed ? Profile::Default : Profile::Strict;
    const bool again = use.used == use.sent;
    finding.notes.push_back({use.sent, again     ? "the loop moves it again"
                                       : crossed ? "it is moved here, through '" + use.sink + "'"
                                                 : "it is moved here"});
    finding.cures = {std::string(crossed ? "copy it for the thread" : "copy it") + ", give '" + use.name +
                     "' a new value first, or use it before it is moved"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
