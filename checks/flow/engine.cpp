#include "checks/flow/engine.h"

#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

Flow::Engine::Engine(const Program& of, const Concurrency& knowledge)
    : program(of), known(knowledge), heap(of, knowledge) {
  for (const Function& function : program.facts().functions) {
    has_constructs |= function.has_constructs();
    for (const Event& event : function.events) note_taken_addresses(event);
  }
  find_flag_locks();
  order_by_heap();
  find_settings();
  analyse_all();
  find_executed_fields();
  if (!executed_fields.empty()) analyse_again(putting_into_executed());  // now more functions are sinks
  list_crossings();
}

// A pointer to a private member that the program's own code gets leads back into the class, which calls it itself.
void Flow::Engine::note_taken_addresses(const Event& event) {
  const Function* callee = program.function(event.callee);
  const bool stays = event.kind == Event::Kind::Assign || (callee && callee->has_body() && !is_opaque(*callee));
  const auto note = [&](const Value& value) {
    const Function* function = value.kind == Value::Kind::Function ? program.function(value.key) : nullptr;
    if (!function) return;
    const bool hidden = function->visibility == Visibility::Private || function->visibility == Visibility::Protected;
    const bool is_member = !function->record.empty() && !function->is_static && hidden;
    if (!(stays && is_member)) address_taken.insert(function);
  };
  note(event.value);
  for (const Value& argument : event.args) note(argument);
}

// What is called through pointers stands in no text: the heap knows it.
void Flow::Engine::order_by_heap() {
  const std::vector<Function>& functions = program.facts().functions;
  for (unsigned caller = 0; caller < functions.size(); ++caller)
    for (unsigned event = 0; event < functions[caller].events.size(); ++event)
      for (const calls::Callee* callee : callees(functions[caller], event))
        found_calls_.emplace_back(caller, static_cast<unsigned>(callee->function - functions.data()));
}

std::vector<const calls::Callee*> Flow::Engine::callees(const Function& function, unsigned event) const {
  std::vector<const calls::Callee*> found;
  for (const calls::Callee& callee : heap.calls().callees(function, event))
    if (callee.function->has_body() && !is_opaque(*callee.function)) found.push_back(&callee);
  return found.size() <= most_callees ? found : std::vector<const calls::Callee*>();
}

std::vector<const calls::Callee*> Flow::Engine::callees(const Function& function, unsigned event,
                                                        calls::CallKind kind) {
  std::vector<const calls::Callee*> found = callees(function, event);
  if (found.empty() && heap.calls().callees(function, event).size() > most_callees)
    incomplete.insert({function.events[event].where, function.name, "what is called here may be too many functions"});
  std::erase_if(found, [&](const calls::Callee* callee) { return callee->kind != kind; });
  return found;
}

// Callees first. What the analysis finds to be recursive though no text shows it is put into the order, once more.
void Flow::Engine::analyse_all() {
  constexpr unsigned most_orders = 3;
  for (unsigned round = 1;; ++round) {
    const std::size_t calls = found_calls_.size();
    flows.clear();
    users_.clear();
    lock_classes.clear();
    for (const Component& component : call_order(program, found_calls_)) settle(component);
    if (found_calls_.size() == calls) return;
    if (round < most_orders) continue;
    for (std::size_t call = calls; call < found_calls_.size(); ++call)
      note_incomplete(program.facts().functions[found_calls_[call].first], "what it calls was found too late");
    return;
  }
}

// Functions that put something where a thread takes callables from, and those that call one which does.
std::set<const Function*> Flow::Engine::putting_into_executed() const {
  std::set<const Function*> putting;
  for (const FunctionFlow* flow : all()) {
    const auto is_executed = [&](const std::string* field) { return executed_fields.contains(*field); };
    if (std::any_of(flow->filled_fields.begin(), flow->filled_fields.end(), is_executed))
      putting.insert(flow->function);
    const auto goes_through = [&](const Store& insert) {
      for (PlaceId at = insert.place; !places.is_root(at); at = places.parent(at))
        if (places.step_kind(at) == Step::Kind::Field && executed_fields.contains(places.field_key(at))) return true;
      return false;
    };
    const std::vector<Store>& inserts = flow->summary.inserts;
    const auto users = users_.find(flow->function);
    if (users != users_.end() && std::any_of(inserts.begin(), inserts.end(), goes_through))
      putting.insert(users->second.begin(), users->second.end());
  }
  return putting;
}

