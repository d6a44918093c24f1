#include "checks/detect/race_pairs.h"

#include <string_view>

namespace ferrule {
// A pointer that the constructors set to a new object belongs to the class, unless some of them share another's.
RaceContext::RaceContext(const Flow::Engine& of) : engine(of), exposures(of), guarding(of) {
  std::set<std::string> shared;
  for (const Function& constructor : engine.program.facts().functions)
    if (constructor.is_constructor)
      for (const Event& event : constructor.events) {
        if (event.kind != Event::Kind::Assign || !event.is_initialisation || event.place.root != Root::This ||
            event.place.steps.size() != 1)
          continue;
        if (event.value.kind == Value::Kind::Fresh)
          owned.insert(event.place.steps.front().field);
        else if (event.value.kind == Value::Kind::Copy)
          shared.insert(event.place.steps.front().field);
      }
  for (const std::string& field : shared) owned.erase(field);
  for (const FunctionFlow* flow : engine.all())
    for (const Started& started : flow->started)
      if (started.interrupts) handlers.insert(started.bodies.begin(), started.bodies.end());
}

const RaceContext& RaceContext::of(const Flow::Engine& engine) {
  if (!engine.race_context) engine.race_context = std::make_shared<const RaceContext>(engine);
  return *engine.race_context;
}

// ---- what decides about a pair

// Two atomic accesses conflict only if one is half of an update that the other comes in between.
bool RacePairs::splits(const Accessed& split, const Accessed& other) {
  return split.atomic && other.atomic && split.split && split.place == other.place && other.write &&
         (!split.split_by_test || other.split);
}

bool RacePairs::conflict(const Accessed& a, const Accessed& b) const {
  if (splits(a, b) || splits(b, a)) return true;
  if ((!a.write && !b.write) || (a.atomic && b.atomic)) return false;
  const bool a_longer = places_.depth(a.place) >= places_.depth(b.place);
  const Accessed& longer = a_longer ? a : b;
  const Accessed& shorter = a_longer ? b : a;
  if (share_a_word(a.place, b.place)) return true;
  if (!places_.has_prefix(longer.place, shorter.place) || places_.derefs_between(shorter.place, longer.place))
    return false;
  if (longer.place == shorter.place) return true;
  // Elements are apart from the container that holds them: only changing the container itself touches them.
  for (PlaceId at = longer.place; at != shorter.place; at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Element) return shorter.write;
  return true;
}

// A list or a map changes while one of its elements is used: that one is moved by nothing, unless it goes itself.
bool RacePairs::stays_put(const Accessed& a, const Accessed& b, const Function* function) const {
  const bool a_longer = places_.depth(a.place) >= places_.depth(b.place);
  const PlaceId container = a_longer ? b.place : a.place;
  PlaceId at = a_longer ? a.place : b.place;
  if (at == container) return false;
  while (!places_.is_root(at) && places_.parent(at) != container) at = places_.parent(at);
  if (places_.is_root(at) || places_.step_kind(at) != Step::Kind::Element) return false;
  const Type* type = type_of(container, function);
  const ClassKnowledge* known = type ? engine_.class_of_type(type->key) : nullptr;
  return known && known->elements_stay;
}

// Neighbouring bit-fields are one memory location.
bool RacePairs::share_a_word(PlaceId a, PlaceId b) const {
  if (a == b || places_.is_root(a) || places_.is_root(b) || places_.parent(a) != places_.parent(b)) return false;
  const Record* record = program_.record_of_field(places_.field_key(a));
  if (!record || record != program_.record_of_field(places_.field_key(b))) return false;
  const auto at = [&](PlaceId place) {
    return std::find_if(record->fields.begin(), record->fields.end(),
                        [&](const Field& f) { return f.key == places_.field_key(place); });
  };
  auto first = at(a);
  auto last = at(b);
  if (last < first) std::swap(first, last);
  if (last == record->fields.end()) return false;
  return std::all_of(first, last + 1, [](const Field& field) { return field.is_bit_field; });
}

// Which element each access means, nobody knows: workers that share a container by index are the rule.
bool RacePairs::perhaps_apart(PlaceId place, const Function* function) const {
  for (; !places_.is_root(place); place = places_.parent(place))
    if (places_.step_kind(place) == Step::Kind::Element && !is_packed(type_of(places_.parent(place), function)))
      return true;
  return false;
}

bool RacePairs::perhaps_apart(const Accessed& a, const Accessed& b, const Function* function) const {
  const auto is_each = [](const Accessed& accessed) { return accessed.element && *accessed.element == "*"; };
  const bool meets = (is_each(a) && !b.removed) || (is_each(b) && !a.removed);
  const bool same = (meets || (a.element && b.element && *a.element == *b.element)) && elements_in(a.place) == 1 &&
                    elements_in(b.place) == 1;
  return !same && perhaps_apart(a.place, function) && perhaps_apart(b.place, function);
}

unsigned RacePairs::elements_in(PlaceId place) const {
  unsigned count = 0;
  for (; !places_.is_root(place); place = places_.parent(place))
    count += places_.step_kind(place) == Step::Kind::Element;
  return count;
}

// std::vector<bool> keeps many elements in one word.
bool RacePairs::is_packed(const Type* type) const {
  const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record || record->name != "std::vector" || record->arguments.empty()) return false;
  const Type* element = program_.type(record->arguments.front().type);
  return element && element->spelling == "bool";
}

