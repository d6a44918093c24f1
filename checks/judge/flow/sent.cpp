// Values that another thread owns, and locks held while waiting for one.
#include "checks/judge/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// `value` goes to another thread: the variables it was moved from are not ours any more.
void Interpreter::mark_sent(const Abstract& value, const Started& started) {
  const Sent sent{started.where, &program_.function(function_.events[now_].callee)->name, true};
  const auto mark = [&](PlaceId variable) {
    const Root root = variable == no_place ? Root::Unknown : places_.root_kind(variable);
    if ((root == Root::Local || root == Root::Param) && places_.is_root(variable)) state_.sent[variable] = sent;
  };
  if (value.kind == Value::Kind::Move) mark(resolve(value.place));
  if (value.kind != Value::Kind::Object && value.kind != Value::Kind::Move) return;
  for (const auto& [variable, into] : state_.moved_into)
    if (into == value.place) mark(variable);
}

// Any mention of a variable that was sent is a use, except giving it a new value and its end.
void Interpreter::check_sent(unsigned index) {
  if (state_.sent.empty()) return;
  const Event& event = function_.events[index];
  const auto named = [&](const Place& place) -> PlaceId {
    if (place.root != Root::Local && place.root != Root::Param) return no_place;
    const PlaceId variable = places_.root(place.root, place.index);
    return state_.sent.contains(variable) ? variable : no_place;
  };
  const auto use = [&](const Place& place) {
    const PlaceId variable = named(place);
    if (variable == no_place) return;
    const Sent sent = state_.sent.at(variable);
    state_.sent.erase(variable);  // once is enough
    if (!collecting_) return;
    SentUse found;
    found.name = describe(places_.expand(variable), function_, program_);
    found.sent = sent.where;
    found.sink = *sent.sink;
    found.used = &event.where;
    found.always = sent.always;
    into_.sent_uses.push_back(std::move(found));
  };
  if (event.kind == Event::Kind::Destroy) return;
  for (const Value& argument : event.args)
    if (argument.kind != Value::Kind::Object) use(argument.place);
  if (event.value.kind != Value::Kind::Object) use(event.value.place);

  const Function* callee = program_.function(event.callee);
  const std::string name = callee ? callee->name.substr(callee->name.rfind(':') + 1) : std::string();
  const bool renews = event.kind == Event::Kind::Assign || event.kind == Event::Kind::Construct ||
                      name == "operator=" || name == "reset" || name == "clear" || name == "assign";
  const PlaceId variable = named(event.place);
  if (variable != no_place && renews && event.place.steps.empty())
    state_.sent.erase(variable);
  else if (event.kind == Event::Kind::Access || event.kind == Event::Kind::Call || event.kind == Event::Kind::Assign)
    use(event.place);
}

void Interpreter::note_waits_holding(HeldWait::For what, const Location& where, const Started* thread) {
  if (!collecting_) return;
  for (const auto& [lock, shared] : state_.held) {
    if (assumed_.contains(lock) || engine_.is_flag_lock(lock)) continue;
    if (thread && !thread->locks.contains(lock)) continue;
    into_.held_waits.push_back({what, lock, &where, thread ? thread->where : nullptr});
  }
}

// A thread that this function did not start is joined; its starter, in the same class perhaps, is asked later.
void Interpreter::note_join_holding(PlaceId handle, const std::set<PlaceId>& released, const Location& where) {
  if (!collecting_ || !is_exported(handle)) return;
  for (const auto& [lock, shared] : state_.held)
    if (!assumed_.contains(lock) && !released.contains(lock)) into_.held_joins.push_back({lock, handle, &where});
}

// What comes back points into the object, and a guard that ends here held a lock of it by then.
void Interpreter::note_escape(const Event& event, const Abstract& value) {
  const Type* type = program_.type(function_.result);
  const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  const bool views =
      record && record->is_system &&
      (record->name.ends_with("iterator") || record->name == "std::basic_string_view" || record->name == "std::span");
  if (!points_to(function_.result) && !views) return;
  const Root root = value.kind == Value::Kind::Address ? places_.root_kind(value.place) : Root::Unknown;
  if ((root != Root::This && root != Root::Global) || places_.has_deref(value.place)) return;
  for (const auto& [place, guard] : state_.guards)
    for (PlaceId lock : guard.locks)
      if (guard.owns && places_.root_kind(place) == Root::Local && places_.root_kind(lock) == root &&
          state_.held.contains(lock))
        into_.escapes.push_back({value.place, lock, &event.where});
}

}  // namespace ferrule
