#include "checks/flow/state.h"

#include <algorithm>

namespace ferrule {
namespace {

template <class Set>
bool intersect(Set& mine, const Set& theirs) {
  return std::erase_if(mine, [&](const auto& item) { return !theirs.contains(item); }) != 0;
}

template <class Set>
bool unite(Set& mine, const Set& theirs) {
  const std::size_t before = mine.size();
  mine.insert(theirs.begin(), theirs.end());
  return mine.size() != before;
}

// Taken shared on one way and exclusively on another, as a scoped lock does that is told which: a caller that writes
// has asked for the exclusive one.
bool meet_locks(Locks& mine, const Locks& theirs) {
  bool changed = std::erase_if(mine, [&](const auto& lock) { return !theirs.contains(lock.first); }) != 0;
  for (auto& [place, shared] : mine)
    if (shared && !theirs.at(place)) {
      shared = false;
      changed = true;
    }
  return changed;
}

template <class Map>
bool keep_equal(Map& mine, const Map& theirs) {
  return std::erase_if(mine, [&](const auto& entry) {
           auto it = theirs.find(entry.first);
           return it == theirs.end() || !(it->second == entry.second);
         }) != 0;
}

// Null on one way and an address on the other: whoever follows the pointer has checked.
bool meet_points(std::map<PlaceId, Abstract>& mine, const std::map<PlaceId, Abstract>& theirs) {
  const auto is_null = [](const Abstract& value) {
    return value.kind == Value::Kind::Literal && value.place == no_place;
  };
  bool changed = false;
  for (auto it = mine.begin(); it != mine.end();) {
    auto other = theirs.find(it->first);
    const bool known = other != theirs.end();
    if (known && (it->second == other->second || (it->second.kind == Value::Kind::Address && is_null(other->second)))) {
      ++it;
      continue;
    }
    changed = true;
    if (known && is_null(it->second) && other->second.kind == Value::Kind::Address) {
      it->second = other->second;
      ++it;
    } else {
      it = mine.erase(it);
    }
  }
  return changed;
}

// A guard that owns its lock on one way only still releases it if it is held.
bool meet_guards(std::map<PlaceId, Guard>& mine, const std::map<PlaceId, Guard>& theirs) {
  bool changed = false;
  for (auto it = mine.begin(); it != mine.end();) {
    auto other = theirs.find(it->first);
    if (other == theirs.end() || other->second.locks != it->second.locks) {
      it = mine.erase(it);
      changed = true;
      continue;
    }
    if (it->second.owns && !other->second.owns) {
      it->second.owns = false;
      changed = true;
    }
    ++it;
  }
  return changed;
}

// Sent on one way only is still perhaps sent.
bool meet_sent(std::map<PlaceId, Sent>& mine, const std::map<PlaceId, Sent>& theirs) {
  bool changed = false;
  for (auto& [place, sent] : mine)
    if (sent.always && !(theirs.contains(place) && theirs.at(place).always)) {
      sent.always = false;
      changed = true;
    }
  for (const auto& [place, sent] : theirs) {
    const auto [it, is_new] = mine.try_emplace(place, sent);
    if (is_new) it->second.always = false;
    changed |= is_new;
  }
  return changed;
}

}  // namespace

bool State::join(const State& other) {
  if (!other.reached) return false;
  if (!reached) {
    *this = other;
    return true;
  }
  bool changed = meet_locks(held, other.held);
  changed |= unite(released, other.released);
  changed |= unite(retaken, other.retaken);
  changed |= intersect(unlocked, other.unlocked);
  changed |= unite(perhaps, other.perhaps);
  changed |= unite(told, other.told);
  changed |= intersect(asserted, other.asserted);
  changed |= meet_guards(guards, other.guards);
  changed |= meet_points(points, other.points);
  changed |= keep_equal(published, other.published);
  changed |= keep_equal(moved_into, other.moved_into);
  changed |= meet_sent(sent, other.sent);
  std::set<std::pair<unsigned, PlaceId>> met;
  for (const auto& entry : stale)
    if (other.stale.contains(entry) || !other.live.contains(entry.first)) met.insert(entry);
  for (const auto& entry : other.stale)
    if (!live.contains(entry.first)) met.insert(entry);
  if (met != stale) {
    stale = std::move(met);
    changed = true;
  }
  changed |= unite(live, other.live);
  changed |= intersect(joined, other.joined);
  changed |= intersect(zero, other.zero);
  changed |= intersect(acquired_sync, other.acquired_sync);
  return changed;
}

void State::forget(PlaceId place, const PlaceTable& places) {
  std::erase_if(points, [&](const auto& entry) { return places.has_prefix(entry.first, place); });
  std::erase_if(zero, [&](PlaceId known) { return places.has_prefix(known, place); });
}

}  // namespace ferrule
