// Callables that the program keeps in members: who calls the member runs them.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// Whoever calls that member runs this body: what it locks there, the stored object's own class does not show.
void Interpreter::note_stored_callable(PlaceId place, const Abstract& value) {
  const Field* field = nullptr;
  PlaceId at = place;
  for (; !places_.is_root(at) && !field; at = places_.parent(at)) field = engine_.own_field(at);
  const ClassKnowledge* known = field ? engine_.class_of_type(field->type) : nullptr;
  if (!known || (known->is != Is::Callable && known->is != Is::Container)) return;
  const std::optional<Target> found = target(value, {}, false);
  const FunctionFlow* flow = found ? engine_.flow(*found->body) : nullptr;
  if (!flow) return;
  StoredCallable stored{found->body, {}};
  const Follower here = follower();
  Frame frame(here, found->self, {}, no_place);
  // The object is the one that the field is in, or the one that this is a part of.
  for (const Acquisition& taken : flow->summary.acquisitions)
    for (PlaceId object = at, lock = frame.map(taken.lock); lock != no_place;) {
      const PlaceId own =
          places_.has_prefix(lock, object) ? places_.rebase(lock, object, places_.root(Root::This)) : no_place;
      if (own != no_place) stored.own_locks.insert(own);
      if (places_.is_root(object) || places_.step_kind(object) == Step::Kind::Deref) break;
      object = places_.parent(object);
    }
  engine_.stored_callables[field->key].insert(std::move(stored));
}

// A callable of this body's own, put where an executor's threads take from. What it calls in turn may be the caller's.
void Interpreter::hand_over(unsigned index, PlaceId into, const Abstract& callable) {
  const std::string* field = nullptr;
  for (PlaceId at = into; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Field) {
      into_.filled_fields.insert(&places_.field_key(at));
      if (engine_.executed_fields.contains(places_.field_key(at))) field = &places_.field_key(at);
    }
  if (!field || places_.root_kind(into) != Root::This || callable.place == no_place ||
      places_.root_kind(callable.place) == Root::Param)
    return;
  Started started;
  started.origin = &function_;
  started.event = index;
  started.where = started.sink_call = &function_.events[index].where;
  started.sink = function_.name;
  started.owner = places_.root(Root::This);
  add_references(started, callable, started.where, "");
  start_body(started, callable, {});
  const auto is_callers = [&](PlaceId place) { return places_.root_kind(place) == Root::Param; };
  const bool runs_callers = !started.deferred.empty() ||
                            std::any_of(started.accesses.begin(), started.accesses.end(),
                                        [&](const Accessed& a) { return is_callers(a.place); }) ||
                            std::any_of(started.references.begin(), started.references.end(),
                                        [&](const Reference& r) { return is_callers(r.place); });
  if (started.bodies.empty() || !runs_callers) return;
  started.pooled = engine_.pooled_fields.contains(*field);
  if (!started.pooled) started.accesses.clear();
  add_items(started, callable, {}, *started.where);
  begin(index, 400, std::move(started));
}

// Whoever has the answer of this call can wait for what it started.
bool Interpreter::can_wait_for(unsigned index) const {
  const Event& event = function_.events[index];
  const ClassKnowledge* answer = engine_.class_of_type(event.type);
  return !event.is_discarded && answer && answer->is == Is::Handle && !is_collected(index);
}

// The answer goes into a container: whoever waits for it does so later, when others of its kind have started.
bool Interpreter::is_collected(unsigned index) const {
  const auto takes = [&](const Value& value) {
    return value.place.root == Root::Result && value.place.index == index && value.place.steps.empty();
  };
  return std::any_of(function_.events.begin(), function_.events.end(), [&](const Event& event) {
    const Function* callee = event.kind == Event::Kind::Call ? program_.function(event.callee) : nullptr;
    const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
    return known && (known->does == Does::Insert || known->does == Does::Emplace) &&
           std::any_of(event.args.begin(), event.args.end(), takes);
  });
}

}  // namespace ferrule
