// What breaks the promise of const: writes in const member functions, in what they call, and from outside.
#include "checks/types/verdicts_evidence.h"
#include "checks/types/verdicts_wording.h"

#include <set>

namespace ferrule {

/// A const member function that writes through a pointer, or to a static, breaks the promise of const.
void Evidence::read_const_writes(const Record& record, ClassEvidence& evidence) const {
  std::set<Location> seen;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !method->is_const || method->is_static || method->visibility == Visibility::Private) continue;
    if (!method->has_body()) continue;
    read_casts(*method, evidence);
    read_stored(*method, evidence);
    for (const TracedAccess& access : accesses_(key)) {
      if (!access.is_write || access.is_atomic || !access.locks.empty()) continue;
      const Global* global = access.place.root == Root::Global ? program_.global(access.place.key) : nullptr;
      const bool is_static = global && !global->is_thread_local && !global->is_system &&
                             !(global->is_local_static && is_initialisation(access, *method));
      // Writing one element of many is what views are for; whether two threads meet there is for the race rule.
      const bool through = access.place.root == Root::This && passes(access.place, Step::Kind::Deref) &&
                           !passes(access.place, Step::Kind::Element);
      // Without const in the way it is a `mutable` member or a cast: mutable members are judged by themselves.
      const Field* first = access.place.root == Root::This && !access.place.steps.empty()
                               ? program_.field(access.place.steps[0].field)
                               : nullptr;
      const bool cast = first && !first->is_mutable && !passes(access.place, Step::Kind::Deref);
      if (!is_static && !through && !cast) continue;
      if (!seen.insert(access.where).second) continue;
      Reason reason{"const member function " + quoted(last_name(method->name)) + " writes " +
                        describe(access.place, program_) + " without a lock",
                    access.where, "guard it with a mutex or make it atomic, or make the function non-const"};
      reason.answer = Answer::No;
      reason.is_evidence = true;
      evidence.not_sync.push_back(std::move(reason));
    }
  }
}

// The first time that a function gets to its static: the language lets one thread do that.
bool Evidence::is_initialisation(const TracedAccess& access, const Function& method) const {
  const Function* writer = access.path.empty() ? &method : program_.function(access.path.back().function);
  if (!writer) return false;
  return std::any_of(writer->events.begin(), writer->events.end(), [&](const Event& event) {
    return event.where == access.where && event.place == access.place &&
           (event.kind == Event::Kind::Construct || (event.kind == Event::Kind::Assign && event.is_initialisation));
  });
}

/// A const member function that casts const away and hands the member out: what is done with it, nobody can tell.
void Evidence::read_casts(const Function& method, ClassEvidence& evidence) const {
  const Type* result = program_.type(method.result);
  if (!result || (result->kind != TypeKind::Reference && result->kind != TypeKind::Pointer)) return;
  const Type* target = program_.type(result->target);
  if (!target || target->is_const || target->kind == TypeKind::Function) return;
  for (const Event& event : method.events) {
    const Place& place = event.value.place;
    if (event.kind != Event::Kind::Return || event.value.kind != Value::Kind::Address || place.root != Root::This)
      continue;
    if (place.steps.empty() || passes(place, Step::Kind::Deref)) continue;
    const Field* field = program_.field(place.steps.back().field);
    if (!field || field->is_mutable || field->is_reference) continue;
    Reason reason{"const member function " + quoted(last_name(method.name)) + " gives a reference through which " +
                      quoted(field->name) + " can be changed",
                  event.where, "return a reference to const, or make the function non-const"};
    reason.answer = Answer::Unknown;
    evidence.not_sync.push_back(std::move(reason));
  }
}

