// References, pointers and views into what a guard leads to, used when the guard is gone.
#include "checks/flow/interpreter.h"

#include <string_view>

namespace ferrule {
namespace {

// As a field of the object: what still points there points to what may not be touched any more.
constexpr std::string_view outlived = "#outlived";

}  // namespace

// The object that `*guard` is, if the guard gives one and is a variable here.
PlaceId Interpreter::object_of_guard(PlaceId guard) {
  if (guard == no_place || places_.root_kind(guard) != Root::Local || !places_.is_root(guard)) return no_place;
  if (!state_.points.contains(places_.field(guard, "guarded"))) return no_place;
  return follower().deref({guard}).place;
}

// The guard is destroyed: whatever points to its object is marked.
void Interpreter::end_of_guard(const Event& event, PlaceId guard) {
  const ClassKnowledge* known = engine_.class_of_type(event.type);
  const auto held = state_.guards.find(guard);
  if (!known || known->is != Is::Guard || held == state_.guards.end() || held->second.locks.empty()) return;
  const PlaceId object = object_of_guard(guard);
  if (object == no_place) return;
  const PlaceId gone = places_.field(held->second.locks.front(), outlived);
  if (gone == no_place) return;
  for (auto& [at, stored] : state_.points)
    if (stored.kind == Value::Kind::Address && stored.place != no_place && !places_.has_prefix(at, guard) &&
        places_.has_prefix(stored.place, object))
      stored.place = gone;
}

void Interpreter::note_outlived(PlaceId place, const Location& where) {
  if (place == no_place) return;
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Field && places_.field_key(at) == outlived) {
      into_.outlived.push_back({places_.parent(at), &where, false});
      return;
    }
}

// `return *guard;` by reference, or as a view: the guard ends with the function.
void Interpreter::note_returned_from(const Event& event, const Abstract& value) {
  const bool views = engine_.known.is_view(program_.record_of_type(function_.result));
  if (value.place == no_place || !(points_to(function_.result) || views)) return;
  const Abstract* stored = value.kind == Value::Kind::Address ? &value : follower().lookup(value.place);
  if (!stored || stored->kind != Value::Kind::Address || stored->place == no_place) return;
  for (const auto& [guard, held] : state_.guards) {
    const PlaceId object = object_of_guard(guard);
    if (object != no_place && !held.locks.empty() && places_.has_prefix(stored->place, object))
      into_.outlived.push_back({held.locks.front(), &event.where, true});
  }
}

}  // namespace ferrule