bool RacePairs::common_lock(const Accessed& a, const Accessed& b) {
  for (const auto& [lock, shared] : a.locks) {
    auto other = b.locks.find(lock);
    if (other == b.locks.end()) continue;
    const bool a_fits = !a.write || !shared;
    const bool b_fits = !b.write || !other->second;
    if (a_fits && b_fits) return true;
  }
  return false;
}

// A lock that wraps another may be asserted by the outer name.
bool RacePairs::is_asserted(const Touch& touch, PlaceId lock) const {
  return std::any_of(touch.asserted.begin(), touch.asserted.end(), [&](PlaceId asserted) {
    return places_.has_prefix(lock, asserted) && !places_.derefs_between(asserted, lock);
  });
}

// What an object was published through orders nothing that comes after; nor does an atomic its own halves.
bool RacePairs::comes_before(const Accessed& a, const Accessed& b) const {
  const bool through = a.published || b.published || a.split || b.split;
  return std::any_of(a.sync_after.begin(), a.sync_after.end(), [&](PlaceId object) {
    const bool is_its_own = places_.has_prefix(a.place, object) || places_.has_prefix(object, a.place);
    return b.sync_before.contains(object) && !(through && is_its_own);
  });
}

bool RacePairs::ordered(const Accessed& a, const Accessed& b) const { return comes_before(a, b) || comes_before(b, a); }

bool RacePairs::can_race(const Accessed& a, const Accessed& b) const {
  if (!conflict(a, b) || common_lock(a, b) || ordered(a, b)) return false;
  // What is only assumed to be read may keep its own parts apart.
  if ((a.assumed && !b.locks.empty()) || (b.assumed && !a.locks.empty())) return false;
  const bool published = a.published || b.published;
  return (a.atomic && b.atomic) || (is_data(a.place, nullptr, published) && is_data(b.place, nullptr, published));
}

const Type* RacePairs::type_of(PlaceId place, const Function* function) const {
  if (!places_.is_root(place))
    return places_.step_kind(place) == Step::Kind::Field ? field_type(places_.field_key(place)) : nullptr;
  const unsigned index = places_.root_index(place);
  switch (places_.root_kind(place)) {
    case Root::Global: {
      const Global* global = program_.global(places_.root_key(place));
      return global ? program_.type(global->type) : nullptr;
    }
    case Root::Local:
      return function && index < function->locals.size() ? program_.type(function->locals[index].type) : nullptr;
    case Root::Param:
      return function && index < function->params.size() ? program_.type(function->params[index].type) : nullptr;
    default:
      return nullptr;
  }
}

const Type* RacePairs::field_type(const std::string& key) const {
  const Field* field = program_.field(key);
  return field ? program_.type(field->type) : nullptr;
}

bool RacePairs::is_concurrency_type(const Type* type) const {
  while (type && (type->kind == TypeKind::Array || type->kind == TypeKind::Reference))
    type = program_.type(type->target);
  if (!type) return false;
  if (type->kind == TypeKind::Atomic) return true;
  const Record* record = type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record) return false;
  if (record->has_lock_methods || record->is_capability || record->is_scoped_capability) return true;
  return !ferrule::is_data(engine_.class_of(*record));
}

// `*p` of an `_Atomic(int)* p`.
bool RacePairs::points_to_atomic(PlaceId place, const Function* function) const {
  if (places_.is_root(place) || places_.step_kind(place) != Step::Kind::Deref) return false;
  const Type* pointer = type_of(places_.parent(place), function);
  const Type* target = pointer && pointer->kind == TypeKind::Pointer ? program_.type(pointer->target) : nullptr;
  return target && target->kind == TypeKind::Atomic;
}

// Locks, atomics, thread handles and constants are not what races are about.
bool RacePairs::is_data(PlaceId place, const Function* function, bool through_atomic) const {
  for (PlaceId at = place; at != no_place; at = places_.is_root(at) ? no_place : places_.parent(at)) {
    const Type* type = type_of(at, function);
    if (is_concurrency_type(type) || points_to_atomic(at, function))
      return through_atomic && at != place && places_.derefs_between(at, place);
    if (at == place && type && type->is_const) return false;
  }
  return true;
}

