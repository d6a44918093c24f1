// Callables, what running them does here, and what starting them on another thread does.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {
// ---- callables

const Function* Interpreter::call_operator_of(PlaceId object, const Abstract& callable) const {
  const Record* record = callable.type ? program_.record_of_type(*callable.type, true) : nullptr;
  if (object != no_place && (!record || record->call_operator.empty())) {
    const Place place = places_.expand(object);
    std::string type;
    if (place.steps.empty() && place.root == Root::Result && place.index < function_.events.size())
      type = function_.events[place.index].type;
    else if (place.steps.empty() && place.root == Root::Local && place.index < function_.locals.size())
      type = function_.locals[place.index].type;
    else if (place.steps.empty() && place.root == Root::Param && place.index < function_.params.size())
      type = function_.params[place.index].type;
    else if (!place.steps.empty() && place.steps.back().kind == Step::Kind::Field)
      if (const Field* field = program_.field(place.steps.back().field)) type = field->type;
    record = program_.record_of_type(type, true);
  }
  if (!record || record->call_operator.empty()) return nullptr;
  const Function* body = program_.function(record->call_operator);
  return body && body->has_body() ? body : nullptr;
}

std::optional<Interpreter::Target> Interpreter::target(const Abstract& callable, const std::vector<Abstract>& args,
                                                       bool copied, unsigned depth) {
  const Follower here = follower();
  const auto bind_params = [&](const Function& body, std::size_t first) {
    std::vector<Cursor> params;
    for (std::size_t i = first; i < args.size(); ++i) {
      const std::size_t index = i - first;
      params.push_back(
          Frame::bind(here, here.settle(args[i]), index < body.params.size() && body.params[index].is_reference));
    }
    return params;
  };
  if (depth > 4 || callable.kind == Value::Kind::Literal) return {};
  if (callable.kind == Value::Kind::Function) {
    if (!callable.function) return {};
    const bool is_method =
        !callable.function->record.empty() && !callable.function->is_static && !callable.function->is_constructor;
    Target found{callable.function, {}, {}};
    if (is_method && !args.empty()) {
      const Abstract object = here.settle(args.front());
      found.self = object.kind == Value::Kind::Address ? Cursor{object.place} : here.deref({object.place});
      if (object.kind == Value::Kind::Object) found.self = {no_place, object.place, no_place};
    }
    found.params = bind_params(*found.body, is_method ? 1 : 0);
    return found;
  }
  if (callable.place == no_place) return {};
  if (const Function* body = call_operator_of(callable.place, callable)) {
    Target found{body, {}, {}};
    found.self = copied && callable.kind != Value::Kind::Address ? Cursor{no_place, callable.place, no_place}
                                                                 : Cursor{callable.place};
    found.params = bind_params(*body, 0);
    return found;
  }
  const PlaceId inside = places_.field(callable.place, "callable");
  if (const Abstract* stored = here.lookup(inside)) return target(*stored, args, copied, depth + 1);
  if (const Abstract* bound = here.lookup(places_.field(callable.place, "bound0"))) {
    std::vector<Abstract> all;
    for (unsigned i = 1;
         const Abstract* argument = here.lookup(places_.field(callable.place, "bound" + std::to_string(i))); ++i)
      all.push_back(*argument);
    return target(*bound, all, copied, depth + 1);
  }
  if (const Abstract* stored = here.lookup(callable.place); stored && !(*stored == callable))
    return target(*stored, args, copied, depth + 1);
  return {};
}

// A caller may know what runs; which of several calls it is makes no difference to it.
void Interpreter::defer(PlaceId callable, std::vector<Abstract> args, Locks held, const Location& where) {
  args = exported_all(std::move(args));
  std::vector<PlaceId> given;
  for (const Abstract& argument : args) given.push_back(argument.place);
  if (deferred_at_.emplace(callable, std::move(given), held).second)
    deferred_.push_back({callable, std::move(args), std::move(held), nullptr, &where});
}

// A callee that the heap found, with its parameters as far as the call's arguments give them.
Interpreter::Target Interpreter::target_of(const calls::Callee& callee, const Event& event) {
  const Follower here = follower();
  Target made{callee.function, {}, {}};
  for (std::size_t i = 0; i < callee.arguments.size(); ++i) {
    const std::optional<unsigned> number = callee.arguments[i];
    const bool by_reference = i < callee.function->params.size() && callee.function->params[i].is_reference;
    made.params.push_back(number && *number < event.args.size()
                              ? Frame::bind(here, here.settle(abstract(event.args[*number])), by_reference)
                              : Cursor{});
  }
  return made;
}

