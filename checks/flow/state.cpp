#include "checks/flow/state.h"

#include <algorithm>
#include <iterator>
#include <optional>

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

using Tests = std::map<PlaceId, bool>;

// Tests that came out one way in the state that has the lock and the other way in the state that has not.
Outcomes told_apart(const Tests& with, const Tests& without) {
  Outcomes apart;
  for (const auto& [test, outcome] : with)
    if (const auto other = without.find(test); other != without.end() && other->second != outcome)
      apart.push_back({test, outcome});
  return apart;
}

// Those of the outcomes that the tests bear out, or contradict.
Outcomes among(const Outcomes& outcomes, const Tests& tests, bool contradicted) {
  Outcomes found;
  for (const Outcome& when : outcomes)
    if (const auto known = tests.find(when.test);
        known != tests.end() && (known->second != when.is_true) == contradicted)
      found.push_back(when);
  return found;
}

Outcomes common(const Outcomes& a, const Outcomes& b) {
  Outcomes both;
  std::copy_if(a.begin(), a.end(), std::back_inserter(both),
               [&](const Outcome& when) { return std::find(b.begin(), b.end(), when) != b.end(); });
  return both;
}

/// How far one state has a lock; nothing where neither is set.
struct Hold {
  std::optional<bool> held = {};  ///< with "only shared"
  std::optional<HeldIf> held_if = {};
};

Hold hold_of(const State& state, PlaceId lock) {
  Hold hold;
  if (const auto held = state.held.find(lock); held != state.held.end()) hold.held = held->second;
  if (const auto held = state.held_if.find(lock); held != state.held_if.end()) hold.held_if = held->second;
  return hold;
}

bool perhaps_held(const State& state, PlaceId lock) {
  return state.perhaps.contains(lock) || state.told.contains(lock);
}

// What tells that a way came through the state that has the lock and not through the other, which has nothing of it.
Outcomes held_by_one(const Hold& a, const Tests& of_a, const Tests& of_b) {
  return a.held ? told_apart(of_a, of_b) : among(a.held_if->when, of_b, true);
}

// Where only one of two ways has a lock, a test that came out differently on them says where it is held.
bool meet_held(State& mine, const State& theirs) {
  const auto same_lock = [](const auto& a, const auto& b) { return a.first == b.first; };
  const bool is_plain =
      mine.tests.empty() || theirs.tests.empty() || std::ranges::equal(mine.held, theirs.held, same_lock);
  if (mine.held_if.empty() && theirs.held_if.empty() && is_plain) return meet_locks(mine.held, theirs.held);
  std::set<PlaceId> all;
  for (const State* state : {&std::as_const(mine), &theirs}) {
    for (const auto& [lock, shared] : state->held) all.insert(lock);
    for (const auto& [lock, held] : state->held_if) all.insert(lock);
  }
  Locks held;
  std::map<PlaceId, HeldIf> held_if;
  for (PlaceId lock : all) {
    const Hold a = hold_of(mine, lock);
    const Hold b = hold_of(theirs, lock);
    if (a.held && b.held) {
      held[lock] = *a.held && *b.held;
      continue;
    }
    Outcomes when;
    if (a.held_if && b.held_if)
      when = common(a.held_if->when, b.held_if->when);
    else if (a.held && b.held_if)
      when = among(b.held_if->when, mine.tests, false);
    else if (a.held_if && b.held)
      when = among(a.held_if->when, theirs.tests, false);
    else if (a.held || a.held_if)
      when = perhaps_held(theirs, lock) ? Outcomes() : held_by_one(a, mine.tests, theirs.tests);
    else
      when = perhaps_held(mine, lock) ? Outcomes() : held_by_one(b, theirs.tests, mine.tests);
    const auto is_shared = [](const Hold& hold) {
      return hold.held ? *hold.held : hold.held_if && hold.held_if->shared;
    };
    if (!when.empty()) held_if[lock] = {std::move(when), is_shared(a) || is_shared(b)};
  }
  const bool changed = held != mine.held || held_if != mine.held_if;
  mine.held = std::move(held);
  mine.held_if = std::move(held_if);
  return changed;
}

// What is given up on one way is perhaps given up; tests may tell on which.
bool unite_released(State& mine, const State& theirs) {
  std::map<PlaceId, Outcomes> when;
  std::set<PlaceId> all = mine.released;
  all.insert(theirs.released.begin(), theirs.released.end());
  const auto known = [](const State& state, PlaceId lock) -> const Outcomes* {
    const auto found = state.released_if.find(lock);
    return found == state.released_if.end() ? nullptr : &found->second;
  };
  const auto by_one = [&](PlaceId lock, const State& with, const State& without) {
    const Outcomes* at_times = known(with, lock);
    return at_times ? among(*at_times, without.tests, true) : told_apart(with.tests, without.tests);
  };
  for (PlaceId lock : all) {
    const bool in_mine = mine.released.contains(lock);
    Outcomes outcomes;
    if (!in_mine || !theirs.released.contains(lock))
      outcomes = in_mine ? by_one(lock, mine, theirs) : by_one(lock, theirs, mine);
    else if (const Outcomes* a = known(mine, lock), *b = known(theirs, lock); a && b)
      outcomes = common(*a, *b);
    if (!outcomes.empty()) when.emplace(lock, std::move(outcomes));
  }
  const bool changed = all != mine.released || when != mine.released_if;
  mine.released = std::move(all);
  mine.released_if = std::move(when);
  return changed;
}

