// Tests of plain variables and members, and the locks that are held as such a test has it: `if (on) m.lock();`, a guard
// whose constructor is told whether to lock, a flag that remembers what was taken.
#include "checks/flow/interpreter.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace ferrule {
namespace {

std::optional<long long> number_of(std::string_view text) {
  long long number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// As the facts spell relations: "" asks whether it is true.
std::optional<bool> holds_for(std::string_view relation, long long number) {
  if (relation.empty()) return number != 0;
  const bool equal = relation.starts_with("==");
  const std::optional<long long> constant = number_of(relation.substr(equal ? 2 : 1));
  if (!constant) return {};
  return equal ? number == *constant : number > *constant;
}

}  // namespace

// A test is named as if it were a part of what is tested, so that it follows it from callee to caller. What a member is
// at the function's start has a name of its own, for callers that know it.
PlaceId Interpreter::test_of(PlaceId place, std::string_view relation, bool at_entry) {
  return places_.field(place, (at_entry ? '@' : '?') + std::string(relation == "!=0" ? "" : relation));
}

std::optional<bool> Interpreter::known_outcome(const State& state, PlaceId test) const {
  if (test == no_place) return {};
  if (const auto found = state.tests.find(test); found != state.tests.end()) return found->second;
  if (places_.field_key(test).starts_with('@')) return {};
  const PlaceId tested = places_.parent(test);
  const std::string_view relation = std::string_view(places_.field_key(test)).substr(1);
  if (const auto number = state.numbers.find(tested); number != state.numbers.end())
    return holds_for(relation, number->second);
  const auto stored = state.points.find(tested);
  const bool points =
      stored != state.points.end() && stored->second.kind == Value::Kind::Address && !stored->second.perhaps_null;
  return points && relation.empty() ? std::optional(true) : std::nullopt;
}

// A variable of this call that nobody else can change: its address is not taken.
bool Interpreter::is_private(PlaceId place) {
  if (!places_.is_root(place) || function_.has_hidden_parts) return false;
  const Root root = places_.root_kind(place);
  const unsigned index = places_.root_index(place);
  if (root == Root::Param ? index >= function_.params.size() || function_.params[index].is_reference
                          : root != Root::Local || index >= function_.locals.size())
    return false;
  if (!referred_to_) {
    referred_to_.emplace();
    const auto note = [&](const Value& value) {
      if (value.kind == Value::Kind::Address || value.kind == Value::Kind::Move)
        referred_to_->emplace(value.place.root, value.place.index);
    };
    for (const Event& event : function_.events) {
      note(event.value);
      for (const Value& argument : event.args) note(argument);
    }
  }
  return !referred_to_->contains({root, index});
}

// A member that nothing has written since the function began, as far as members are looked at.
bool Interpreter::is_as_at_entry(const State& state, PlaceId place) const {
  if (places_.is_root(place) || places_.step_kind(place) != Step::Kind::Field || !is_exported(place)) return false;
  return !state.rewritten.contains(places_.field_key(place)) && !function_.is_constructor;
}

// What the way that was taken says of the variable that was tested.
void Interpreter::learn_outcome(const Condition& condition, bool taken, State& state) {
  const Event& tested = function_.events[condition.event];
  if ((condition.compared && condition.relation.empty()) || tested.kind != Event::Kind::Access ||
      tested.mode != Event::Mode::Read)
    return;
  const PlaceId place = Follower(places_, state, results_, is_reference_).resolve(places_.intern(tested.place));
  if (place == no_place) return;
  const PlaceId test = test_of(place, condition.relation);
  if (test == no_place) return;
  const bool outcome = taken != condition.negated;
  if (const std::optional<bool> known = known_outcome(state, test); known && *known != outcome && is_private(place)) {
    state.reached = false;
    return;
  }
  note_outcome(state, test, outcome);
  if (is_as_at_entry(state, place)) note_outcome(state, test_of(place, condition.relation, true), outcome);
}

// With a test, all is known that depends on it.
void Interpreter::note_outcome(State& state, PlaceId test, bool outcome) const {
  if (test == no_place) return;
  state.tests[test] = outcome;
  const auto depends = [&](const auto& entry) {
    return std::any_of(entry.second.when.begin(), entry.second.when.end(),
                       [&](const Outcome& when) { return when.test == test; });
  };
  for (auto it = state.held_if.begin(); (it = std::find_if(it, state.held_if.end(), depends)) != state.held_if.end();) {
    const PlaceId lock = it->first;
    const HeldIf held = it->second;
    state.held_if.erase(it);
    const bool holds = std::find(held.when.begin(), held.when.end(), Outcome{test, outcome}) != held.when.end();
    if (holds) {
      state.held[lock] = held.shared;
    } else {
      state.perhaps.erase(lock);
      state.told.erase(lock);
    }
    settle_outcomes(state, held.when, holds);
    it = state.held_if.begin();
  }
}

void Interpreter::settle_outcomes(State& state, const Outcomes& outcomes, bool hold) const {
  for (const auto& [test, is_true] : outcomes) note_outcome(state, test, is_true == hold);
}

// A place is written: by its text, or by a function that gets a reference to it.
void Interpreter::forget_tests(PlaceId place) {
  if (place == no_place) return;
  state_.forget_tests(place, places_);
  if (places_.root_kind(place) == Root::Local) return;
  if (places_.is_root(place) || places_.step_kind(place) != Step::Kind::Field)
    state_.rewritten.emplace();
  else if (const auto key = engine_.tested_fields.find(places_.field_key(place)); key != engine_.tested_fields.end())
    state_.rewritten.insert(*key);
}

void Interpreter::forget_arguments(const Event& event) {
  if (engine_.tested_fields.empty()) return;
  for (const Value& argument : event.args)
    if (argument.kind == Value::Kind::Address) forget_tests(resolve(places_.intern(argument.place)));
}

// A constant is stored, or a number that is known.
void Interpreter::note_number(PlaceId place, const Value& value) {
  if (place == no_place) return;
  if (value.kind == Value::Kind::Literal) {
    if (const std::optional<long long> number = number_of(value.key)) set_number(place, *number);
  } else if (value.kind == Value::Kind::Copy) {
    const PlaceId from = resolve(places_.intern(value.place));
    if (from == no_place || from == place) return;
    if (const auto number = state_.numbers.find(from); number != state_.numbers.end())
      set_number(place, number->second);
    else if (const std::optional<bool> outcome = known_outcome(state_, test_of(from, "")))
      state_.tests[test_of(place, "")] = *outcome;
  }
}

void Interpreter::set_number(PlaceId place, long long number) {
  if (!places_.is_root(place) &&
      (places_.step_kind(place) != Step::Kind::Field || !engine_.tested_fields.contains(places_.field_key(place))))
    return;
  state_.numbers[place] = number;
  if (const PlaceId test = test_of(place, ""); test != no_place) state_.tests[test] = number != 0;
}

// ---- summaries

bool Interpreter::is_exported_test(PlaceId test) const {
  const PlaceId place = places_.parent(test);
  if (places_.root_kind(place) != Root::Param || !places_.is_root(place)) return is_exported(place);
  const unsigned index = places_.root_index(place);  // what the caller passed, if the body does not change it
  return std::none_of(function_.events.begin(), function_.events.end(), [&](const Event& event) {
    const bool writes =
        event.kind == Event::Kind::Assign || (event.kind == Event::Kind::Access && event.mode != Event::Mode::Read);
    return writes && event.place.root == Root::Param && event.place.index == index && event.place.steps.empty();
  });
}

Outcomes Interpreter::exported(const Outcomes& outcomes) const {
  Outcomes kept;
  std::copy_if(outcomes.begin(), outcomes.end(), std::back_inserter(kept),
               [&](const Outcome& when) { return is_exported_test(when.test); });
  return kept;
}

void Interpreter::export_conditions(const State& exit, Summary& summary) const {
  for (const auto& [lock, held] : exit.held_if)
    if (!assumed_.contains(lock) && is_exported(lock))
      if (Outcomes when = exported(held.when); !when.empty())
        summary.acquired_if[lock] = {std::move(when), held.shared};
  for (const auto& [lock, outcomes] : exit.released_if)
    if (is_exported(lock))
      if (Outcomes when = exported(outcomes); !when.empty()) summary.released_if[lock] = std::move(when);
  for (const auto& [test, outcome] : exit.tests)
    if (places_.field_key(test).starts_with('?') && !places_.is_root(places_.parent(test)) &&
        is_exported(places_.parent(test)))
      summary.tests.emplace(test, outcome);
  for (const auto& [place, number] : exit.numbers)
    if (is_exported(place)) summary.numbers.emplace(place, number);
  summary.rewritten = exit.rewritten;
}

// The argument at hand, if the call gives the callee's parameter a constant.
std::optional<long long> Interpreter::constant_argument(PlaceId param, const Function& callee) const {
  if (!places_.is_root(param) || places_.root_kind(param) != Root::Param) return {};
  const Event& event = function_.events[now_];
  const unsigned index = places_.root_index(param);
  if ((event.callee != callee.key && !event.is_virtual) || index >= event.args.size() ||
      event.args[index].kind != Value::Kind::Literal)
    return {};
  return number_of(event.args[index].key);
}

// A callee's tests in this function's terms. The answer tells whether they come out so, as the constant says that the
// callee gets, or by what is known here of what they ask about.
std::optional<bool> Interpreter::map_outcomes(const Outcomes& from, const Summary& summary, Frame& frame,
                                              const Function& callee, Outcomes& here) {
  std::optional<bool> holds;
  for (const auto& [test, is_true] : from) {
    const PlaceId tested = places_.parent(test);
    const std::string name = places_.field_key(test);
    const std::string_view relation = std::string_view(name).substr(1);
    if (const std::optional<long long> number = constant_argument(tested, callee)) {
      if (const std::optional<bool> outcome = holds_for(relation, *number)) holds = *outcome == is_true;
      continue;
    }
    const bool is_param = places_.is_root(tested) && places_.root_kind(tested) == Root::Param;
    const bool is_rewritten = !places_.is_root(tested) && summary.rewritten.contains(places_.field_key(tested));
    const Cursor at = frame.follow(tested);
    const PlaceId place = at.place != no_place ? at.place : at.shadow;
    if (place == no_place) continue;
    const PlaceId same = test_of(place, relation);
    if (name.starts_with('@') || is_param) {  // it asks about what was there before the call
      if (const std::optional<bool> outcome = known_outcome(state_, same)) holds = *outcome == is_true;
      if (!is_rewritten) here.push_back({same, is_true});
      if (is_as_at_entry(state_, place)) here.push_back({test_of(place, relation, true), is_true});
    } else {
      here.push_back({same, is_true});
    }
  }
  std::erase_if(here, [](const Outcome& when) { return when.test == no_place; });
  std::sort(here.begin(), here.end(), [](const Outcome& a, const Outcome& b) { return a.test < b.test; });
  here.erase(std::unique(here.begin(), here.end()), here.end());
  return holds;
}

Interpreter::ConditionsHere Interpreter::map_conditions(const Summary& summary, Frame& frame, const Function& callee) {
  ConditionsHere here;
  for (const auto& [lock, held] : summary.acquired_if)
    if (const PlaceId mapped = frame.map(lock); mapped != no_place) {
      HeldHere& depends = here.held[mapped];
      depends.held.shared = held.shared;
      depends.holds = map_outcomes(held.when, summary, frame, callee, depends.held.when);
    }
  for (const auto& [lock, when] : summary.released_if)
    if (const PlaceId mapped = frame.map(lock); mapped != no_place) {
      Outcomes outcomes;
      if (const auto holds = map_outcomes(when, summary, frame, callee, outcomes); holds && !*holds)
        here.not_released.insert(mapped);
    }
  for (const auto& [test, outcome] : summary.tests)
    if (const PlaceId mapped = frame.map(places_.parent(test)); mapped != no_place)
      here.tests[test_of(mapped, std::string_view(places_.field_key(test)).substr(1))] = outcome;
  for (const auto& [place, number] : summary.numbers)
    if (const PlaceId mapped = frame.map(place); mapped != no_place) here.numbers[mapped] = number;
  for (const Store& stored : summary.stores)
    if (stored.value.kind == Value::Kind::Copy)
      if (const std::optional<long long> number = constant_argument(stored.value.place, callee))
        if (const PlaceId mapped = frame.map(stored.place); mapped != no_place) here.numbers[mapped] = *number;
  return here;
}

// After all else that the callee leaves. The answer names the locks that are taken for certain.
std::set<PlaceId> Interpreter::apply_conditions(const ConditionsHere& here) {
  for (const auto& [place, number] : here.numbers) set_number(place, number);
  for (const auto& [test, outcome] : here.tests) note_outcome(state_, test, outcome);
  std::set<PlaceId> taken;
  for (const auto& [lock, held] : here.held)
    if (acquire_if(lock, held)) taken.insert(lock);
  return taken;
}

// A callee calls what it was given, such as a scope guard at its end: what that does to locks it does here.
Interpreter::CalledBack Interpreter::called_back(const Summary& summary, Frame& frame) {
  CalledBack locks;
  for (const Deferred& from : summary.deferred) {
    const Cursor at = frame.follow(from.callable);
    const PlaceId place = at.place != no_place ? at.place : at.shadow;
    if (place == no_place && at.target == no_place) continue;
    const Abstract callable = at.target != no_place ? Abstract{Value::Kind::Address, at.target, nullptr, nullptr}
                                                    : follower().settle({Value::Kind::Copy, place, nullptr, nullptr});
    const std::optional<Target> found = target(callable, {}, false);
    const FunctionFlow* flow = found ? engine_.flow(*found->body) : nullptr;
    if (!flow) continue;
    const Follower here = follower();
    Frame inner(here, found->self, found->params, no_place);
    for (PlaceId lock : inner.map(flow->summary.released)) locks.released.insert(lock);
    for (const auto& [lock, shared] : flow->summary.acquired)
      if (const PlaceId mapped = inner.map(lock); mapped != no_place) locks.acquired[mapped] = shared;
  }
  return locks;
}

void Interpreter::apply_called_back(const CalledBack& locks) {
  for (PlaceId lock : locks.released) unlock(lock);
  for (const auto& [lock, shared] : locks.acquired) acquire(lock, shared, false);
}

// A lock is taken as tests come out, which may be known. True if it is taken for certain.
bool Interpreter::acquire_if(PlaceId lock, const HeldHere& here) {
  std::optional<bool> holds = here.holds;
  for (const auto& [test, is_true] : here.held.when)
    if (const std::optional<bool> outcome = known_outcome(state_, test); outcome && !holds) holds = *outcome == is_true;
  if (!holds) {
    if (!here.held.when.empty() && !state_.held.contains(lock)) state_.held_if[lock] = here.held;
    state_.told.insert(lock);
    return false;
  }
  if (*holds)
    acquire(lock, here.held.shared, false);
  else
    state_.told.erase(lock);
  settle_outcomes(state_, here.held.when, *holds);
  return *holds;
}

}  // namespace ferrule