// What is called through a pointer that this function does not know the value of.
void Interpreter::invoke_by_heap(unsigned index) {
  const std::vector<const calls::Callee*> callees = engine_.callees(function_, index, calls::CallKind::Call);
  one_of(callees, [&](const calls::Callee* callee) { run_here(index, target_of(*callee, function_.events[index])); });
}

// Runs `callable` here and now.
void Interpreter::invoke(unsigned index, const Abstract& callable, const std::vector<Abstract>& args) {
  const Event& event = function_.events[index];
  if (const std::optional<Target> found = target(callable, args, false)) {
    run_here(index, *found);
    return;
  }
  // What a caller hands in, it knows better.
  const bool is_handed_in = callable.place != no_place && places_.root_kind(callable.place) == Root::Param;
  if (!is_handed_in) invoke_by_heap(index);
  if (!collecting_ || callable.place == no_place) return;
  const Root root = places_.root_kind(callable.place);
  if (root != Root::Local && root != Root::Result) defer(callable.place, args, state_.held, event.where);
}

void Interpreter::run_here(unsigned index, const Target& found) {
  const Event& event = function_.events[index];
  if (const FunctionKnowledge* known = engine_.known.function(found.body->name); known && known->does == Does::Join) {
    end(found.self.place);
    return;
  }
  const FunctionFlow* flow = engine_.flow(*found.body);
  if (!flow) return;
  if (collecting_) {
    CallSite site;
    site.callee = found.body;
    site.receiver = found.self.place;
    site.has_receiver = true;
    site.where = &event.where;
    site.live = state_.live;
    site.held = Shared<Locks>::like(state_.held, last_.locks);
    site.synced = SharedPlaces::like(state_.acquired_sync, last_.sync_before);
    into_.sites.push_back(std::move(site));
  }
  const Follower here = follower();
  Frame stable(here, found.self, found.params, result_place(index));
  import(flow->summary, *found.body, stable, &event.where);
  unsigned which = 100;
  for (const Started& started : flow->summary.started) import_started(started, *found.body, stable, index, ++which);
  hand_to_executors(index, flow->summary, *found.body, stable);
  import_state(flow->summary, stable, result_place(index), *found.body);
}

// ---- starting threads

void Interpreter::add_references(Started& started, const Abstract& value, const Location* where,
                                 const std::string& name) {
  const auto add = [&](PlaceId place, const Location* at, const std::string& called, bool by_capture, bool is_this) {
    if (place == no_place) return;
    Reference reference{place, at, called, by_capture, is_this};
    if (std::find(started.references.begin(), started.references.end(), reference) == started.references.end())
      started.references.push_back(std::move(reference));
  };
  if (value.kind == Value::Kind::Address) add(value.place, where, name, false, false);
  if (value.place == no_place || value.kind == Value::Kind::Address) return;
  const auto field_at = [&](PlaceId at) {
    return places_.is_root(at) ? nullptr : program_.field(places_.field_key(at));
  };
  std::set<PlaceId> owned;  // `[this, self = shared_from_this()]`: what an owner beside it keeps alive
  for (const auto& [at, stored] : state_.points)
    if (places_.has_prefix(at, value.place) && stored.kind == Value::Kind::Address)
      if (const Field* field = field_at(at); field && owns(field->type)) owned.insert(stored.place);
  for (const auto& [at, stored] : state_.points) {
    if (!places_.has_prefix(at, value.place) || places_.derefs_between(value.place, at)) continue;
    if (stored.kind != Value::Kind::Address || owned.contains(stored.place)) continue;
    const Field* field = field_at(at);
    const bool captured = field && field->capture != Field::Capture::None;
    add(stored.place, field && field->where ? &field->where : where, field ? field->name : name, captured,
        field && field->capture == Field::Capture::This);
  }
  // A closure or functor that a caller passed: what its fields refer to, only the caller knows.
  const Record* record = value.type ? program_.record_of_type(*value.type) : nullptr;
  if (!record || record->is_system) return;
  for (const Field& field : record->fields) {
    const Type* type = program_.type(field.type);
    const bool points =
        field.is_reference || (type && (type->kind == TypeKind::Pointer || type->kind == TypeKind::Reference));
    const PlaceId at = places_.field(value.place, field.key);
    if (!points || state_.points.contains(at)) continue;
    add(places_.deref(at), field.where ? &field.where : where, field.name, field.capture != Field::Capture::None,
        field.capture == Field::Capture::This);
  }
}