template <class Map>
bool keep_equal(Map& mine, const Map& theirs) {
  return std::erase_if(mine, [&](const auto& entry) {
           auto it = theirs.find(entry.first);
           return it == theirs.end() || !(it->second == entry.second);
         }) != 0;
}

// Null on one way and an address on the other: whoever follows the pointer has checked, or asks which it is.
std::optional<Abstract> meet_pointers(const Abstract& a, const Abstract& b) {
  if (a == b) return a;
  const auto is_null = [](const Abstract& value) {
    return value.kind == Value::Kind::Literal && value.place == no_place;
  };
  if (is_null(a) && b.kind == Value::Kind::Address) return meet_pointers(b, a);
  Abstract met = a;
  met.perhaps_null = true;
  Abstract other = b;
  other.perhaps_null = true;
  if (a.kind == Value::Kind::Address && (is_null(b) || met == other)) return met;
  return {};
}

bool meet_points(std::map<PlaceId, Abstract>& mine, const std::map<PlaceId, Abstract>& theirs) {
  bool changed = false;
  for (auto it = mine.begin(); it != mine.end();) {
    const auto other = theirs.find(it->first);
    const std::optional<Abstract> met = other == theirs.end() ? std::nullopt : meet_pointers(it->second, other->second);
    changed |= !met || !(*met == it->second);
    if (met) {
      it->second = *met;
      ++it;
    } else {
      it = mine.erase(it);
    }
  }
  return changed;
}

// A guard that owns its lock, or is there at all, on one way only still releases it if it is held.
bool meet_guards(std::map<PlaceId, Guard>& mine, const std::map<PlaceId, Guard>& theirs) {
  const std::map<PlaceId, Guard> before = mine;
  for (auto& [place, guard] : mine) {
    const auto other = theirs.find(place);
    guard.owns = guard.owns && other != theirs.end() && other->second.owns;
  }
  for (const auto& [place, other] : theirs) {
    const auto [it, is_new] = mine.try_emplace(place, other);
    Guard& guard = it->second;
    if (is_new) guard.owns = false;
    if (guard.locks == other.locks) continue;
    guard.owns = false;
    std::set<PlaceId> locks(guard.locks.begin(), guard.locks.end());
    locks.insert(other.locks.begin(), other.locks.end());
    guard.locks.assign(locks.begin(), locks.end());
  }
  return mine != before;
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

namespace {

// All but what members were at the function's start, which nothing changes: see Interpreter::test_of.
template <class Gone>
void erase_tests(State& state, const PlaceTable& places, const Gone& is_gone) {
  const auto is_past = [&](PlaceId test) {
    return !places.field_key(test).starts_with('@') && is_gone(places.parent(test));
  };
  const auto weaken = [&](Outcomes& outcomes) {
    std::erase_if(outcomes, [&](const Outcome& when) { return is_past(when.test); });
  };
  std::erase_if(state.tests, [&](const auto& entry) { return is_past(entry.first); });
  std::erase_if(state.numbers, [&](const auto& entry) { return is_gone(entry.first); });
  for (auto& [lock, held] : state.held_if) weaken(held.when);
  for (auto& [lock, outcomes] : state.released_if) weaken(outcomes);
  std::erase_if(state.held_if, [](const auto& entry) { return entry.second.when.empty(); });
  std::erase_if(state.released_if, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace

bool State::join(const State& other) {
  if (!other.reached) return false;
  if (!reached) {
    *this = other;
    return true;
  }
  bool changed = meet_held(*this, other);
  changed |= unite_released(*this, other);
  changed |= keep_equal(tests, other.tests);
  changed |= unite(rewritten, other.rewritten);
  changed |= keep_equal(numbers, other.numbers);
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
  forget_tests(place, places);
}

void State::forget_tests(PlaceId place, const PlaceTable& places) {
  erase_tests(*this, places, [&](PlaceId tested) { return places.has_prefix(tested, place); });
}

void State::forget_tests(const std::set<std::string_view>& written, const PlaceTable& places) {
  if (written.empty()) return;
  erase_tests(*this, places, [&](PlaceId tested) {
    const bool is_field = !places.is_root(tested) && places.step_kind(tested) == Step::Kind::Field;
    return written.contains(is_field ? std::string_view(places.field_key(tested)) : std::string_view());
  });
}

}  // namespace ferrule