// These, and all that have asked for the summary of one of them.
void Flow::Engine::analyse_again(std::set<const Function*> changed) {
  std::vector<const Function*> due(changed.begin(), changed.end());
  while (!due.empty()) {
    const Function* function = due.back();
    due.pop_back();
    flows.erase(function);
    for (const Function* user : users_[function])
      if (changed.insert(user).second) due.push_back(user);
  }
  for (const Function* function : changed) users_.erase(function);
  const auto is_due = [&](unsigned index) { return changed.contains(&program.facts().functions[index]); };
  for (const Component& component : call_order(program, found_calls_))
    if (std::any_of(component.members.begin(), component.members.end(), is_due)) settle(component);
}

// The members of a recursive component start from "never returns" and are summarised until nothing changes: the least
// fixed point, which no order of names decides (Sharir and Pnueli 1981, the functional approach).
void Flow::Engine::settle(const Component& component) {
  constexpr std::size_t most_rounds = 12;
  std::vector<const Function*> members;
  for (unsigned index : component.members)
    if (const Function& function = program.facts().functions[index]; function.has_body() && !is_opaque(function))
      members.push_back(&function);
  if (!component.is_recursive) {
    for (const Function* member : members)
      if (!flows.contains(member)) analyse(*member);
    return;
  }
  for (const Function* member : members) {
    auto bottom = std::make_unique<FunctionFlow>();
    bottom->function = member;
    bottom->summary.never_returns = true;
    flows[member] = std::move(bottom);
  }
  settling_ = {members.begin(), members.end()};
  std::set<const Function*> due = settling_;
  for (std::size_t round = 0; !due.empty() && round < most_rounds; ++round)
    for (const Function* member : members)
      if (due.erase(member) && analyse(*member)) due.insert(users_[member].begin(), users_[member].end());
  settling_.clear();
  if (!due.empty()) note_incomplete(*members.front(), "the functions that call one another there did not settle");
}

// True if its summary is another than before.
bool Flow::Engine::analyse(const Function& function) {
  in_progress_.push_back(&function);
  auto made = std::make_unique<FunctionFlow>();
  made->function = &function;
  Interpreter(*this, function, *made).run();
  in_progress_.pop_back();
  std::unique_ptr<FunctionFlow>& flow = flows[&function];
  const bool is_same = flow && same_effect(flow->summary, made->summary);
  flow = std::move(made);
  return !is_same;
}

std::shared_ptr<const Accessed> Flow::Engine::numbered(const Accessed& accessed) {
  const auto made = std::make_shared<Accessed>(accessed);
  const auto [first, is_new] = effects_.insert(made);
  made->effect = is_new ? static_cast<unsigned>(effects_.size()) : (*first)->effect;
  return made;
}

Hops Flow::Engine::way(const Passed& passed) const {
  if (!passed.via) return passed.access->hops;
  const auto flow = flows.find(passed.via);
  if (flow == flows.end()) return nullptr;
  const Summary& of_callee = flow->second->summary;
  const auto at = std::lower_bound(of_callee.at.begin(), of_callee.at.end(), std::pair(passed.access.get(), 0u));
  const bool is_there = at != of_callee.at.end() && at->first == passed.access.get();
  const Passed* inner = is_there ? &of_callee.accesses[at->second] : nullptr;
  // While a recursive component is summarised, what is there may lead round in a circle.
  return hop(passed.where, *passed.via, false, inner && inner->distance < passed.distance ? way(*inner) : nullptr);
}

void Flow::Engine::note_incomplete(const Function& function, std::string what) {
  incomplete.insert({function.where, function.name, std::move(what)});
}

bool Flow::Engine::is_opaque(const Function& function) {
  return function.is_system || function.name.starts_with("std::") || function.name.starts_with("ferrule::");
}

const ClassKnowledge* Flow::Engine::class_of_type(std::string_view type_key) const {
  const Record* record = program.record_of_type(type_key, true);
  return record ? class_of(*record) : nullptr;
}

const FunctionFlow* Flow::Engine::flow(const Function& function) {
  if (!function.has_body() || is_opaque(function)) return nullptr;
  if (!in_progress_.empty()) users_[&function].insert(in_progress_.back());
  if (auto it = flows.find(&function); it != flows.end()) return it->second.get();
  // Its caller's text does not name it: the order did not know. Nested demands are few; the machine stack is finite.
  constexpr std::size_t deepest = 100;
  const bool recurs = std::find(in_progress_.begin(), in_progress_.end(), &function) != in_progress_.end();
  if (recurs || in_progress_.size() >= deepest) {
    const auto index = [&](const Function* of) { return static_cast<unsigned>(of - program.facts().functions.data()); };
    const CallEdge found{index(in_progress_.back()), index(&function)};
    if (std::find(found_calls_.begin(), found_calls_.end(), found) == found_calls_.end()) found_calls_.push_back(found);
    return nullptr;
  }
  analyse(function);
  return flows.find(&function)->second.get();
}