// Smart pointers keep what they point to alive.
bool Interpreter::owns(const std::string& type_key) const {
  const Record* record = program_.record_of_type(type_key);
  const ClassKnowledge* known = record ? engine_.class_of(*record) : nullptr;
  return known && known->is == Is::Pointer && !known->is_view;
}

// The sender keeps no way to what `value` owns: all it points to was made here, and nothing else points there.
bool Interpreter::is_isolated(const Abstract& value) const {
  if (value.kind == Value::Kind::Literal || value.kind == Value::Kind::Function) return true;
  if (value.kind != Value::Kind::Object && value.kind != Value::Kind::Move) return false;
  std::set<PlaceId> owned;
  for (const auto& [at, stored] : state_.points)
    if (places_.has_prefix(at, value.place)) {
      if (stored.place == no_place) continue;
      if (places_.root_kind(stored.place) != Root::Result) return false;
      owned.insert(places_.root_of(stored.place));
    }
  for (const auto& [at, stored] : state_.points)
    if (!places_.has_prefix(at, value.place) && stored.place != no_place &&
        owned.contains(places_.root_of(stored.place))) {
      const bool is_left_over =
          stored.kind == Value::Kind::Literal || places_.root_kind(at) == Root::Result;  // moved on
      if (!is_left_over) return false;
    }
  return true;
}

void Interpreter::add_items(Started& started, const Abstract& callable, const std::vector<Abstract>& args,
                            const Location& where) {
  const auto add = [&](CrossingItem::Kind kind, const Abstract& value) {
    CrossingItem item;
    item.kind = kind;
    item.value.kind = value.kind;
    item.value.place = places_.expand(value.place);
    if (value.function) item.value.key = value.function->key;
    if (value.type) item.type = item.value.type = *value.type;
    item.where = where;
    if (value.place != no_place && places_.root_kind(value.place) != Root::Result)
      item.name = describe(item.value.place, function_, program_);
    item.isolated = is_isolated(value);
    started.items.push_back(std::move(item));
  };
  if (callable.kind != Value::Kind::Unknown) add(CrossingItem::Kind::Callable, callable);
  for (const Abstract& argument : args) add(CrossingItem::Kind::Argument, argument);
  for (const Function* body : started.bodies) {
    const Type* result = program_.type(body->result);
    if (!result || result->kind == TypeKind::Scalar) continue;
    CrossingItem item;
    item.kind = CrossingItem::Kind::Result;
    item.type = body->result;
    item.where = where;
    started.items.push_back(std::move(item));
  }
}

std::vector<Accessed> Interpreter::thread_accesses(const Summary& summary, const Function& body, Frame& frame,
                                                   const Location* where) {
  std::vector<Accessed> accesses;
  for (const Passed& passed : summary.accesses) {
    const Accessed& from = *passed.access;
    std::optional<Accessed> accessed = mapped(from, frame);
    if (!accessed) continue;
    accessed->team = &body;
    accessed->at_team = from.at;
    accessed->released = {};  // a new thread holds nothing to give up
    accessed->zero = named_outside(accessed->zero);
    accessed->hops = hop(where, body, true, engine_.way(passed));
    accesses.push_back(std::move(*accessed));
  }
  return accesses;
}

void Interpreter::start_body(Started& started, const Abstract& callable, const std::vector<Abstract>& args,
                             unsigned depth) {
  if (depth > 4) return;
  const std::optional<Target> found = target(callable, args, true);
  if (!found) {
    if (callable.place != no_place) started.deferred.push_back({callable.place, args, {}, nullptr, started.where});
    if (depth == 0) start_by_heap(started, callable);  // what a body calls in turn, its own flow knows
    return;
  }
  start_target(started, *found, callable, args, depth);
}

// The thread runs what a pointer points to that this function does not know the value of.
void Interpreter::start_by_heap(Started& started, const Abstract& callable) {
  const bool is_handed_in = callable.place != no_place && places_.root_kind(callable.place) == Root::Param;
  if (is_handed_in || started.origin != &function_) return;
  for (const calls::CallKind kind :
       {calls::CallKind::Start, calls::CallKind::Parallel, calls::CallKind::Later, calls::CallKind::Handler})
    for (const calls::Callee* callee : engine_.callees(function_, started.event, kind))
      start_target(started, target_of(*callee, function_.events[started.event]), callable, {}, 1);
}

