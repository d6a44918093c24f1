#include "checks/judge/guarding.h"

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
  for (Hops hop = accessed.hops; hop; hop = hop->next) {
    const Function& callee = *hop->callee;
    if (hop->starts_thread) return false;
    if (!callee.is_destructor && !(callee.is_constructor && !takes_its_own_kind(callee, program))) continue;
    for (PlaceId at = accessed.place; !places_.is_root(at); at = places_.parent(at)) {
      if (places_.step_kind(at) == Step::Kind::Deref) break;
      if (places_.step_kind(at) != Step::Kind::Field) continue;
      const Record* owner = program.record_of_field(places_.field_key(at));
      if (owner && owner->key == callee.record) return true;
    }
  }
  return false;
}

bool Guarding::can_guard(PlaceId lock, PlaceId place) const {
  if (places_.has_prefix(lock, place)) return false;
  const Type* type = nullptr;
  if (places_.is_root(lock)) {
    const Global* global =
        places_.root_kind(lock) == Root::Global ? engine_.program.global(places_.root_key(lock)) : nullptr;
    if (global) type = engine_.program.type(global->type);
  } else if (places_.step_kind(lock) == Step::Kind::Field) {
    const Field* field = engine_.program.field(places_.field_key(lock));
    if (field) type = engine_.program.type(field->type);
  }
  if (!type || type->kind != TypeKind::Record) return true;
  const Record* record = engine_.program.record(type->record);
  return !record || (record->name != "std::once_flag" && record->name != "std::atomic");
}

bool Guarding::is_meant(PlaceId lock, const Accessed& accessed) const {
  return !places_.has_deref(lock) || !accessed.hops;
}

bool Guarding::belongs_to_guard(PlaceId field, PlaceId lock) const {
  if (!places_.has_deref(lock) || places_.is_root(field) || places_.step_kind(field) != Step::Kind::Field) return false;
  const Record* record = engine_.program.record_of_field(places_.field_key(field));
  if (!record) return false;
  return std::any_of(record->methods.begin(), record->methods.end(), [&](const std::string& key) {
    const Function* method = engine_.program.function(key);
    auto flow = method ? engine_.flows.find(method) : engine_.flows.end();
    if (flow == engine_.flows.end()) return false;
    const Summary& summary = flow->second->summary;
    return summary.acquired.contains(lock) || summary.released.contains(lock);
  });
}

}  // namespace ferrule
