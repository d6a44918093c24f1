// Locks of the program's own: classes with lock() and unlock(), and atomic flags (`while (busy_.test_and_set())`).
#include "checks/flow/interpreter.h"
#include "checks/flow/lock_methods.h"

#include <algorithm>
#include <string_view>

namespace ferrule {
namespace {

std::string_view last_name(const Function& callee) {
  return std::string_view(callee.name).substr(callee.name.rfind(':') + 1);
}

bool is_claim(std::string_view name) {
  return name == "test_and_set" || name == "exchange" || name.starts_with("compare_exchange_");
}

bool is_give_back(std::string_view name) { return name == "clear" || name == "store" || name == "operator="; }

// The values that are claimed and given back are constants: a claimed node or count is no lock.
bool stores_constant(const Event& event, std::string_view name) {
  const std::size_t desired = name.starts_with("compare_exchange_") ? 1 : 0;
  if (name == "test_and_set" || name == "clear") return true;
  return desired < event.args.size() && event.args[desired].kind == Value::Kind::Literal;
}

// The key of the field or global that names the flag; "" for a local.
std::string_view flag_key(const Place& place) {
  for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step) {
    if (step->kind == Step::Kind::Field) return step->field;
    if (step->kind == Step::Kind::Element) return {};
  }
  return place.root == Root::Global ? std::string_view(place.key) : std::string_view();
}

// The same, or which local of which function.
std::string setting_key(const Place& place, const Function& function) {
  if (place.root == Root::Local && place.steps.empty()) return function.key + '#' + std::to_string(place.index);
  return std::string(flag_key(place));
}

}  // namespace

void Flow::Engine::find_flag_locks() {
  std::set<std::string_view> claimed, given_back;
  for (const Function& function : program.facts().functions)
    for (const Event& event : function.events) {
      const Function* callee = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
      if (!callee) continue;
      const std::string_view name = last_name(*callee);
      if (!(is_claim(name) ? !event.is_discarded : is_give_back(name)) || !stores_constant(event, name)) continue;
      const Record* record = program.record(callee->record);
      const ClassKnowledge* of_class = record ? class_of(*record) : nullptr;
      if (!of_class || of_class->is != Is::Atomic) continue;
      (is_claim(name) ? claimed : given_back).insert(flag_key(event.place));
    }
  for (std::string_view key : claimed)
    if (!key.empty() && given_back.contains(key)) flag_locks.emplace(key);
}

bool Flow::Engine::is_flag_lock(PlaceId lock) const {
  if (lock == no_place || flag_locks.empty()) return false;
  const Place place = places.expand(lock);
  const std::string_view key = flag_key(place);
  if (flag_locks.contains(std::string(key))) return true;
  const Field* field = program.field(key);
  const Global* global = program.global(key);
  const ClassKnowledge* known = class_of_type(field ? field->type : global ? global->type : std::string());
  return known && known->is == Is::Atomic;
}

// Counts and attributes that locks and semaphores are made with.
void Flow::Engine::find_settings() {
  for (const Function& function : program.facts().functions) {
    for (const Block& block : function.blocks)
      if (block.condition && block.condition->event < function.events.size())
        if (const Place& tested = function.events[block.condition->event].place; !tested.steps.empty())
          tested_fields.insert(tested.steps.back().field);
    for (const Event& event : function.events) {
      const Function* callee = program.function(event.callee);
      if (callee && callee != &function) called.insert(callee);
      const FunctionKnowledge* does = callee ? known.function(callee->name) : nullptr;
      if (!does || (does->does != Does::SetCount && does->does != Does::SetKind) || does->callable >= event.args.size())
        continue;
      const Value& setting = event.args[does->callable];
      if (setting.kind == Value::Kind::Literal && setting.key == "0") continue;
      const Place& place = does->on && *does->on < event.args.size() ? event.args[*does->on].place : event.place;
      const std::string key = setting_key(place, function);
      if (does->does == Does::SetKind)
        configured_locks.insert(key);
      else if (!key.empty() && setting.kind == Value::Kind::Literal && !setting.key.empty())
        full_semaphores.try_emplace(key, setting.key == "1");
    }
  }
}

std::optional<bool> Flow::Engine::full_semaphore(PlaceId place, const Function& function) const {
  if (full_semaphores.empty()) return {};
  const auto found = full_semaphores.find(setting_key(places.expand(place), function));
  return found == full_semaphores.end() ? std::nullopt : std::optional(found->second);
}

