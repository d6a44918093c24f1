// What tests tell: of the atomics that a result rests on, that what was published before their store is seen; of a
// number, that it is zero.
#include "checks/flow/interpreter.h"

namespace ferrule {

// `bool ok = m.try_lock(); if (ok)`: the variable holds the call's result.
std::optional<unsigned> Interpreter::result_tested(unsigned event, const State& state) {
  if (event >= function_.events.size()) return {};
  if (tentative_[event] || tests_handle_[event] || function_.events[event].kind != Event::Kind::Access) return event;
  const Abstract* stored =
      Follower(places_, state, results_, is_reference_).lookup(places_.intern(function_.events[event].place));
  if (!stored || stored->place == no_place || !places_.is_root(stored->place) ||
      places_.root_kind(stored->place) != Root::Result)
    return {};
  const unsigned held = places_.root_index(stored->place);
  return held < function_.events.size() ? std::optional(held) : std::nullopt;
}

// Clearing a flag publishes to who finds it cleared, and not to who finds it set: as if it were a flag of its own.
PlaceId Interpreter::cleared(PlaceId flag) const { return places_.field(flag, "=0"); }

// What an atomic's store publishes: to whom, says the value.
void Interpreter::publish_by(unsigned index, PlaceId flag, const Value* stored) {
  const bool is_literal = stored && stored->kind == Value::Kind::Literal && !stored->key.empty();
  const bool clears = is_literal && (stored->key == "0" || stored->key == "false");
  if (!clears) releases_sync_.emplace_back(index, flag);
  if (clears || !is_literal) releases_sync_.emplace_back(index, cleared(flag));
}

// A flag was set, or a number was looked at that says how far the others have come.
void Interpreter::learn(const Condition& condition, bool answer, State& state) {
  const auto learn_from = [&](unsigned event) {
    const std::optional<unsigned> tested = result_tested(event, state);
    if (!tested) return;
    for (const auto& [flag, says] : tells_[*tested]) {
      const bool is_unclear = condition.compared || says == SaysSet::Perhaps;
      if (is_unclear || answer) state.acquired_sync.insert(flag);
      if (is_unclear || (!answer && says == SaysSet::IfTrueElseCleared)) state.acquired_sync.insert(cleared(flag));
    }
  };
  const Event& tested = function_.events[condition.event];
  if (tested.kind == Event::Kind::Access && !condition.compared && !condition.nonzero && !answer)
    if (const PlaceId number = resolve(places_.intern(tested.place)); number != no_place) state.zero.insert(number);
  learn_from(condition.event);
  if (condition.beside) learn_from(*condition.beside);
}

void Interpreter::note_returned_tells(const Event& event) {
  const auto rests_on = [&](const Value& value, bool as_it_is) {
    if (value.place.root != Root::Result || !value.place.steps.empty()) return;
    const std::optional<unsigned> tested = result_tested(value.place.index, state_);
    if (!tested) return;
    for (const auto& [flag, says] : tells_[*tested])
      if (is_exported(flag)) returned_tells_.emplace(flag, as_it_is ? says : SaysSet::Perhaps);
  };
  rests_on(event.value, true);
  for (const Value& value : event.args) rests_on(value, false);
}

// The variables that a thread's own numbers are copies of.
SharedPlaces Interpreter::named_outside(const SharedPlaces& numbers) {
  std::set<PlaceId> named;
  for (PlaceId number : numbers) {
    const Abstract* copied = follower().lookup(number);
    named.insert(copied && copied->kind == Value::Kind::Copy && copied->place != no_place ? copied->place : number);
  }
  return named;
}

}  // namespace ferrule
