#include "checks/detect/sightings.h"

#include <algorithm>
#include <limits>

namespace ferrule {

Sightings::Sightings(const Flow::Engine& engine)
    : engine_(engine),
      places_(engine.places),
      this_(places_.root(Root::This)),
      out_of_sight_(places_.root(Root::Local, std::numeric_limits<unsigned>::max())) {
  for (const FunctionFlow* flow : engine.all()) {
    const Record* record = engine.program.record(flow->function->record);
    if (record && record->is_closure) continue;  // seen where the closure is called, or as a thread
    for (const Touch& touch : flow->touches) add(*flow, touch);
  }
  // What is done to a global object as a whole is done to its members, unless the object locks itself.
  for (auto& [group, sightings] : groups_) {
    if (places_.root_kind(group) != Root::Global || places_.is_root(group)) continue;
    const auto whole = groups_.find(places_.root_of(group));
    if (whole != groups_.end()) sightings.insert(sightings.end(), whole->second.begin(), whole->second.end());
  }
}

void Sightings::add(const FunctionFlow& flow, const Touch& touch) {
  const PlaceId place = touch.accessed.place;
  if (place == no_place) return;
  const Root root = places_.root_kind(place);
  if (root == Root::This || root == Root::Global) add(flow, touch, root == Root::This ? this_ : no_place);
  for (PlaceId owner : owners_of(place)) add(flow, touch, owner);
}

void Sightings::add(const FunctionFlow& flow, const Touch& touch, PlaceId owner) {
  const Accessed* view = view_from(owner, touch);
  const PlaceId group = group_of(view->place);
  if (group != no_place) groups_[group].push_back({&flow, &touch, owner, view});
}

// Every object on the way to the place whose class has a lock of its own.
std::vector<PlaceId> Sightings::owners_of(PlaceId place) {
  std::vector<PlaceId> owners;
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at)) {
    const PlaceId owner = places_.parent(at);
    if (owner == this_ || places_.step_kind(at) != Step::Kind::Field) continue;
    const Record* record = engine_.program.record_of_field(places_.field_key(at));
    if (record && !record->is_closure && has_lock(*record)) owners.push_back(owner);
  }
  return owners;
}

bool Sightings::has_lock(const Record& record) {
  const auto [it, is_new] = has_lock_.try_emplace(&record, false);
  if (!is_new || record.is_system) return it->second;
  bool has = std::any_of(record.fields.begin(), record.fields.end(), [&](const Field& f) { return is_lock(f.type); });
  for (const Base& base : record.bases)
    if (const Record* of_base = engine_.program.record_of_type(base.type)) has = has || has_lock(*of_base);
  return has_lock_[&record] = has;
}

bool Sightings::is_lock(const std::string& type_key) {
  const Type* type = engine_.program.type(type_key);
  while (type &&
         (type->kind == TypeKind::Array || type->kind == TypeKind::Reference || type->kind == TypeKind::Pointer))
    type = engine_.program.type(type->target);
  const Record* record = type && type->kind == TypeKind::Record ? engine_.program.record(type->record) : nullptr;
  if (!record) return false;
  const ClassKnowledge* known = engine_.class_of(*record);
  if (known) return known->is == Is::Lock;
  return record->has_lock_methods || record->is_capability || !engine_.wrapped_locks(*record).empty() ||
         (type == engine_.program.type(type_key) && has_lock(*record));
}

// The member of the object; of a global, itself or its member.
PlaceId Sightings::group_of(PlaceId place) const {
  const Root root = places_.root_kind(place);
  if (root != Root::This && root != Root::Global) return no_place;
  if (!places_.is_root(place))
    if (const PlaceId first = places_.first_step(place); places_.step_kind(first) == Step::Kind::Field) return first;
  return root == Root::Global ? places_.root_of(place) : no_place;
}

PlaceId Sightings::seen_from(PlaceId owner, PlaceId place) const {
  if (places_.has_prefix(place, owner)) return places_.rebase(place, owner, this_);
  if (places_.root_kind(place) != Root::This) return place;
  return places_.rebase(place, places_.root_of(place), out_of_sight_);
}

SharedPlaces Sightings::seen_from(PlaceId owner, const SharedPlaces& all) const {
  std::set<PlaceId> seen;
  for (PlaceId place : all) seen.insert(seen_from(owner, place));
  return seen;
}

// A lock that the function says its caller holds is held.
const Accessed* Sightings::view_from(PlaceId owner, const Touch& touch) {
  const bool is_itself = owner == no_place || owner == this_;
  if (is_itself && touch.asserted.empty()) return &touch.accessed;
  Accessed view = touch.accessed;
  Locks locks = *view.locks;
  for (PlaceId asserted : touch.asserted)
    for (PlaceId lock : engine_.named_lock(places_.expand(asserted)))
      if (!view.released.contains(lock)) locks.emplace(lock, false);
  if (!is_itself) {
    Locks seen;
    for (const auto& [lock, shared] : locks) seen.emplace(seen_from(owner, lock), shared);
    locks = std::move(seen);
    view.place = seen_from(owner, view.place);
    for (SharedPlaces* all :
         {&view.released, &view.perhaps, &view.told, &view.joined, &view.sync_before, &view.sync_after})
      if (!all->empty()) *all = seen_from(owner, *all);
  }
  view.locks = std::move(locks);
  return &views_.emplace_back(std::move(view));
}

}  // namespace ferrule