// Read off the bodies' events, not off summaries: it is asked while those are being made.
const std::vector<std::string>& Flow::Engine::wrapped_locks(const Record& wrapper) const {
  auto [it, is_new] = wrapped_.try_emplace(&wrapper);
  if (!is_new) return it->second;
  for (const std::string& key : wrapper.methods) {
    const Function* method = program.function(key);
    if (!method || method->is_constructor || is_opaque(*method)) continue;
    for (const Event& event : method->events) {
      const Function* callee = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
      const FunctionKnowledge* does = callee ? known.function(callee->name) : nullptr;
      if (!does || does->does != Does::Lock) continue;
      const Place& lock = does->on && *does->on < event.args.size() ? event.args[*does->on].place : event.place;
      const bool own =
          lock.root == Root::This && lock.steps.size() == 1 && lock.steps.front().kind == Step::Kind::Field;
      if (own && std::find(it->second.begin(), it->second.end(), lock.steps.front().field) == it->second.end())
        it->second.push_back(lock.steps.front().field);
    }
  }
  return it->second;
}

const std::string& Flow::Engine::mapped_field(const Record& map) const {
  auto [it, is_new] = mapped_.try_emplace(&map);
  const bool is_map = map.name.starts_with("std::") && map.name.ends_with("map") && map.arguments.size() >= 2;
  if (!is_new || !is_map) return it->second;
  const auto is_element = [&](const Record& pair) {
    if (pair.name != "std::pair" || pair.arguments.size() != 2 || pair.arguments[1].type != map.arguments[1].type)
      return false;
    const Type* first = program.type(pair.arguments[0].type);
    const std::string& key = map.arguments[0].type;  // the pair's is the same, but const
    return first && first->is_const && first->key.find(key) != std::string::npos && first->key.size() <= key.size() + 6;
  };
  const auto pair = std::find_if(program.facts().records.begin(), program.facts().records.end(), is_element);
  if (pair != program.facts().records.end())
    for (const Field& field : pair->fields)
      if (field.name == "second") it->second = field.key;
  return it->second;
}

std::vector<PlaceId> Flow::Engine::named_lock(const Place& lock) const {
  const PlaceId place = places.intern(lock);
  if (place == no_place) return {};
  const bool is_field = !lock.steps.empty() && lock.steps.back().kind == Step::Kind::Field;
  const Field* field = is_field ? program.field(lock.steps.back().field) : nullptr;
  const Record* wrapper = field ? program.record_of_type(field->type) : nullptr;
  std::vector<PlaceId> named;
  if (wrapper)
    for (const std::string& inner : wrapped_locks(*wrapper)) named.push_back(places.field(place, inner));
  if (named.empty()) named.push_back(place);
  return named;
}

const Field* Flow::Engine::own_field(PlaceId place) const {
  if (places.is_root(place) || places.step_kind(place) != Step::Kind::Field) return nullptr;
  const Record* record = program.record_of_field(places.field_key(place));
  return record && !record->is_system ? program.field(places.field_key(place)) : nullptr;
}

std::vector<const FunctionFlow*> Flow::Engine::all() const {
  std::vector<const FunctionFlow*> sorted;
  for (const Function& function : program.facts().functions)
    if (auto it = flows.find(&function); it != flows.end()) sorted.push_back(it->second.get());
  return sorted;
}

// `this->tasks_[…]` called on a thread: the field `tasks_` is run by it.
void Flow::Engine::find_executed_fields() {
  for (const FunctionFlow* flow : all())
    for (const Started& started : flow->started)
      for (const Deferred& deferred : started.deferred) {
        const Place place = places.expand(deferred.callable);
        for (std::size_t i = 0; i + 1 < place.steps.size(); ++i)
          if (place.steps[i].kind == Step::Kind::Field && place.steps[i + 1].kind == Step::Kind::Element) {
            executed_fields.insert(place.steps[i].field);
            if (started.repeats) pooled_fields.insert(place.steps[i].field);
          }
      }
}

// Does the object that keeps the thread join it before it goes?
bool Flow::Engine::is_joined_by_destructor(const Function& starter, PlaceId handle) const {
  if (handle == no_place || places.root_kind(handle) != Root::This) return false;
  const Record* record = program.record(starter.record);
  const Function* destructor = record ? program.function(record->destructor) : nullptr;
  const auto flow = destructor ? flows.find(destructor) : flows.end();
  if (flow == flows.end() || !flow->second) return false;
  const std::set<PlaceId>& joined = flow->second->summary.joined;
  return std::any_of(joined.begin(), joined.end(),
                     [&](PlaceId at) { return places.has_prefix(handle, at) || places.has_prefix(at, handle); });
}