namespace {

// The closure that an event puts into a member of a library's class, such as a std::function; null if it does not.
const Record* stored_closure(const Event& event, const Function& function, const Program& program) {
  const Function* callee = program.function(event.callee);
  const bool assigns = event.kind == Event::Kind::Call && callee && callee->name.ends_with("::operator=");
  if ((event.kind != Event::Kind::Construct && !assigns) || !callee || !callee->is_system || event.args.size() != 1)
    return nullptr;
  const Value& value = event.args[0];
  const bool is_made_here = value.kind == Value::Kind::Object && value.place.index < function.events.size();
  const Record* record = is_made_here ? program.record_of_type(function.events[value.place.index].type) : nullptr;
  return record && record->is_closure ? record : nullptr;
}

const Step* own_field(const Place& place) {
  const bool is_field = place.root == Root::This && place.steps.size() == 1;
  return is_field && place.steps[0].kind == Step::Kind::Field ? &place.steps[0] : nullptr;
}

bool is_unguarded_write(const TracedAccess& access) {
  return access.is_write && !access.is_atomic && access.locks.empty();
}

}  // namespace

const std::vector<const Record*>& Evidence::stored_in(std::string_view field) const {
  if (!stored_indexed_) {
    stored_indexed_ = true;
    for (const Function& function : program_.facts().functions)
      for (const Event& event : function.events)
        if (const Step* into = own_field(event.place))
          if (const Record* closure = stored_closure(event, function, program_))
            stored_[into->field].push_back(closure);
  }
  static const std::vector<const Record*> none;
  auto it = stored_.find(field);
  return it == stored_.end() ? none : it->second;
}

/// A const member function that calls what a member holds: `std::function` lets a const one change anything.
void Evidence::read_stored(const Function& method, ClassEvidence& evidence) const {
  if (evidence.locks.has_lock) return;  // which may be held at the call
  for (const Event& event : method.events) {
    const Step* called = event.kind == Event::Kind::Call ? own_field(event.place) : nullptr;
    const Function* callee = called ? program_.function(event.callee) : nullptr;
    if (!callee || !callee->is_system || !callee->name.ends_with("::operator()")) continue;
    for (const Record* closure : stored_in(called->field))
      for (const TracedAccess& access : accesses_(closure->call_operator)) {
        if (!is_unguarded_write(access) || access.place.root != Root::This) continue;
        if (passes(access.place, Step::Kind::Element)) continue;
        const Field* field = program_.field(called->field);
        Reason reason{"const member function " + quoted(last_name(method.name)) + " calls " +
                          quoted(field ? field->name : "?") + ", which writes " + describe(access.place, program_) +
                          " without a lock",
                      access.where, "guard it with a mutex or make it atomic, or make the function non-const"};
        reason.answer = Answer::No;
        reason.is_evidence = true;
        evidence.not_sync.push_back(std::move(reason));
        return;
      }
  }
}

namespace {

// Does the event write a member of a parameter as it is, not what a pointer in it leads to?
bool writes_param(const Event& event) {
  const bool writes =
      event.kind == Event::Kind::Assign || (event.kind == Event::Kind::Access && event.mode != Event::Mode::Read);
  return writes && event.place.root == Root::Param && !event.place.steps.empty();
}

}  // namespace

/// A function that is no member, a friend for instance, and casts away the const of what it got by reference.
void Evidence::read_outside_writes(const Record& record, ClassEvidence& evidence) const {
  for (const Function* function : strangers(record)) {
    if (std::none_of(function->events.begin(), function->events.end(), writes_param)) continue;
    for (const TracedAccess& access : accesses_(function->key)) {
      if (!is_unguarded_write(access) || access.place.root != Root::Param || access.place.steps.empty()) continue;
      if (access.place.index >= function->params.size() || passes(access.place, Step::Kind::Deref)) continue;
      const Type* param = program_.type(function->params[access.place.index].type);
      const Type* target = param && param->kind == TypeKind::Reference ? program_.type(param->target) : nullptr;
      const Field* field = program_.field(access.place.steps[0].field);
      if (!target || !target->is_const || !field || field->is_mutable) continue;
      if (program_.record_of_field(field->key) != &record) continue;
      Reason reason{quoted(last_name(function->name)) + " writes " + describe(access.place, program_) +
                        " of an object that it takes as const, without a lock",
                    access.where, "guard it with a mutex or make it atomic, or take the object as non-const"};
      reason.answer = Answer::No;
      reason.is_evidence = true;
      evidence.not_sync.push_back(std::move(reason));
      return;
    }
  }
}

}  // namespace ferrule