bool Flow::Engine::has_own_kind(PlaceId lock) const {
  const std::string key(flag_key(places.expand(lock)));
  const Global* global = program.global(key);
  return (global && global->starts_with_numbers) || configured_locks.contains(key) || configured_locks.contains("");
}

// Whoever sets the flag first has it until it is cleared.
void Interpreter::flag_call(unsigned index, const Function& callee, PlaceId on) {
  const Event& event = function_.events[index];
  const std::string_view name = last_name(callee);
  if ((!is_claim(name) && !is_give_back(name)) || !stores_constant(event, name) || on == no_place) return;
  // Under the name that it has here: who was given a reference to it uses it as one.
  if (!engine_.flag_locks.contains(std::string(flag_key(event.place))) &&
      !engine_.flag_locks.contains(std::string(flag_key(places_.expand(on)))))
    return;
  const bool answers_success = name.starts_with("compare_exchange_");
  if (is_claim(name))
    tentative_[index] = Tentative{{on}, false, no_place, !answers_success};
  else
    unlock(on);
}

// ---- classes

// Within the assertion itself it is the caller, too, who holds the lock.
bool Interpreter::asserts_own_lock() const {
  const Record* record = program_.record(function_.record);
  return record && function_.params.empty() && !function_.is_static && lock_call(function_).asserts &&
         (record->has_lock_methods || looks_like_lock(*record));
}

// Has it both ways, under whatever spelling: a lock whose bodies are in units that are not here.
bool Interpreter::looks_like_lock(const Record& record) const {
  bool locks = false;
  bool unlocks = false;
  for (const std::string& key : record.methods)
    if (const Function* method = program_.function(key)) {
      const LockCall call = lock_call(*method);
      locks |= call.locks;
      unlocks |= call.unlocks;
    }
  return locks && unlocks;
}

// ---- what a lock class of the program's own does

// Is this a step that can make a thread wait for another, or claim something: what a lock is made of? Plain members and
// loads and stores of atomics are not; what cannot be seen may be.
bool Interpreter::may_claim(const Event& event, unsigned depth) const {
  if (event.kind == Event::Kind::Suspend || event.is_indirect) return true;
  if (event.kind == Event::Kind::Construct) {
    const ClassKnowledge* known = engine_.class_of_type(event.type);
    return known && known->is == Is::Guard;
  }
  const Function* callee = event.kind == Event::Kind::Call ? program_.function(event.callee) : nullptr;
  if (!callee || callee->is_noreturn) return false;
  if (const FunctionKnowledge* known = engine_.known.function(callee->name)) return known->does != Does::Nothing;
  if (callee->has_body() && !Flow::Engine::is_opaque(*callee)) return may_claim(*callee, depth + 1);
  const Record* record = program_.record(callee->record);
  const ClassKnowledge* known = record ? engine_.class_of(*record) : nullptr;
  const std::string_view name = last_name(*callee);
  if (known && known->is == Is::Atomic) return !callee->is_const && !is_give_back(name);
  return !callee->name.starts_with("std::");
}

bool Interpreter::may_claim(const Function& function, unsigned depth) const {
  constexpr unsigned deepest = 4;
  return depth > deepest || function.has_hidden_parts || function.locks.acquires_this ||
         std::any_of(function.events.begin(), function.events.end(),
                     [&](const Event& event) { return may_claim(event, depth); });
}

// A body that claims by loads and stores alone: nobody is kept out, unless it announces itself in an atomic before it
// looks (Peterson's algorithm).
bool Interpreter::looks_before_it_announces(const Function& function) const {
  for (const Event& event : function.events) {
    const Function* callee = event.kind == Event::Kind::Call ? program_.function(event.callee) : nullptr;
    const Record* record = callee ? program_.record(callee->record) : nullptr;
    const ClassKnowledge* known = record ? engine_.class_of(*record) : nullptr;
    if (known && known->is == Is::Atomic) return callee->is_const;
  }
  return true;
}

// What making a lock of this class amounts to. While functions that call one another are being summarised, an answer
// that rests on them is not kept.
Interpreter::LockClass Interpreter::lock_class(const Record& record) {
  if (const auto known = engine_.lock_classes.find(&record); known != engine_.lock_classes.end()) return known->second;
  bool is_final = true;
  const LockClass kind = judged_by_bodies(record, is_final);
  if (is_final) engine_.lock_classes.emplace(&record, kind);
  return kind;
}

