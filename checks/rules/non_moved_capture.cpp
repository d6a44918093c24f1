// non-moved-capture: what crosses refers to something that can die first.
#include "checks/judge/borrows.h"
#include "checks/rules/rule.h"
#include "checks/rules/rules.h"

namespace ferrule {
namespace {

std::string message(const Borrow& borrow) {
  const std::string thing = borrow.is_message ? "another thread" : "a thread";
  if (borrow.joined_by) return '\'' + borrow.name + "' is destroyed before the thread that uses it is joined";
  const std::string how = borrow.is_message   ? "is sent by reference to "
                          : borrow.is_this    ? "is captured by "
                          : borrow.by_capture ? "is captured by reference by "
                                              : "is passed by reference to ";
  const std::string ending = !borrow.proved                      ? " and nothing shows that it lives long enough"
                             : borrow.profile == Profile::Strict ? " that must not borrow from this function"
                                                                 : " that can outlive it";
  return '\'' + borrow.name + "' " + how + thing + ending;
}

std::vector<std::string> cures(const Borrow& borrow) {
  if (borrow.joined_by) return {"declare the thread after '" + borrow.name + "', so that it is joined first"};
  if (borrow.is_this)
    return {"let the thread own the object: capture 'self = shared_from_this()', or join the thread in the destructor"};
  const std::string owned = "'" + borrow.name + " = std::move(" + borrow.name + ")'";
  if (borrow.by_capture)
    return {"move it into the closure: " + owned,
            "or join the thread before '" + borrow.name + "' ends, for example with 'ferrule::scope'"};
  return {"pass it by value",
          "or join the thread before '" + borrow.name + "' ends, for example with 'ferrule::scope'"};
}

}  // namespace

void non_moved_capture(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Borrow& borrow : find_borrows(judgement.flow)) {
    Finding finding;
    finding.rule = "non-moved-capture";
    finding.where = borrow.where;
    finding.message = message(borrow);
    finding.subject = borrow.subject;
    finding.profile = borrow.profile;
    if (borrow.crosses != borrow.where)
      finding.notes.push_back({borrow.crosses, "it crosses to another thread here, through '" + borrow.sink + "'"});
    for (const Location& via : borrow.via)
      if (via != borrow.crosses) finding.notes.push_back({via, "which this call reaches"});
    if (borrow.joined_by) {
      finding.notes.push_back({borrow.joined_by, "the thread is joined when this member is destroyed"});
      finding.notes.push_back(
          {borrow.declared, '\'' + borrow.name + "' is declared after it, and destroyed before it"});
    } else if (borrow.declared) {
      const std::string ends =
          borrow.proved ? "' is declared here and destroyed at the end of its scope" : "' is declared here";
      finding.notes.push_back({borrow.declared, '\'' + borrow.name + ends});
    } else if (borrow.ends) {
      finding.notes.push_back({borrow.ends, "the object is destroyed here"});
    }
    finding.cures = cures(borrow);
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
