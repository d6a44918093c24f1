// Locks of the program's own: classes with lock() and unlock(), and atomic flags (`while (busy_.test_and_set())`).
#include "checks/flow/interpreter.h"

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

namespace {

// "Lock", "try_lock", "ReadUnlock" … in one spelling.
std::string plain_name(const Function& callee) {
  std::string plain;
  for (char c : callee.name.substr(callee.name.rfind(':') + 1))
    if (c != '_') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return plain;
}

struct LockCall {
  bool locks = false;
  bool unlocks = false;
  bool tries = false;
  bool shared = false;
  bool asserts = false;
};

LockCall lock_call(const Function& callee) {
  const std::string name = plain_name(callee);
  LockCall call;
  call.shared = callee.locks.acquires_shared || name.find("shared") != std::string::npos || name.starts_with("read") ||
                name == "rdlock";
  call.locks = callee.locks.acquires_this || name == "lock" || name == "lockshared" || name == "readlock" ||
               name == "writelock" || name == "rdlock" || name == "wrlock";
  call.unlocks = callee.locks.releases_this || name == "unlock" || name == "unlockshared" || name == "readunlock" ||
                 name == "writeunlock";
  call.asserts = callee.locks.asserts_held || name.starts_with("assertheld") || name.starts_with("assertlocked") ||
                 name == "assertexclusiveheld" || name == "assertowned";
  call.tries = name == "trylock" || name == "trylockshared";
  return call;
}

}  // namespace

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

// What it wraps is taken and given back in bodies that are all there; otherwise the two would not match.
bool Interpreter::shows_its_lock(const Record& record) const {
  return std::all_of(record.methods.begin(), record.methods.end(), [&](const std::string& key) {
    const Function* method = program_.function(key);
    if (!method || method->has_body()) return true;
    const LockCall call = lock_call(*method);
    return !call.locks && !call.unlocks;
  });
}

// `while (taken_); taken_ = true;`: plain members that any thread may see or set at any time.
bool Interpreter::sets_plain_members(const Function& callee) const {
  bool sets_plain = false;
  for (const Event& event : callee.events) {
    if (event.kind == Event::Kind::Return || event.kind == Event::Kind::Destroy) continue;
    if (event.kind != Event::Kind::Access && event.kind != Event::Kind::Assign) return false;
    if (event.place.root != Root::This || event.place.steps.size() != 1) return false;
    const Field* field = program_.field(event.place.steps.front().field);
    const Type* type = field ? program_.type(field->type) : nullptr;
    if (!type || type->kind != TypeKind::Scalar) return false;
    sets_plain |= event.kind == Event::Kind::Assign || event.mode != Event::Mode::Read;
  }
  return sets_plain;
}

bool Interpreter::locks_nothing(const Record& record) const {
  bool locks_plainly = false;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !lock_call(*method).locks) continue;
    if (!method->has_body() || method->locks.acquires_this || !sets_plain_members(*method)) return false;
    locks_plainly = true;
  }
  return locks_plainly;
}

// A class with lock() and unlock() of its own is a lock, unless its body shows which lock it wraps.
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
  if (!record->has_lock_methods && !by_attribute &&
      ((callee.has_body() && shows_its_lock(*record)) || !looks_like_lock(*record)))
    return;
  if (locks_nothing(*record)) return;
  if (callee.has_body() && shows_its_lock(*record)) {
    const FunctionFlow* flow = engine_.flow(callee);
    const auto wraps = [&](const auto& lock) { return !engine_.is_flag_lock(lock); };
    if (flow && (std::any_of(flow->summary.acquired.begin(), flow->summary.acquired.end(),
                             [&](const auto& taken) { return wraps(taken.first); }) ||
                 std::any_of(flow->summary.released.begin(), flow->summary.released.end(), wraps) ||
                 (flow->summary.returns_try_lock && !flow->summary.returns_try_lock->if_false)))
      return;
  }
  done = true;
  if (unlocks)
    unlock(on);
  else if (tries)
    tentative_[now_] = Tentative{{on}, by_readers};
  else
    acquire(on, by_readers);
}

}  // namespace ferrule
