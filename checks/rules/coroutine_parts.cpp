#include "checks/rules/coroutine_parts.h"

#include "checks/types/coroutine.h"

#include <algorithm>
#include <set>

namespace ferrule {

CallIndex::CallIndex(const Program& program) {
  for (const Function& function : program.facts().functions)
    for (const Event& event : function.events)
      if (event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct)
        if (!event.callee.empty()) calls_[event.callee].push_back({&function, &event});
}

const std::vector<CallIndex::Call>& CallIndex::of(std::string_view callee) const {
  static const std::vector<Call> none;
  auto it = calls_.find(callee);
  return it == calls_.end() ? none : it->second;
}

namespace {

bool record_holds_coroutine(const Record& record, const Program& program, unsigned depth) {
  if (record.name == "std::coroutine_handle") return true;
  if (depth == 0) return false;
  const auto holds = [&](const std::string& type) {
    const Record* of = program.record_of_type(type);
    return of && record_holds_coroutine(*of, program, depth - 1);
  };
  return std::any_of(record.fields.begin(), record.fields.end(),
                     [&](const Field& field) { return holds(field.type); }) ||
         std::any_of(record.bases.begin(), record.bases.end(), [&](const Base& base) { return holds(base.type); });
}

// Follows a value backwards to the calls that made the coroutine.
class Trace {
 public:
  Trace(const Program& program, const CallIndex& calls) : program_(program), calls_(calls) {}

  /// False if some way leads to a place that cannot be followed.
  bool follow(const Function& function, const Value& value, unsigned depth = 0) {
    if (depth > 16) return false;
    const Place& place = value.place;
    if (!visited_.insert({&function, place}).second) return true;
    switch (place.root) {
      case Root::Param:
        return follow_callers(function, place.index, depth);
      case Root::Local:
        return follow_local(function, place.index, depth);
      case Root::Result:
        return place.index < function.events.size() && follow_event(function, function.events[place.index], depth);
      default:
        return false;
    }
  }

  const std::vector<CoroutineCall>& origins() const { return origins_; }

 private:
  bool follow_callers(const Function& function, unsigned parameter, unsigned depth) {
    const auto& callers = calls_.of(function.key);
    bool all = !callers.empty();  // without, whoever calls is not in sight
    for (const CallIndex::Call& call : callers)
      all &= parameter < call.event->args.size() && follow(*call.caller, call.event->args[parameter], depth + 1);
    return all;
  }
  bool follow_local(const Function& function, unsigned local, unsigned depth) {
    bool found = false, all = true;
    for (const Event& event : function.events) {
      if (event.place.root != Root::Local || event.place.index != local || !event.place.steps.empty()) continue;
      if (event.kind == Event::Kind::Assign) {
        found = true;
        all &= follow(function, event.value, depth + 1);
      } else if (event.kind == Event::Kind::Construct) {
        found = true;
        all &= follow_event(function, event, depth + 1);
      }
    }
    return found && all;
  }
  bool follow_event(const Function& function, const Event& event, unsigned depth) {
    if (event.kind == Event::Kind::Construct)  // a copy or a move of another one
      return event.args.size() == 1 && follow(function, event.args[0], depth + 1);
    if (event.kind != Event::Kind::Call) return false;
    const Function* callee = program_.function(event.callee);
    if (!callee || callee->is_coroutine || event.is_virtual || !callee->has_body()) {
      const bool known = callee && callee->is_coroutine && callee->has_body() && !event.is_virtual;
      origins_.push_back({&function, &event, known ? callee : nullptr});
      return true;
    }
    bool found = false, all = true;
    for (const Event& inner : callee->events)
      if (inner.kind == Event::Kind::Return) {
        found = true;
        all &= follow(*callee, inner.value, depth + 1);
      }
    return found && all;
  }

  const Program& program_;
  const CallIndex& calls_;
  std::set<std::pair<const Function*, Place>> visited_;
  std::vector<CoroutineCall> origins_;
};

// The frame of a coroutine, and of those that it calls: they are suspended together.
void add_frame(const Function& coroutine, const CrossedPart& like, const Program& program,
               std::set<const Function*>& seen, std::vector<CrossedPart>& parts) {
  if (!seen.insert(&coroutine).second) return;
  for (const FrameValue& value : frame_of(coroutine, program)) {
    CrossedPart part = like;
    part.name = value.name;
    part.type = program.type(value.type);
    part.in_frame_of = &coroutine;
    part.suspended = value.suspended;
    part.declared = value.where;
    if (part.type && !holds_coroutine(*part.type, program)) parts.push_back(std::move(part));
  }
  for (const Event& event : coroutine.events)
    if (event.kind == Event::Kind::Call)
      if (const Function* callee = program.function(event.callee))
        if (callee->is_coroutine && callee->has_body()) add_frame(*callee, like, program, seen, parts);
}

}  // namespace

bool holds_coroutine(const Type& type, const Program& program) {
  const Record* record = program.record_of_type(type.key);
  return record && !record->is_closure && record_holds_coroutine(*record, program, 3);
}

std::vector<CoroutineCall> coroutine_calls(const CrossedPart& part, const Program& program, const CallIndex& calls) {
  const Function* function = program.function(part.crossing->function);
  Trace trace(program, calls);
  if (function) trace.follow(*function, part.value);
  return trace.origins();
}

std::vector<CrossedPart> frame_parts(const CrossedPart& part, const Program& program, const CallIndex& calls) {
  std::vector<CrossedPart> parts;
  const Function* function = program.function(part.crossing->function);
  Trace trace(program, calls);
  if (!function || !trace.follow(*function, part.value)) parts.push_back(part);
  std::set<std::pair<const Event*, const Function*>> done;
  for (const CoroutineCall& origin : trace.origins()) {
    if (!done.insert({origin.event, origin.coroutine}).second) continue;
    CrossedPart made = part;
    made.where = origin.event->where;
    made.is_capture = made.is_this = made.is_shared = false;
    if (!origin.coroutine) {
      const Function* callee = program.function(origin.event->callee);
      made.name = callee ? callee->name : "";
      made.type = program.type(origin.event->type);
      if (!made.type) made.type = part.type;
      parts.push_back(std::move(made));
      continue;
    }
    std::set<const Function*> seen;
    add_frame(*origin.coroutine, made, program, seen, parts);
  }
  return parts;
}

}  // namespace ferrule