void Interpreter::start_target(Started& started, const Target& target, const Abstract& callable,
                               const std::vector<Abstract>& args, unsigned depth) {
  const Target* found = &target;
  started.bodies.insert(found->body);
  if (found->body->record.empty() || callable.kind == Value::Kind::Function)
    if (found->self.place != no_place && callable.kind == Value::Kind::Function && !args.empty())
      add_references(started, follower().settle(args.front()), started.where, "this");
  const FunctionFlow* flow = engine_.flow(*found->body);
  if (!flow) return;
  const Follower here = follower();
  Frame frame(here, found->self, found->params, no_place);
  for (Accessed& accessed : thread_accesses(flow->summary, *found->body, frame, started.where))
    started.accesses.push_back(std::move(accessed));
  for (const Acquisition& taken : flow->summary.acquisitions) {
    const PlaceId lock = frame.map(taken.lock);
    const std::optional<Shared<Locks>> held = frame.map(taken.held);
    if (lock == no_place) continue;
    started.locks.insert(lock);
    if (!held || held->empty()) continue;
    started.acquisitions.push_back(taken);
    started.acquisitions.back().lock = lock;
    started.acquisitions.back().held = *held;
    started.acquisitions.back().hops = hop(started.where, *found->body, true, taken.hops);
  }
  for (const Deferred& from : flow->summary.deferred) {
    const Abstract callable_there = frame.value_at(from.callable);
    const std::optional<Locks> under = frame.map(from.locks);
    if (callable_there.kind == Value::Kind::Unknown || !under) continue;
    const std::size_t known_accesses = started.accesses.size();
    start_body(started, follower().settle(callable_there), mapped_all(from.args, frame), depth + 1);
    for (std::size_t i = known_accesses; i < started.accesses.size(); ++i) started.accesses[i].locks.add(*under);
  }
  if (collecting_) {
    CallSite site;
    site.callee = found->body;
    site.receiver = found->self.place;
    site.has_receiver = true;
    site.on_new_thread = true;
    site.where = started.where;
    site.live = state_.live;
    into_.sites.push_back(std::move(site));
  }
}

// A struct that says what to call, as sigaction's does: the function that was stored in it.
Abstract Interpreter::carried_function(const Abstract& callable) const {
  if (callable.kind != Value::Kind::Address || callable.place == no_place || call_operator_of(callable.place, callable))
    return callable;
  for (const auto& [at, stored] : state_.points)
    if (stored.kind == Value::Kind::Function && at != callable.place && places_.has_prefix(at, callable.place) &&
        !places_.derefs_between(callable.place, at))
      return stored;
  return callable;
}

// A `volatile std::sig_atomic_t`, which is a volatile int once its name is resolved: a handler may set it, and whoever
// it interrupts sees it whole.
bool Interpreter::is_signal_safe(PlaceId place) const {
  const Type* type = nullptr;
  if (!places_.is_root(place)) {
    const Field* field =
        places_.step_kind(place) == Step::Kind::Field ? program_.field(places_.field_key(place)) : nullptr;
    type = field ? program_.type(field->type) : nullptr;
  } else if (places_.root_kind(place) == Root::Global) {
    const Global* global = program_.global(places_.root_key(place));
    type = global ? program_.type(global->type) : nullptr;
  }
  return type && type->is_volatile && type->spelling == "volatile int";
}

void Interpreter::limit_to_handler(Started& started) const {
  started.interrupts = true;
  started.references.clear();
  std::erase_if(started.accesses, [&](const Accessed& a) { return is_signal_safe(a.place); });
}

// Is the access, wherever it was taken over, one of the thread's?
static bool makes(const Started& thread, const Accessed& accessed) {
  return std::any_of(thread.accesses.begin(), thread.accesses.end(), [&](const Accessed& own) {
    return own.where == accessed.where && own.in == accessed.in && own.write == accessed.write;
  });
}

