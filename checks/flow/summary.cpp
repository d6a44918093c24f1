#include "checks/flow/summary.h"

#include <algorithm>
#include <tuple>

namespace ferrule {
namespace {

std::string_view element_name(const Accessed& accessed) {
  return accessed.element ? std::string_view(*accessed.element) : std::string_view();
}

// Cheap parts first: most accesses differ in their place.
auto plain_key(const Accessed& a) {
  return std::tuple(a.place, a.write, a.atomic, a.increment, a.assumed, a.published, a.split_by_test, a.removed,
                    a.on_thread, a.unnamed_lock, a.split, a.stands, element_name(a));
}

// Below zero, zero or above it, as `a` comes before `b`, is equal, or comes after. Mostly they share one set.
template <class Set>
int compare(const Shared<Set>& a, const Shared<Set>& b) {
  if (a == b) return 0;
  return a < b ? -1 : 1;
}

// What callers do with a value is in kind, place and function.
auto key(const Store& store) {
  return std::tuple(store.place, store.value.kind, store.value.place, store.value.function);
}

template <class Items>
bool same_keys(const Items& a, const Items& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return key(x) == key(y); });
}

// As sets: of accesses that do the same, a thread may have several.
bool same_effects(const std::vector<Accessed>& a, const std::vector<Accessed>& b) {
  const auto all = [](const std::vector<Accessed>& of) {
    std::set<const Accessed*, ByEffect> made;
    for (const Accessed& accessed : of) made.insert(&accessed);
    return made;
  };
  const auto of_a = all(a);
  const auto of_b = all(b);
  return of_a.size() == of_b.size() &&
         std::all_of(of_b.begin(), of_b.end(), [&](const Accessed* accessed) { return of_a.contains(accessed); });
}

bool same_effects(const std::vector<Passed>& a, const std::vector<Passed>& b) {
  if (a.size() != b.size()) return false;
  const auto key = [](const Passed& passed) {
    const Accessed& access = *passed.access;
    return std::tuple(access.effect, access.joined.size(), access.zero.size(), access.sync_before.size(),
                      access.sync_after.size());
  };
  std::set<decltype(key(a.front()))> all;
  for (const Passed& passed : a) all.insert(key(passed));
  return std::all_of(b.begin(), b.end(), [&](const Passed& passed) { return all.contains(key(passed)); });
}

bool same_acquisitions(const std::vector<Acquisition>& a, const std::vector<Acquisition>& b) {
  const auto key = [](const Acquisition& taken) {
    return std::tie(taken.lock, taken.shared, taken.conditional, taken.told, taken.held, taken.held_if, taken.released);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const Acquisition& x, const Acquisition& y) { return key(x) == key(y); });
}

bool same_start(const Started& a, const Started& b) {
  return std::tie(a.origin, a.event, a.handle, a.joiner, a.owner, a.repeats, a.bodies, a.locks, a.references) ==
             std::tie(b.origin, b.event, b.handle, b.joiner, b.owner, b.repeats, b.bodies, b.locks, b.references) &&
         a.deferred.size() == b.deferred.size() && same_effects(a.accesses, b.accesses);
}

}  // namespace

bool ByEffect::operator()(const Accessed* a, const Accessed* b) const {
  if (a == b) return false;
  if (a->place != b->place) return a->place < b->place;
  if (const auto first = plain_key(*a), second = plain_key(*b); first != second) return first < second;
  if (const int order = compare(a->locks, b->locks)) return order < 0;
  for (const auto sets : {&Accessed::released, &Accessed::perhaps, &Accessed::told})
    if (const int order = compare(a->*sets, b->*sets)) return order < 0;
  return a->text != b->text && b->text && (!a->text || *a->text < *b->text);
}

bool is_ordered_by_less(const Accessed& a, const Accessed& b) {
  for (const auto sets : {&Accessed::joined, &Accessed::zero, &Accessed::sync_before, &Accessed::sync_after}) {
    const SharedPlaces& less = a.*sets;
    const SharedPlaces& more = b.*sets;
    if (!less.empty() && !std::includes(more.begin(), more.end(), less.begin(), less.end())) return false;
  }
  return true;
}

bool is_nearer(const Passed& a, const Passed& b) {
  return a.distance != b.distance ? a.distance < b.distance : *a.access->where < *b.access->where;
}

bool Repeats::is_repeat(std::shared_ptr<const Accessed> access, const Shared<std::set<unsigned>>& live,
                        const Shared<std::set<std::pair<unsigned, PlaceId>>>& stale, std::size_t releases) {
  std::vector<Beside>& same = met_[access->effect];
  for (const Beside& other : same)
    if (other.releases == releases && other.live == live && other.stale == stale &&
        is_ordered_by_less(*other.access, *access))
      return true;
  same.push_back({std::move(access), live, stale, releases});
  return false;
}

void Witnesses::offer(Passed passed) {
  std::vector<std::size_t>& same = at_[passed.access->effect];
  for (std::size_t index : same) {
    Passed& other = all_[index];
    if (!is_ordered_by_less(*other.access, *passed.access)) continue;
    if (is_ordered_by_less(*passed.access, *other.access) && is_nearer(passed, other)) other = std::move(passed);
    return;
  }
  std::erase_if(same, [&](std::size_t index) {
    if (!is_ordered_by_less(*passed.access, *all_[index].access)) return false;
    all_[index] = {};
    return true;
  });
  same.push_back(all_.size());
  all_.push_back(std::move(passed));
}

std::vector<Passed> Witnesses::take() {
  std::erase_if(all_, [](const Passed& passed) { return !passed.access; });
  all_.shrink_to_fit();
  at_.clear();
  return std::move(all_);
}

bool same_effect(const Summary& a, const Summary& b) {
  return std::tie(a.acquired_if, a.released_if, a.tests, a.numbers, a.rewritten, a.always_locks) ==
             std::tie(b.acquired_if, b.released_if, b.tests, b.numbers, b.rewritten, b.always_locks) &&
         std::tie(a.never_returns, a.acquired, a.perhaps_acquired, a.released, a.guards, a.returns, a.returns_try_lock,
                  a.returns_tells, a.joined, a.acquired_sync, a.released_sync, a.waits,
                  a.removes) == std::tie(b.never_returns, b.acquired, b.perhaps_acquired, b.released, b.guards,
                                         b.returns, b.returns_try_lock, b.returns_tells, b.joined, b.acquired_sync,
                                         b.released_sync, b.waits, b.removes) &&
         same_keys(a.stores, b.stores) && same_keys(a.inserts, b.inserts) && a.deferred.size() == b.deferred.size() &&
         same_acquisitions(a.acquisitions, b.acquisitions) && same_effects(a.accesses, b.accesses) &&
         std::equal(a.started.begin(), a.started.end(), b.started.begin(), b.started.end(), same_start);
}

}  // namespace ferrule
