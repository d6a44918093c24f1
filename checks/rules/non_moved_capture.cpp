// non-moved-capture: what crosses refers to something that can die first.
#include "checks/detect/borrows.h"
#include "checks/rules/coroutine_parts.h"
#include "checks/rules/rule.h"
#include "checks/rules/rules.h"

#include <algorithm>

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

// What of the caller's frame a call binds to a reference: the name for people, "" if it is none of the caller's own.
std::string borrowed_name(const Value& value, const Function& caller) {
  for (const Step& step : value.place.steps)
    if (step.kind == Step::Kind::Deref) return "";
  if (value.place.root == Root::Local && value.place.index < caller.locals.size())
    return caller.locals[value.place.index].name;
  return "";
}

// Does an object of this type only point to what it was made from?
bool only_points(const std::string& type_key, const Judgement& judgement) {
  const Type* type = judgement.program.type(type_key);
  if (!type || type->kind == TypeKind::Pointer) return type != nullptr;
  return judgement.flow.known().is_view(judgement.program.record_of_type(type_key));
}

// The same for an argument that is a view, made here from the caller's own.
std::string viewed_name(const Value& value, const Function& caller) {
  if (value.kind == Value::Kind::Address) return borrowed_name(value, caller);
  const bool is_made = (value.kind == Value::Kind::Object || value.kind == Value::Kind::Copy) &&
                       value.place.root == Root::Result && value.place.index < caller.events.size();
  if (!is_made) return "";
  const Event& made = caller.events[value.place.index];
  if (made.kind == Event::Kind::Call && made.place.known())
    return borrowed_name({Value::Kind::Address, made.place}, caller);
  for (const Value& source : made.args)
    if (const std::string name = source.kind == Value::Kind::Address ? borrowed_name(source, caller) : "";
        !name.empty())
      return name;
  return "";
}

bool uses_captures(const Function& body) {
  return std::any_of(body.events.begin(), body.events.end(), [](const Event& event) {
    const auto own = [](const Value& value) { return value.place.root == Root::This; };
    return event.place.root == Root::This || own(event.value) || std::any_of(event.args.begin(), event.args.end(), own);
  });
}

// A coroutine keeps its reference parameters, and a lambda's keeps only a reference to the closure: who made it may be
// gone when another thread goes on with it.
void find_frame_borrows(const CoroutineCall& call, const Crossing& crossing, const Judgement& judgement,
                        std::vector<Finding>& findings) {
  if (!call.coroutine) return;
  const auto add = [&](const std::string& name, const std::string& what, const std::string& cure) {
    Finding finding;
    finding.rule = "non-moved-capture";
    finding.where = call.event->where;
    finding.message = '\'' + name + "' " + what + " that another thread can go on with after this function returns";
    finding.subject = call.caller->key + "/coroutine/" + name;
    finding.profile = Profile::Strict;
    finding.notes.push_back({call.coroutine->where, "the coroutine is here"});
    if (crossing.where != finding.where)
      finding.notes.push_back({crossing.where, "it crosses to another thread here, through '" + crossing.sink + "'"});
    finding.cures = {cure};
    findings.push_back(std::move(finding));
  };
  const auto& params = call.coroutine->params;
  for (std::size_t i = 0; i < params.size() && i < call.event->args.size(); ++i)
    if (const std::string name = params[i].is_reference ? borrowed_name(call.event->args[i], *call.caller)
                                 : only_points(params[i].type, judgement)
                                     ? viewed_name(call.event->args[i], *call.caller)
                                     : "";
        !name.empty())
      add(name, "is kept by reference in the coroutine '" + call.coroutine->name + "'", "take the parameter by value");
  const Record* closure = judgement.program.record(call.coroutine->record);
  const std::string name =
      closure && closure->is_closure ? borrowed_name({Value::Kind::Address, call.event->place}, *call.caller) : "";
  if (!name.empty() && uses_captures(*call.coroutine))
    add(name, "holds the captures of a coroutine", "pass them as parameters, by value");
}

void find_frame_borrows(const Judgement& judgement, std::vector<Finding>& findings) {
  const CallIndex calls(judgement.program);
  for (const Crossing& crossing : judgement.flow.crossings()) {
    if (crossing.bound != Bound::Detached) continue;
    for (const CrossedPart& part : parts_of(crossing, judgement.program))
      if (holds_coroutine(*part.type, judgement.program))
        for (const CoroutineCall& call : coroutine_calls(part, judgement.program, calls))
          find_frame_borrows(call, crossing, judgement, findings);
  }
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
  find_frame_borrows(judgement, findings);
}

}  // namespace ferrule