// A raw or shared pointer does not say whose the object is; a sole owner's object is part of the class.
bool RacePairs::follows_foreign_pointer(PlaceId place) const {
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at)) {
    if (places_.step_kind(at) != Step::Kind::Deref) continue;
    const PlaceId pointer = places_.parent(at);
    if (!places_.is_root(pointer) && places_.step_kind(pointer) == Step::Kind::Field &&
        owned_.contains(places_.field_key(pointer)))
      continue;
    const Type* type = places_.is_root(pointer) ? nullptr : type_of(pointer, nullptr);
    const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    if (!engine_.known.is_sole_owner(record)) return true;
  }
  return false;
}

// ---- for people

std::string RacePairs::name_of(PlaceId place, const Function& function) const {
  return describe(places_.expand(place), function, program_);
}

// A lock that wraps another goes by its own name: 'mutex_', not 'mutex_.mu_'.
std::string RacePairs::name_of_lock(PlaceId lock, const Function& function) const {
  const PlaceId outer = places_.is_root(lock) ? no_place : places_.parent(lock);
  const Type* type = outer == no_place ? nullptr : type_of(outer, &function);
  const Record* wrapper = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!wrapper || wrapper->is_closure) return name_of(lock, function);
  const std::vector<std::string> inner = engine_.wrapped_locks(*wrapper);
  const bool wraps = std::find(inner.begin(), inner.end(), places_.field_key(lock)) != inner.end();
  return name_of(wraps ? outer : lock, function);
}

RaceSide RacePairs::side(const Accessed& accessed, const Function& root) const {
  RaceSide made;
  made.where = made.blamed = *accessed.where;
  made.function = accessed.in->name;
  made.is_write = accessed.write;
  for (const auto& [lock, shared] : accessed.locks) made.locks.push_back(name_of_lock(lock, root));
  std::sort(made.locks.begin(), made.locks.end());
  for (Hops at = accessed.hops; at; at = at->next) {
    made.on_thread |= at->starts_thread;
    const std::string callee = at->callee->is_closure_body ? "the closure" : '\'' + at->callee->name + '\'';
    made.way.push_back(
        {*at->where, at->starts_thread ? "a thread that runs " + callee + " starts here" : callee + " is called here"});
  }
  return made;
}

std::string RacePairs::subject_of(PlaceId place, const Function& function) const {
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Field) return places_.field_key(at);
  if (places_.root_kind(place) == Root::Global) return places_.root_key(place);
  return function.key + '#' + name_of(place, function);
}

Location RacePairs::declared(PlaceId place, const Function& function) const {
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Field)
      if (const Field* field = program_.field(places_.field_key(at))) return field->where;
  const unsigned index = places_.root_index(place);
  switch (places_.root_kind(place)) {
    case Root::Global:
      return program_.global(places_.root_key(place))->where;
    case Root::Local:
      return index < function.locals.size() ? function.locals[index].where : Location{};
    case Root::Param:
      return index < function.params.size() ? function.params[index].where : Location{};
    default:
      return {};
  }
}

// A header serves many: where the access lies in one, whoever shares the object is at fault, and the call that leads
// there is to blame.
void RacePairs::blame_call(RaceSide& side, const Function& root) const {
  if (side.where.file == root.where.file || !is_header(side.where.file)) return;
  for (auto note = side.way.rbegin(); note != side.way.rend(); ++note)
    if (note->where.file == root.where.file) {
      side.blamed = note->where;
      return;
    }
}

void RacePairs::note_handler(Race& race, const Accessed& accessed) const {
  for (Hops at = accessed.hops; at; at = at->next)
    if (at->starts_thread && at->next && handlers_.contains(at->callee)) {
      race.handler = at->callee->name;
      race.in_handler = *at->next->where;
    }
}

// Another definition than the one that was followed may be the one that runs.
bool RacePairs::is_ambiguous(const Accessed& accessed) const {
  if (accessed.in->is_ambiguous) return true;
  for (Hops at = accessed.hops; at; at = at->next)
    if (at->callee->is_ambiguous) return true;
  return false;
}

void RacePairs::add(Race::Evidence evidence, Profile profile, PlaceId place, const Accessed& first,
                    const Accessed& second, const Function& root, const Function& second_root, std::string lock) {
  Race race;
  race.evidence = evidence;
  race.profile = is_ambiguous(first) || is_ambiguous(second) ? Profile::Strict : profile;
  race.name = name_of(place, root);
  race.subject = subject_of(place, root);
  race.declared = declared(place, root);
  race.lock = std::move(lock);
  if (first.atomic && second.atomic && first.split) race.split = *first.split;
  race.first = side(first, root);
  race.second = side(second, second_root);
  if (evidence == Race::Evidence::Thread) {
    blame_call(race.first, root);
    note_handler(race, second);
    note_handler(race, first);
  }
  races_.push_back(std::move(race));
}

}  // namespace ferrule
