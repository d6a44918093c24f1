#include "checks/flow/frame.h"

#include <limits>

namespace ferrule {

PlaceId returned_root(PlaceTable& places) {
  return places.root(Root::Result, std::numeric_limits<unsigned>::max() >> 8);
}

const Abstract* Follower::lookup(PlaceId place) const {
  if (place == no_place) return nullptr;
  if (auto it = state_.points.find(place); it != state_.points.end()) return &it->second;
  if (!places_.is_root(place) || places_.root_kind(place) != Root::Result) return nullptr;
  const unsigned event = places_.root_index(place);
  if (event >= results_.size() || is_reference_[event]) return nullptr;
  const Abstract& value = results_[event];
  const bool is_itself = value.kind == Value::Kind::Object && value.place == place;
  return value.kind == Value::Kind::Unknown || is_itself ? nullptr : &value;
}

Cursor Follower::start(PlaceId root) const {
  if (places_.root_kind(root) != Root::Result) return {root};
  const unsigned event = places_.root_index(root);
  if (event >= results_.size() || !is_reference_[event]) return {root};
  const Abstract& value = results_[event];
  return value.kind == Value::Kind::Unknown || value.place == no_place ? Cursor{root} : Cursor{value.place};
}

namespace {
bool is_copy(const Abstract& value) {
  return value.kind == Value::Kind::Copy || value.kind == Value::Kind::Move || value.kind == Value::Kind::Object;
}
}  // namespace

Cursor Follower::deref(Cursor at, unsigned depth) const {
  if (at.function) return at;
  if (at.target != no_place) return {at.target};
  if (depth > PlaceTable::max_depth) return {};
  if (const auto guard = state_.guards.find(at.place); guard != state_.guards.end())
    if (guard->second.locks.size() == 1 && !guard->second.guards_object) return {guard->second.locks.front()};
  if (const Abstract* value = lookup(at.place)) {
    if (value->kind == Value::Kind::Address) return {value->place};
    if (is_copy(*value) && value->place != at.place) return deref({value->place}, depth + 1);
    if (value->kind != Value::Kind::Unknown && !is_copy(*value)) return {};
  }
  if (at.shadow != no_place) return deref({at.shadow}, depth + 1);
  return {places_.deref(at.place)};
}

Cursor Follower::advance(Cursor at, PlaceId node) const {
  const Step::Kind kind = places_.step_kind(node);
  if (kind == Step::Kind::Deref) return deref(at);
  if (const Abstract* value = lookup(at.place); value && is_copy(*value) && value->place != at.place)
    at.shadow = value->place;
  Cursor next;
  next.place = places_.step_like(at.place, node);
  next.shadow = places_.step_like(at.shadow, node);
  return next;
}

Cursor Follower::follow(PlaceId place) const {
  if (place == no_place) return {};
  if (places_.is_root(place)) return start(place);
  return advance(follow(places_.parent(place)), place);
}

Cursor Follower::pointee(const Abstract& pointer) const {
  switch (pointer.kind) {
    case Value::Kind::Address:
      return {pointer.place};
    case Value::Kind::Copy:
    case Value::Kind::Move:
    case Value::Kind::Object:
      return deref({pointer.place});
    default:
      return {};
  }
}

Abstract Follower::settle(Abstract value) const {
  if (value.kind == Value::Kind::Function || value.place == no_place) return value;
  const Cursor at = follow(value.place);
  if (value.kind == Value::Kind::Address) {
    value.place = at.place != no_place ? at.place : at.shadow;
    if (value.place == no_place) value.kind = Value::Kind::Unknown;
    return value;
  }
  if (!is_copy(value)) return value;
  if (at.target != no_place) return {Value::Kind::Address, at.target, nullptr, value.type, false, at.perhaps_null};
  value.place = at.place != no_place ? at.place : at.shadow;
  const Abstract* stored = lookup(value.place);
  if (stored && stored->kind == Value::Kind::Literal && stored->place != no_place && value.kind == Value::Kind::Move) {
    value = {Value::Kind::Object, stored->place, nullptr, value.type};  // moved from, into the temporary that is meant
    stored = lookup(value.place);
  }
  // What is stored was settled when it was stored: a copy of a copy leads on, at most a few times.
  for (unsigned links = 0; stored && stored->kind != Value::Kind::Unknown && links < 4; ++links) {
    if (links > 0 && stored->kind == Value::Kind::Literal) break;
    const auto* type = value.type ? value.type : stored->type;
    value = *stored;
    value.type = type;
    if (!is_copy(value)) break;
    stored = lookup(value.place);
  }
  if (value.place == no_place) value.kind = Value::Kind::Unknown;
  return value;
}

Cursor Frame::bind(const Follower& caller, const Abstract& value, bool by_reference) {
  switch (value.kind) {
    case Value::Kind::Function:
      return {no_place, no_place, no_place, value.function};
    case Value::Kind::Address:
      return by_reference ? Cursor{value.place} : Cursor{no_place, no_place, value.place, nullptr, value.perhaps_null};
    case Value::Kind::Copy:
    case Value::Kind::Move:
    case Value::Kind::Object:
      if (by_reference) return caller.follow(value.place);
      return {no_place, value.place, no_place};
    default:
      return {};
  }
}

Cursor Frame::follow(PlaceId place) const {
  PlaceTable& places = caller_.places();
  if (place == no_place) return {};
  if (!places.is_root(place)) return caller_.advance(follow(places.parent(place)), place);
  switch (places.root_kind(place)) {
    case Root::This:
      return self_;
    case Root::Param: {
      const unsigned index = places.root_index(place);
      return index < params_.size() ? params_[index] : Cursor{};
    }
    case Root::Global:
      return {place};
    case Root::Result:
      return place == returned_root(places) ? Cursor{result_} : Cursor{};
    default:
      return {};
  }
}

PlaceId Frame::map(PlaceId place) {
  auto [it, is_new] = mapped_.try_emplace(place, no_place);
  if (is_new) it->second = follow(place).place;
  return it->second;
}

Abstract Frame::map(const Abstract& value) {
  if (value.kind == Value::Kind::Function || value.kind == Value::Kind::Literal) return value;
  const Cursor at = follow(value.place);
  Abstract mapped = value;
  if (at.function) {
    mapped.kind = Value::Kind::Function;
    mapped.function = at.function;
    mapped.place = no_place;
    return mapped;
  }
  if (value.kind == Value::Kind::Address) {
    mapped.place = at.place;
  } else if (at.target != no_place) {
    mapped.kind = Value::Kind::Address;
    mapped.place = at.target;
    mapped.perhaps_null = at.perhaps_null;
  } else {
    mapped.place = at.place != no_place ? at.place : at.shadow;
  }
  if (mapped.place == no_place) mapped.kind = Value::Kind::Unknown;
  return mapped;
}

Abstract Frame::value_at(PlaceId place) { return map(Abstract{Value::Kind::Copy, place, nullptr, nullptr}); }

std::optional<Locks> Frame::map(const Locks& locks) {
  Locks mapped;
  for (const auto& [place, shared] : locks) {
    const PlaceId here = map(place);
    const Root root = caller_.places().root_kind(place);
    if (here != no_place)
      mapped[here] = shared;
    else if (root == Root::This || root == Root::Param || root == Root::Global || caller_.places().has_deref(place))
      return {};
  }
  return mapped;
}

std::set<PlaceId> Frame::map(const std::set<PlaceId>& places) {
  std::set<PlaceId> mapped;
  for (PlaceId place : places)
    if (const PlaceId here = map(place); here != no_place) mapped.insert(here);
  return mapped;
}

std::optional<Shared<Locks>> Frame::map(const Shared<Locks>& locks) {
  if (locks.empty()) return Shared<Locks>();
  auto [it, is_new] = mapped_locks_.try_emplace(&*locks);
  if (is_new)
    if (std::optional<Locks> mapped = map(*locks)) it->second = *mapped == *locks ? locks : Shared<Locks>(*mapped);
  return it->second;
}

Shared<Locks> Frame::map_named(const Shared<Locks>& locks) {
  Locks mapped;
  if (!locks.empty())
    for (const auto& [place, shared] : *locks)
      if (const PlaceId here = map(place); here != no_place) mapped[here] = shared;
  return mapped.empty() ? Shared<Locks>() : Shared<Locks>(std::move(mapped));
}

Shared<std::set<PlaceId>> Frame::map(const Shared<std::set<PlaceId>>& places) {
  if (places.empty()) return {};
  auto [it, is_new] = mapped_places_.try_emplace(&*places);
  if (is_new) {
    std::set<PlaceId> mapped = map(*places);
    it->second = mapped == *places ? places : Shared<std::set<PlaceId>>(std::move(mapped));
  }
  return it->second;
}

Shared<std::set<PlaceId>> Frame::map_sync(const Shared<std::set<PlaceId>>& places) {
  if (places.empty()) return {};
  auto [it, is_new] = mapped_syncs_.try_emplace(&*places);
  if (is_new) {
    std::set<PlaceId> mapped = map_sync(*places);
    it->second = mapped == *places ? places : Shared<std::set<PlaceId>>(std::move(mapped));
  }
  return it->second;
}

std::set<PlaceId> Frame::map_sync(const std::set<PlaceId>& places) {
  std::set<PlaceId> mapped;
  for (PlaceId place : places) {
    const Cursor at = follow(place);
    if (const PlaceId here = at.place != no_place ? at.place : at.shadow; here != no_place) mapped.insert(here);
  }
  return mapped;
}

}  // namespace ferrule