Interpreter::LockClass Interpreter::judged_by_bodies(const Record& record, bool& is_final) {
  bool all_shown = true;
  bool all_fake = true;
  bool any = false;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method) continue;
    const LockCall call = lock_call(*method);
    const bool is_open = method->is_virtual && !record.is_final && !program_.overriders(method->key).empty();
    if ((call.locks || call.unlocks || call.tries) && (!method->has_body() || is_open)) return LockClass::ByName;
    if (!call.locks) continue;
    any = true;
    const FunctionFlow* flow = engine_.flow(*method);
    is_final &= flow && !engine_.is_settling(*method);
    if (!flow) return LockClass::ByName;
    const Summary& summary = flow->summary;
    const auto is_other = [&](const auto& taken) { return !engine_.is_flag_lock(taken.first); };
    const bool takes = std::any_of(summary.acquired.begin(), summary.acquired.end(), is_other);
    const bool only_at_times =
        !summary.always_locks && std::any_of(summary.acquired_if.begin(), summary.acquired_if.end(), is_other);
    all_shown &= takes || only_at_times;
    all_fake &= !takes && !only_at_times && !may_claim(*method, 0) && looks_before_it_announces(*method);
  }
  return any && all_fake ? LockClass::Fake : any && all_shown ? LockClass::ByBodies : LockClass::ByName;
}

// The member function of a class, or of a base of it, that a guard calls to lock it.
const Function* Interpreter::lock_method(const Record& record, bool shared, unsigned depth) const {
  for (const std::string& key : record.methods)
    if (const Function* method = program_.function(key)) {
      const LockCall call = lock_call(*method);
      if (call.locks && call.shared == shared && method->params.empty()) return method;
    }
  for (const Base& base : record.bases)
    if (const Record* of_base = depth < 4 ? program_.record_of_type(base.type) : nullptr)
      if (const Function* method = lock_method(*of_base, shared, depth + 1)) return method;
  return nullptr;
}

// What a guard of the library's takes when it locks an object of the program's own: what its lock() takes.
Interpreter::LocksBehind Interpreter::locks_behind(PlaceId lock, std::string_view type, bool shared) {
  const LocksBehind itself{{{lock, shared}}, {}};
  const Record* record = program_.record_of_type(type, true);
  if (!record || record->is_system || engine_.class_of(*record)) return itself;
  const Function* method = lock_method(*record, shared, 0);
  const Record* owner = method ? program_.record(method->record) : nullptr;
  if (!owner) return itself;
  const LockClass kind = lock_class(*owner);
  if (kind == LockClass::Fake) return {};
  const FunctionFlow* flow = kind == LockClass::ByBodies ? engine_.flow(*method) : nullptr;
  if (!flow) return itself;
  const Follower here = follower();
  Frame frame(here, {lock}, {}, no_place);
  LocksBehind behind;
  for (const auto& [taken, is_shared] : flow->summary.acquired)
    if (const PlaceId mapped = frame.map(taken); mapped != no_place) behind.always[mapped] = is_shared;
  for (const auto& [taken, held] : flow->summary.acquired_if) {
    const PlaceId mapped = frame.map(taken);
    if (mapped == no_place) continue;
    HeldHere& here = behind.at_times[mapped];
    here.held.shared = held.shared;
    here.holds = map_outcomes(held.when, flow->summary, frame, *method, here.held.when);
  }
  return behind;
}

// A class with lock() and unlock() of its own is a lock, unless its body shows which lock it wraps, or that it is none.
void Interpreter::user_lock_call(unsigned, const Function& callee, PlaceId on, bool& done) {
  const Record* record = program_.record(callee.record);
  const bool by_attribute = callee.locks.acquires_this || callee.locks.releases_this;
  if (on == no_place || !record) return;
  for (const Place& asserted : callee.locks.asserts)
    for (PlaceId lock : engine_.named_lock(asserted))
      if (places_.root_kind(lock) == Root::This)
        state_.asserted.insert(places_.rebase(lock, places_.root_of(lock), on));
  const auto [locks, unlocks, tries, by_readers, asserts] = lock_call(callee);
  if (asserts && callee.params.empty() && (record->has_lock_methods || looks_like_lock(*record))) {
    state_.asserted.insert(on);
    done = true;
    return;
  }
  if (!locks && !unlocks && !tries) return;
  if (!record->has_lock_methods && !by_attribute && !looks_like_lock(*record)) return;
  if (by_attribute && !callee.has_body()) {
    done = true;
  } else {
    if (lock_class(*record) != LockClass::ByName) return;
    done = true;
  }
  if (unlocks)
    unlock(on);
  else if (tries)
    tentative_[now_] = Tentative{{on}, by_readers};
  else
    acquire(on, by_readers);
}

}  // namespace ferrule