void Flow::Engine::list_crossings() {
  for (const FunctionFlow* flow : all())
    for (unsigned id = 0; id < flow->started.size(); ++id) {
      const Started& started = flow->started[id];
      if (started.origin != flow->function || !started.where) continue;
      Crossing crossing;
      crossing.function = flow->function->key;
      crossing.event = started.event;
      crossing.where = *started.where;
      crossing.sink = started.sink;
      // A handle that is the caller's, and joins when it goes, ends the thread in the caller's scope.
      const bool is_callers =
          started.joins_on_destroy && started.handle != no_place &&
          (places.root_kind(started.handle) == Root::Param || places.root_kind(started.handle) == Root::This);
      const bool ends = (is_callers || is_joined_by_destructor(*flow->function, started.handle) ||
                         !flow->live_at_exit.contains(id)) &&
                        !started.is_static;
      crossing.bound = started.is_call ? Bound::Call : ends ? Bound::Scoped : Bound::Detached;
      crossing.checked_by_constraint = started.checked;
      crossing.items = started.items;
      for (const Function* body : started.bodies) crossing.bodies.push_back(body->key);
      std::sort(crossing.bodies.begin(), crossing.bodies.end());
      for (const Location* via : started.via) crossing.via.push_back(*via);
      crossings.push_back(std::move(crossing));
    }
  std::stable_sort(crossings.begin(), crossings.end(), [](const Crossing& a, const Crossing& b) {
    return std::tie(a.where, a.function) < std::tie(b.where, b.function);
  });
}

// ---- the public face

Flow::Flow(const Program& program, const Concurrency& known) : engine_(std::make_unique<Engine>(program, known)) {}
Flow::~Flow() = default;

namespace {

Incompleteness in_words(const heap::Incompleteness& of, const Program& program) {
  using Kind = heap::Incompleteness::Kind;
  const Function* function = program.function(of.function);
  const char* what = of.kind == Kind::NoCallee   ? "what is called here is not known"
                     : of.kind == Kind::NoBody   ? "the body of the function that is called here is in no unit"
                     : of.kind == Kind::DeepPath ? "a path of members is too long to be followed"
                     : of.kind == Kind::Spent ? "the program's pointers would take too long to be followed to the end"
                                              : "there are too many copies of the function that is called here";
  return {of.where, function ? function->name : std::string(), what, of.kind == Kind::NoBody};
}

}  // namespace

std::vector<Incompleteness> Flow::incomplete() const {
  std::set<Incompleteness> all = engine_->incomplete;
  for (const heap::Incompleteness& of : engine_->heap.incomplete()) all.insert(in_words(of, engine_->program));
  return {all.begin(), all.end()};
}

const Concurrency& Flow::known() const { return engine_->known; }

const std::vector<Crossing>& Flow::crossings() const { return engine_->crossings; }

const std::vector<TracedAccess>& Flow::accesses(std::string_view function_key) const {
  static const std::vector<TracedAccess> none;
  const Function* function = engine_->program.function(function_key);
  const FunctionFlow* flow = function ? engine_->flow(*function) : nullptr;
  if (!flow) return none;
  auto [it, is_new] = engine_->traced.try_emplace(function);
  if (!is_new) return it->second;
  for (const Passed& passed : flow->summary.accesses) {
    const Accessed& accessed = *passed.access;
    if (accessed.assumed || accessed.unnamed_lock) continue;
    TracedAccess traced;
    traced.place = engine_->places.expand(accessed.place);
    traced.is_write = accessed.write;
    traced.is_atomic = accessed.atomic;
    traced.is_increment = accessed.increment;
    traced.where = *accessed.where;
    for (const auto& [lock, shared] : accessed.locks) {
      if (shared && accessed.write) continue;
      traced.locks.push_back(engine_->places.expand(lock));
      if (shared) traced.shared.push_back(traced.locks.back());
    }
    // Who gets past a once flag is ordered as by a lock.
    for (const SharedPlaces* ordered : {&accessed.sync_before, &accessed.sync_after})
      for (PlaceId object : *ordered)
        if (flow->once_flags.contains(object)) traced.locks.push_back(engine_->places.expand(object));
    for (Hops hop = engine_->way(passed); hop; hop = hop->next) traced.path.push_back({*hop->where, hop->callee->key});
    it->second.push_back(std::move(traced));
  }
  std::stable_sort(it->second.begin(), it->second.end(), [](const TracedAccess& a, const TracedAccess& b) {
    return std::tie(a.where, a.place) < std::tie(b.where, b.place);
  });
  return it->second;
}

}  // namespace ferrule
