#include "checks/flow/interpreter.h"

#include <algorithm>
#include <deque>

namespace ferrule {

Interpreter::Interpreter(Flow::Engine& engine, const Function& function, FunctionFlow& into)
    : engine_(engine),
      program_(engine.program),
      places_(engine.places),
      function_(function),
      graph_(function),
      has_constructs_(function.has_constructs()),
      into_(into) {
  const std::size_t events = function.events.size();
  at_entry_.resize(function.blocks.size());
  results_.resize(events);
  is_reference_.resize(events);
  tentative_.resize(events);
  tests_handle_.resize(events);
  tells_.resize(events);
  loop_joins_.resize(function.blocks.size());
  for (const Nest& nest : function.nests)
    meets_itself_ |= nest.kind == Nest::Kind::Task || nest.kind == Nest::Kind::Lanes;
}

void Interpreter::run() {
  State entry;
  entry.reached = true;
  for (const Place& place : function_.locks.requires_held) assume(place, false, entry);
  for (const Place& place : function_.locks.requires_shared) assume(place, true, entry);
  for (const auto& [lock, shared] : entry.held) assumed_.insert(lock);
  if (asserts_own_lock()) entry.asserted.insert(places_.root(Root::This));
  find_loops();
  find_optional_joins();
  find_static_initialisers();
  at_entry_[function_.entry] = entry;
  solve();
  nest_optional_joins();
  // The first round finds which objects the joins in a loop stand for; only the second can use that before the loop.
  if (std::any_of(loop_joins_.begin(), loop_joins_.end(), [](const auto& joins) { return !joins.empty(); }) ||
      finds_optional_joins()) {
    std::fill(at_entry_.begin(), at_entry_.end(), State());
    at_entry_[function_.entry] = entry;
    solve();
  }
  collect();
}

void Interpreter::assume(const Place& lock, bool shared, State& entry) {
  for (PlaceId place : engine_.named_lock(lock)) entry.held[place] = shared;
}

// ---- the dataflow

void Interpreter::solve() {
  // In reverse postorder, a block is mostly visited when all that leads to it has been.
  std::set<std::pair<unsigned, unsigned>> work{{graph_.rank(function_.entry), function_.entry}};
  // Each block's state only shrinks, so this ends; the bound is a net under a mistake in a transfer function.
  std::size_t steps = 0;
  const std::size_t most = 40 * function_.blocks.size() + 100;
  while (!work.empty()) {
    if (++steps == most) {
      engine_.note_incomplete(function_, "its flow did not settle");
      return;
    }
    const unsigned at = work.begin()->second;
    work.erase(work.begin());
    const Block& block = function_.blocks[at];
    state_ = at_entry_[at];
    join_in_loop(at, state_);
    for (unsigned index = block.first; index < block.last; ++index) event(index);
    if (!state_.reached) continue;
    note_optional_join(at);
    const State out = std::move(state_);
    for (std::size_t i = 0; i < block.successors.size(); ++i) {
      const unsigned next = block.successors[i];
      if (at_entry_[next].join(edge_state(block, i, out))) work.emplace(graph_.rank(next), next);
    }
  }
}

State Interpreter::edge_state(const Block& block, std::size_t successor, const State& out) {
  State next = out;
  if (block.condition && block.condition->compared) {
    learn(*block.condition, true, next);
  } else if (block.condition && block.successors.size() == 2) {
    apply_condition(*block.condition, successor == 0, next);
    learn(*block.condition, (successor == 0) != block.condition->negated, next);
  }
  if (block.successors.size() != 2) return next;
  if (block.condition) learn_outcome(*block.condition, successor == 0, next);
  pass_initialiser(static_cast<unsigned>(&block - function_.blocks.data()), next);
  if (const auto optional = optional_joins_.find(block.successors[1 - successor]); optional != optional_joins_.end())
    for (PlaceId handle : optional->second.joined) {
      std::swap(next, state_);
      end(handle);
      std::swap(next, state_);
    }
  return next;
}

void Interpreter::apply_condition(const Condition& condition, bool taken, State& state) {
  const bool answer = taken != condition.negated;
  const std::optional<unsigned> result = result_tested(condition.event, state);
  if (!result) return;
  const unsigned tested = *result;
  if (const auto& handle = tests_handle_[tested]; handle && !answer) {
    state_ = std::move(state);
    end(*handle);
    state = std::move(state_);
  }
  const Event& called = function_.events[tested];
  const Function* tried = called.kind == Event::Kind::Call ? program_.function(called.callee) : nullptr;
  const FunctionKnowledge* known_try = tried ? engine_.known.function(tried->name) : nullptr;
  const bool by_zero =
      (known_try && known_try->zero_is_success) || (tentative_[tested] && tentative_[tested]->if_false);
  const bool succeeded = by_zero ? !answer : answer;
  if (by_zero && known_try && known_try->does == Does::Start && !succeeded)  // no thread runs
    std::erase_if(state.live, [&](unsigned id) {
      const auto started = started_at_.find({tested, 0});
      return started != started_at_.end() && started->second == id;
    });
  if (const auto& attempt = tentative_[tested]) {
    if (attempt->guard != no_place)
      if (auto guard = state.guards.find(attempt->guard); guard != state.guards.end()) guard->second.owns = succeeded;
    if (succeeded) state.acquired_sync.insert(attempt->synced.begin(), attempt->synced.end());
    for (PlaceId lock : attempt->locks) {
      state.held_if.erase(lock);
      state.told.erase(lock);
      if (succeeded) {
        state.held[lock] = attempt->shared;
        state.released.erase(lock);
        state.released_if.erase(lock);
      } else {
        state.held.erase(lock);
      }
    }
  }
}

// ---- events

void Interpreter::event(unsigned index) {
  if (!state_.reached) return;
  now_ = index;
  const Event& event = function_.events[index];
  check_sent(index);
  switch (event.kind) {
    case Event::Kind::Access:
      access(event);
      break;
    case Event::Kind::Assign:
      assign(event);
      break;
    case Event::Kind::Call:
      call(index);
      if (const Function* callee = program_.function(event.callee); callee && callee->is_noreturn)
        state_.reached = false;
      break;
    case Event::Kind::Construct:
      construct(index);
      break;
    case Event::Kind::Destroy:
      destroy(index);
      break;
    case Event::Kind::Return:
      returns(event);
      break;
    case Event::Kind::Suspend:
      note_waits_holding(HeldWait::For::Resumption, event.where, nullptr);
      break;
  }
  mark_moved(index);
  mark_taken(index);
}

// What was moved from points to nothing any more. The facts show a by-value argument twice, as the temporary that is
// made by the move and as the move itself, so the mark remembers the temporary.
void Interpreter::mark_moved(unsigned index) {
  const Event& event = function_.events[index];
  const bool makes_temporary =
      event.kind == Event::Kind::Construct && event.place.root == Root::Unknown && !event.callee.empty();
  const Function* callee = program_.function(event.callee);
  const bool is_seen = callee && callee->has_body() && !Flow::Engine::is_opaque(*callee) &&
                       !(callee->is_defaulted && callee->events.empty());
  const auto moved = [&](const Value& value, bool by_reference) {
    if (value.kind != Value::Kind::Move) return;
    const PlaceId from = resolve(places_.intern(value.place));
    if (from == no_place) return;
    // Who moves from a class object changes it; a body that is seen says itself what it takes, and under which lock.
    if (program_.record_of_type(value.type) && !(is_seen && by_reference)) record(from, true, event.where);
    if (places_.has_deref(from)) return;
    state_.forget(from, places_);
    state_.moved_into[from] = result_place(index);
    state_.points[from] = {Value::Kind::Literal, makes_temporary ? result_place(index) : no_place, nullptr, nullptr};
  };
  moved(event.value, false);
  for (std::size_t i = 0; i < event.args.size(); ++i)
    moved(event.args[i], callee && i < callee->params.size() && callee->params[i].is_reference);
}

void Interpreter::access(const Event& event) {
  const PlaceId place = resolve(places_.intern(event.place));
  record(place, event.mode != Event::Mode::Read, event.where, false, event.is_increment);
  if (event.mode == Event::Mode::Read) return;
  state_.points.erase(place);
  state_.zero.erase(place);
  forget_tests(place);
}

void Interpreter::assign(const Event& event) {
  const PlaceId place = resolve(places_.intern(event.place));
  Abstract value = follower().settle(abstract(event.value));
  if (event.is_initialisation) {
    if (place != no_place && places_.is_root(place)) renew(place);
    record_late_initialisation(place, event.where);
  } else {
    record(place, true, event.where);
  }
  const PlaceId from = abstract(event.value).place;
  if (value.kind == Value::Kind::Object || value.kind == Value::Kind::Move || event.value.kind == Value::Kind::Move)
    relocate(resolve(from), place);
  else if (event.value.kind == Value::Kind::Copy)
    copy_handle(resolve(from), place);
  store(place, value);
  forget_tests(place);
  note_number(place, event.value);
}

void Interpreter::construct(unsigned index) {
  const Event& event = function_.events[index];
  PlaceId made = resolve(places_.intern(event.place));
  if (event.place.root == Root::Unknown) made = result_place(index);
  results_[index] = {Value::Kind::Object, made, nullptr, &event.type};
  is_reference_[index] = event.place.root != Root::Unknown;
  if (made == no_place) return;
  if (places_.is_root(made) && made != places_.root(Root::This)) renew(made);
  record_late_initialisation(made, event.where);

  const Function* callee = program_.function(event.callee);
  if (!callee) {  // a closure or an aggregate: the arguments initialise the fields in order
    const Record* record = program_.record_of_type(event.type);
    for (std::size_t i = 0; record && i < event.args.size() && i < record->fields.size(); ++i) {
      const PlaceId field = places_.field(made, record->fields[i].key);
      Abstract value = abstract(event.args[i]);
      const Abstract settled = follower().settle(value);
      if (value.kind == Value::Kind::Move || value.kind == Value::Kind::Object) relocate(resolve(value.place), field);
      store(field, settled);
    }
    return;
  }
  if (Flow::Engine::is_opaque(*callee) || engine_.class_of_type(event.type)) {
    known_construct(index, *callee, made);
  } else if (callee->has_body() && !(callee->is_defaulted && callee->events.empty())) {
    call_body(index, *callee, made);
  } else {
    opaque_args(index, *callee);
    if (event.args.size() == 1) {  // an implicit copy or move takes over what the source's pointers point to
      const Abstract value = abstract(event.args.front());
      const PlaceId source = resolve(value.place);
      if (source != no_place && value.kind != Value::Kind::Literal) {
        store(made,
              {value.kind == Value::Kind::Move ? Value::Kind::Move : Value::Kind::Copy, source, nullptr, &event.type});
        if (value.kind == Value::Kind::Move) relocate(source, made);
      }
    }
  }
}

void Interpreter::destroy(unsigned index) {
  const Event& event = function_.events[index];
  const PlaceId place = resolve(places_.intern(event.place));
  if (place == no_place) return;
  // A base joins its thread only when the members of the classes that derive from it are gone.
  if (collecting_ && function_.is_destructor && !places_.is_root(place) && base_joins())
    record(place, true, event.where);
  const Function* destructor = program_.function(event.callee);
  if (destructor && !Flow::Engine::is_opaque(*destructor) && destructor->has_body())
    call_body(index, *destructor, no_place);

  end_of_guard(event, place);
  end_guards_in(place);
  end_guards_owned_by(place, program_.record_of_type(event.type));
  // A joining handle waits here; any other that still runs a thread ends the program. An executor that is gone runs
  // nothing.
  end_if([&](const Started& started) {
    if (started.owner != no_place && places_.has_prefix(started.owner, place) &&
        !places_.derefs_between(place, started.owner))
      return true;
    return started.handle != no_place && places_.has_prefix(started.handle, place) &&
           !places_.derefs_between(place, started.handle) && !(started.is_static && !started.joins_on_destroy) &&
           !is_lost(started.handle);
  });
  check_dangling(place, &event.where);
  destroy_pointee(index, place);
  if (places_.is_root(place)) state_.forget(place, places_);
}

// A local shared pointer to an object made here that nothing else in this body copies, moves or passes on.
bool Interpreter::is_sole_owner(const Place& pointer) const {
  if (pointer.root != Root::Local || !pointer.steps.empty()) return false;
  const auto it = state_.points.find(places_.root(Root::Local, pointer.index));
  if (it == state_.points.end() || it->second.place == no_place || places_.root_kind(it->second.place) != Root::Result)
    return false;
  const unsigned made_by = places_.root_index(it->second.place);
  const Function* maker =
      made_by < function_.events.size() ? program_.function(function_.events[made_by].callee) : nullptr;
  const FunctionKnowledge* known = maker ? engine_.known.function(maker->name) : nullptr;
  if (!known || known->does != Does::Make) return false;
  const auto hands_on = [&](const Value& value) {
    return value.place.root == Root::Local && value.place.index == pointer.index && value.place.steps.empty();
  };
  return std::none_of(function_.events.begin(), function_.events.end(), [&](const Event& event) {
    return hands_on(event.value) || std::any_of(event.args.begin(), event.args.end(), hands_on);
  });
}

// With a sole owner goes what it owns.
// Is what the temporary owned another's by now?
bool Interpreter::is_given_away(PlaceId temporary) const {
  if (places_.root_kind(temporary) != Root::Result) return false;
  return std::any_of(state_.points.begin(), state_.points.end(), [&](const auto& stored) {
    return stored.first != temporary && stored.second.place == temporary &&
           (stored.second.kind == Value::Kind::Object || stored.second.kind == Value::Kind::Move);
  });
}

void Interpreter::destroy_pointee(unsigned index, PlaceId pointer) {
  const Event& event = function_.events[index];
  const Record* record = program_.record_of_type(event.type);
  if (!record || record->arguments.empty()) return;
  if (!engine_.known.is_sole_owner(record) && !(record->name == "std::shared_ptr" && is_sole_owner(event.place)))
    return;
  if (is_given_away(pointer)) return;
  const PlaceId object = follower().deref({pointer}).place;
  if (object == no_place) return;
  const Record* owned = program_.record_of_type(record->arguments.front().type);
  const Function* destructor = owned ? program_.function(owned->destructor) : nullptr;
  const FunctionFlow* flow = destructor && destructor->has_body() && !Flow::Engine::is_opaque(*destructor)
                                 ? engine_.flow(*destructor)
                                 : nullptr;
  if (flow) {
    const Follower here = follower();
    Frame frame(here, {object}, {}, no_place);
    import(flow->summary, *destructor, frame, &event.where);
    import_state(flow->summary, frame, no_place, *destructor);
  }
  end_if([&](const Started& started) {
    return started.handle != no_place && places_.has_prefix(started.handle, object) &&
           !places_.derefs_between(object, started.handle);
  });
  check_dangling(object, &event.where);
}

void Interpreter::returns(const Event& event) {
  const Abstract value = follower().settle(abstract(event.value));
  PlaceId from = resolve(abstract(event.value).place);
  // A local that is returned was moved into the result just before.
  if (const auto moved = state_.moved_into.find(from);
      event.value.kind == Value::Kind::Move && moved != state_.moved_into.end() && moved->second != no_place)
    from = moved->second;
  const bool is_object = event.value.kind == Value::Kind::Object || event.value.kind == Value::Kind::Move ||
                         event.value.kind == Value::Kind::Copy;
  if (collecting_) {
    note_returned_tells(event);
    note_escape(event, value);
    note_returned_from(event, value);
  }
  if (collecting_ || !returned_) {
    if (collecting_ && event.value.place.root == Root::Result && event.value.place.index < tentative_.size())
      returned_try_ = tentative_[event.value.place.index];
    if (!returned_)
      returned_ = value;
    else if (!(*returned_ == value))
      returned_differ_ = true;
  }
  const Type* type = program_.type(function_.result);
  if (!type || type->kind != TypeKind::Record) {
    if (is_object) copy_handle(from, returned_root(places_));
    return;
  }
  if (is_object && from != no_place) relocate(from, returned_root(places_));
  if (is_object && from != no_place) store(returned_root(places_), {Value::Kind::Object, from, nullptr, value.type});
}

// ---- the last pass

void Interpreter::collect() {
  collecting_ = true;
  splits_ = find_split_updates(function_, program_, engine_.known);
  returned_.reset();
  returned_tells_.clear();
  deferred_.clear();
  deferred_at_.clear();
  inserts_.clear();
  acquisitions_.clear();
  passed_on_.clear();
  into_.moments.assign(function_.events.size(), {});
  into_.signals.clear();
  State exit;
  for (unsigned block : graph_.order()) {
    state_ = at_entry_[block];
    if (!state_.reached) continue;
    join_in_loop(block, state_);
    const Block& of = function_.blocks[block];
    for (unsigned index = of.first; index < of.last; ++index) {
      into_.moments[index] = {state_.reached,
                              Shared<Locks>::like(state_.held, last_.locks),
                              SharedPlaces::like(state_.released, last_.released),
                              Shared<std::set<unsigned>>::like(state_.live, last_touch_.live),
                              SharedPlaces::like(state_.joined, last_.joined),
                              SharedPlaces::like(state_.acquired_sync, last_.sync_before)};
      event(index);
    }
    if (!state_.reached || !of.successors.empty()) continue;
    for (unsigned id : std::set<unsigned>(state_.live))
      for (const Reference& reference : std::vector<Reference>(into_.started[id].references)) {
        const Root root = places_.root_kind(reference.place);
        const PlaceId top = places_.root_of(reference.place);
        const unsigned index = places_.root_index(reference.place);
        const bool is_param =
            root == Root::Param && index < function_.params.size() && !function_.params[index].is_reference;
        if ((root == Root::Local || is_param) && !places_.derefs_between(top, reference.place))
          check_dangling(top, nullptr);
      }
    always_locks_ = always_locks_ && !state_.held.empty();
    exit.join(state_);
  }
  note_conditions_told();
  unpack_passed();
  mark_order();
  into_.live_at_exit = exit.live;
  summarise(exit);
}

}  // namespace ferrule
