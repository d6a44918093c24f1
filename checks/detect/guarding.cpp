#include "checks/detect/guarding.h"

#include <algorithm>

namespace ferrule {
namespace {

// Copies and moves read another object, which others may have.
bool takes_its_own_kind(const Function& constructor, const Program& program) {
  return std::any_of(constructor.params.begin(), constructor.params.end(), [&](const Variable& param) {
    const Record* record = program.record_of_type(param.type, true);
    return record && record->key == constructor.record;
  });
}

}  // namespace

bool Guarding::is_birth_or_end(const Accessed& accessed) const {
  const Program& program = engine_.program;
  bool found = false;
  for (Hops hop = accessed.hops; hop; hop = hop->next) {
    const Function& callee = *hop->callee;
    if (hop->starts_thread) found = false;
    if (!callee.is_destructor && !(callee.is_constructor && !takes_its_own_kind(callee, program))) continue;
    for (PlaceId at = accessed.place; !places_.is_root(at); at = places_.parent(at)) {
      if (places_.step_kind(at) == Step::Kind::Deref) break;
      if (places_.step_kind(at) != Step::Kind::Field) continue;
      const Record* owner = program.record_of_field(places_.field_key(at));
      found |= owner && owner->key == callee.record;
    }
  }
  return found;
}

bool Guarding::can_guard(PlaceId lock, PlaceId place) const {
  if (places_.has_prefix(lock, place) || is_one_of_many(lock, place)) return false;
  const Type* type = nullptr;
  if (places_.is_root(lock)) {
    const Global* global =
        places_.root_kind(lock) == Root::Global ? engine_.program.global(places_.root_key(lock)) : nullptr;
    if (global) type = engine_.program.type(global->type);
  } else if (places_.step_kind(lock) == Step::Kind::Field) {
    const Field* field = engine_.program.field(places_.field_key(lock));
    if (field) type = engine_.program.type(field->type);
  }
  if (!type) return true;
  // pthread_once_t is a plain number; pthread_spinlock_t is a volatile one.
  if (type->kind == TypeKind::Scalar) return type->is_volatile || engine_.is_flag_lock(lock);
  const Record* record = type->kind == TypeKind::Record ? engine_.program.record(type->record) : nullptr;
  return !record || (!record->name.ends_with("::once_flag") && record->name != "std::atomic");
}

bool Guarding::is_given_guard(const Function& function) const {
  return std::any_of(function.params.begin(), function.params.end(), [&](const Variable& param) {
    const Record* record = param.is_reference ? engine_.program.record_of_type(param.type, true) : nullptr;
    return record && is_guard(*record);
  });
}

// By knowledge, by its author's word, or because making one takes a lock and its end gives it back.
bool Guarding::is_guard(const Record& record) const {
  const ClassKnowledge* known = engine_.class_of(record);
  if (known) return known->is == Is::Guard;
  if (record.is_scoped_capability) return true;
  const auto flow_of = [&](const std::string& key) {
    const Function* function = engine_.program.function(key);
    auto flow = function ? engine_.flows.find(function) : engine_.flows.end();
    return flow == engine_.flows.end() ? nullptr : flow->second.get();
  };
  const FunctionFlow* end = flow_of(record.destructor);
  return end && !end->summary.released.empty() &&
         std::any_of(record.methods.begin(), record.methods.end(), [&](const std::string& key) {
           const FunctionFlow* flow = flow_of(key);
           return flow && flow->function->is_constructor && !flow->summary.acquired.empty();
         });
}

// One of an array of locks guards its own part, not what all of them share.
bool Guarding::is_one_of_many(PlaceId lock, PlaceId place) const {
  for (PlaceId at = lock; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Element) return !places_.has_prefix(place, at);
  return false;
}

bool Guarding::is_meant(PlaceId lock, const Accessed& accessed) const {
  if (!accessed.hops) return true;
  return !places_.has_deref(lock) && !is_of_others(lock, accessed.place);
}

// Globals of different files and classes have little to do with each other.
bool Guarding::is_of_others(PlaceId lock, PlaceId place) const {
  if (places_.root_kind(lock) != Root::Global || places_.root_kind(place) != Root::Global) return false;
  const PlaceId lock_root = places_.root_of(lock);
  const PlaceId data_root = places_.root_of(place);
  if (lock_root == data_root) return false;
  const Global* of_lock = engine_.program.global(places_.root_key(lock_root));
  const Global* data = engine_.program.global(places_.root_key(data_root));
  return of_lock && data && of_lock->where.file != data->where.file;
}

bool Guarding::belongs_to_lock(PlaceId field, PlaceId lock) const {
  if (places_.is_root(field) || places_.step_kind(field) != Step::Kind::Field) return false;
  const Record* record = engine_.program.record_of_field(places_.field_key(field));
  if (!record) return false;
  bool moves_lock = false;
  bool is_state = true;
  for (const std::string& key : record->methods) {
    const Function* method = engine_.program.function(key);
    auto flow = method ? engine_.flows.find(method) : engine_.flows.end();
    if (flow == engine_.flows.end()) continue;
    const Summary& summary = flow->second->summary;
    const bool moves = summary.acquired.contains(lock) || summary.released.contains(lock);
    moves_lock |= moves;
    is_state &= moves || method->is_constructor || method->is_destructor ||
                std::none_of(summary.accesses.begin(), summary.accesses.end(), [&](const Passed& passed) {
                  return passed.access->write && places_.has_prefix(passed.access->place, field);
                });
  }
  return moves_lock && (places_.has_deref(lock) || is_state);
}

}  // namespace ferrule