void Interpreter::start(unsigned index, const FunctionKnowledge& known, PlaceId handle, std::string_view sink,
                        bool joins_on_destroy, std::vector<Abstract> args, unsigned first) {
  if (first >= args.size()) return;
  const Event& event = function_.events[index];
  Started started;
  started.origin = &function_;
  started.event = index;
  started.where = &event.where;
  started.sink_call = &event.where;
  started.perhaps_once = graph_.is_conditional(graph_.block_of(index));
  started.sink = sink;
  started.handle = handle;
  started.joins_on_destroy = joins_on_destroy;
  started.is_static = known.is_static;
  started.checked = known.checked;
  started.repeats = known.does == Does::CallParallel;
  const ClassKnowledge* of_result =
      known.handle == FunctionKnowledge::Handle::Receiver ? engine_.class_of_type(event.type) : nullptr;
  if (of_result && of_result->is == Is::Handle) started.joiner = result_place(index);
  const Abstract callable = carried_function(follower().settle(args[first]));
  args.erase(args.begin(), args.begin() + first + 1);
  for (Abstract& argument : args) {
    const auto* type = argument.type;
    // The sink takes its arguments by forwarding reference and copies them for the thread.
    if (argument.kind == Value::Kind::Address && argument.by_reference) argument.kind = Value::Kind::Copy;
    argument = follower().settle(argument);
    argument.type = type;
  }
  add_references(started,
                 callable.kind == Value::Kind::Address
                     ? Abstract{Value::Kind::Copy, callable.place, nullptr, callable.type}
                     : callable,
                 &event.where, "");
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string name =
        args[i].place == no_place ? "" : describe(places_.expand(args[i].place), function_, program_);
    add_references(started, args[i], &event.where, name);
  }
  start_body(started, callable, args);
  if (known.interrupts) limit_to_handler(started);
  for (const Value& value : event.args) mark_sent(abstract(value), started);
  // A member function runs on the object that its first argument points to.
  add_items(started, callable, args, event.where);
  const unsigned id = begin(index, 0, std::move(started));
  // Threads that the body starts run beside it.
  for (const Function* body : std::set<const Function*>(into_.started[id].bodies))
    if (const FunctionFlow* flow = engine_.flow(*body))
      if (const std::optional<Target> found = target(callable, args, true)) {
        const Follower here = follower();
        Frame frame(here, found->self, found->params, no_place);
        unsigned which = 200;
        for (const Started& nested : flow->summary.started) import_started(nested, *body, frame, index, ++which);
        // What those do is theirs, and not what the body does as well: it would meet itself.
        std::erase_if(into_.started[id].accesses, [&](const Accessed& accessed) {
          return accessed.on_thread && std::any_of(flow->summary.started.begin(), flow->summary.started.end(),
                                                   [&](const Started& nested) { return makes(nested, accessed); });
        });
      }
}

// One sink call, reached again, that a condition guards (`if (!started_) { started_ = true; … }`): perhaps it starts no
// second thread.
bool Interpreter::is_same_start(const Started& a, const Started& b) const {
  return a.sink_call == b.sink_call && a.perhaps_once && !b.repeats;
}

// Enters a crossing of event `index` (number `which` of it) into the state, anew each time the event runs.
unsigned Interpreter::begin(unsigned index, unsigned which, Started started) {
  auto [it, is_new] = started_at_.try_emplace({index, which}, static_cast<unsigned>(into_.started.size()));
  const unsigned id = it->second;
  if (is_new) into_.started.emplace_back();
  started.repeats = started.repeats || (!is_new && into_.started[id].repeats);
  const bool imported = started.origin != &function_ || started.event != index || which != 0;
  if (state_.live.contains(id) && !(imported && started.perhaps_once)) started.repeats = true;
  const bool beside_itself = !imported && started.repeats && !state_.live.contains(id);
  if (collecting_ && beside_itself) into_.together.push_back({id, id, state_.stale});
  if (collecting_)
    for (unsigned other : state_.live)
      if (!is_same_start(into_.started[other], started) && (!started.pooled || other == id))
        into_.together.push_back({other, id, state_.stale});
  std::erase_if(state_.stale, [&](const auto& entry) { return entry.first == id; });
  started.joined_before.insert(state_.joined.begin(), state_.joined.end());
  std::erase_if(state_.joined,
                [&](PlaceId joined) { return places_.has_prefix(started.handle, joined); });  // a new thread in it
  if (collecting_ && started.is_static) {
    // What the sink takes must not borrow from this frame, joined or not.
    for (const Reference& reference : started.references) {
      const Root root = places_.root_kind(reference.place);
      const PlaceId top = places_.root_of(reference.place);
      const bool borrows =
          (root == Root::Local || root == Root::Param) && !places_.derefs_between(top, reference.place);
      if (borrows) into_.dangling.push_back({id, reference, nullptr});
    }
  }
  for (const auto& [at, stored] : state_.points) note_joiner(started, at, stored);
  into_.started[id] = std::move(started);
  state_.live.insert(id);
  return id;
}

void Interpreter::import_started(const Started& from, const Function& callee, Frame& frame, unsigned index,
                                 unsigned which) {
  const Location* where = &function_.events[index].where;
  // Through functions that call one another it came back to this call: it is no other thread.
  if (std::find(from.via.begin(), from.via.end(), where) != from.via.end()) return;
  Started started = from;
  started.handle = frame.map(from.handle);
  started.joiner = frame.map(from.joiner);
  started.owner = frame.map(from.owner);
  started.accesses.clear();
  for (const Accessed& access : from.accesses)
    if (std::optional<Accessed> accessed = mapped(access, frame)) started.accesses.push_back(std::move(*accessed));
  started.locks = frame.map(from.locks);
  started.acquisitions.clear();
  for (const Acquisition& taken : from.acquisitions) {
    const PlaceId lock = frame.map(taken.lock);
    const std::optional<Shared<Locks>> held = frame.map(taken.held);
    if (lock == no_place || !held) continue;
    started.acquisitions.push_back(taken);
    started.acquisitions.back().lock = lock;
    started.acquisitions.back().held = *held;
  }
  started.references.clear();
  for (const Reference& reference : from.references) {
    const Cursor at = frame.follow(reference.place);
    if (at.place == no_place) continue;
    Reference mapped = reference;
    mapped.place = at.place;
    started.references.push_back(std::move(mapped));
  }
  started.deferred.clear();
  started.via.push_back(where);
  started.joined_before = frame.map(from.joined_before);
  for (PlaceId joined : started.joined_before) end(joined);
  for (const Deferred& deferred : from.deferred) {
    const Abstract callable = follower().settle(frame.value_at(deferred.callable));
    if (callable.kind == Value::Kind::Unknown) continue;
    const std::size_t known_bodies = started.bodies.size();
    add_references(started, callable, where, "");
    start_body(started, callable, mapped_all(deferred.args, frame));
    if (started.interrupts) limit_to_handler(started);
    if (started.bodies.size() == known_bodies) continue;
    // The callable is known here: this is where the crossing is decided.
    started.origin = &function_;
    started.event = index;
    started.where = where;
    started.sink = callee.name;
    started.items.clear();
    add_items(started, callable, {}, *where);
  }
  if (started.pooled && can_wait_for(index)) {
    started.pooled = false;
    started.accesses.clear();
  }
  begin(index, which, std::move(started));
}

// A callable put into a container whose elements a thread calls has crossed to that thread.
void Interpreter::hand_to_executors(unsigned index, const Summary& summary, const Function& callee, Frame& frame) {
  unsigned which = 300;
  for (const Store& insert : summary.inserts) {
    const Place place = places_.expand(insert.place);
    const auto runs = std::find_if(place.steps.begin(), place.steps.end(), [&](const Step& step) {
      return step.kind == Step::Kind::Field && engine_.executed_fields.contains(step.field);
    });
    ++which;
    if (runs == place.steps.end() || insert.value.place == no_place || insert.value.kind == Value::Kind::Address)
      continue;
    if (places_.root_kind(insert.value.place) != Root::Param) continue;
    const Cursor at = frame.follow(insert.value.place);
    const PlaceId from = at.place != no_place ? at.place : at.shadow;
    if (from == no_place || places_.root_kind(from) == Root::Param || places_.root_kind(from) == Root::This) continue;
    Started started;
    started.origin = &function_;
    started.event = index;
    started.where = &function_.events[index].where;
    started.sink = callee.name;
    started.owner = frame.map(places_.root(Root::This));
    const Abstract callable = follower().settle({Value::Kind::Copy, from, nullptr, nullptr});
    add_references(started, callable, started.where, "");
    start_body(started, callable, {});
    if (started.bodies.empty()) continue;
    // On an executor's one thread all is in order. Several run more of the same at once, if nobody can wait for each.
    const Type* answer = program_.type(function_.events[index].type);
    started.pooled = engine_.pooled_fields.contains(runs->field) && (function_.events[index].is_discarded || !answer ||
                                                                     answer->spelling == "void" || is_collected(index));
    if (!started.pooled) started.accesses.clear();
    add_items(started, callable, {}, *started.where);
    begin(index, which, std::move(started));
  }
}

}  // namespace ferrule
