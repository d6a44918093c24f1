#include "checks/flow/summary.h"

#include <algorithm>
#include <tuple>

namespace ferrule {
namespace {

std::size_t length(const Hops& hops) {
  std::size_t count = 0;
  for (const HopList* at = hops.get(); at; at = at->next.get()) ++count;
  return count;
}

std::string_view element_name(const Accessed& accessed) {
  return accessed.element ? std::string_view(*accessed.element) : std::string_view();
}

// Cheap parts first: most accesses differ in their place.
auto key(const Accessed& a) {
  return std::tie(a.place, a.write, a.atomic, a.increment, a.assumed, a.published, a.split_by_test, a.removed,
                  a.on_thread, a.split, a.locks, a.released, a.perhaps, a.told, a.joined, a.zero, a.sync_before,
                  a.sync_after);
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

bool same_effects(const std::vector<Accessed>& a, const std::vector<Accessed>& b) {
  if (a.size() != b.size()) return false;
  const std::set<const Accessed*, ByEffect> all = [&] {
    std::set<const Accessed*, ByEffect> made;
    for (const Accessed& accessed : a) made.insert(&accessed);
    return made;
  }();
  return std::all_of(b.begin(), b.end(), [&](const Accessed& accessed) { return all.contains(&accessed); });
}

bool same_acquisitions(const std::vector<Acquisition>& a, const std::vector<Acquisition>& b) {
  const auto key = [](const Acquisition& taken) {
    return std::tie(taken.lock, taken.shared, taken.conditional, taken.told, taken.held, taken.released);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const Acquisition& x, const Acquisition& y) { return key(x) == key(y); });
}

bool same_started(const std::vector<Started>& a, const std::vector<Started>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Started& x, const Started& y) {
    return std::tie(x.origin, x.event, x.handle, x.joiner, x.owner, x.repeats, x.bodies, x.locks, x.references) ==
               std::tie(y.origin, y.event, y.handle, y.joiner, y.owner, y.repeats, y.bodies, y.locks, y.references) &&
           x.deferred.size() == y.deferred.size() && same_effects(x.accesses, y.accesses);
  });
}

}  // namespace

bool ByEffect::operator()(const Accessed* a, const Accessed* b) const {
  if (const auto first = key(*a), second = key(*b); first != second) return first < second;
  return element_name(*a) < element_name(*b);
}

bool is_nearer(const Accessed& a, const Accessed& b) {
  const std::size_t first = length(a.hops);
  const std::size_t second = length(b.hops);
  return first != second ? first < second : *a.where < *b.where;
}

bool same_effect(const Summary& a, const Summary& b) {
  return std::tie(a.never_returns, a.acquired, a.perhaps_acquired, a.released, a.guards, a.returns, a.returns_try_lock,
                  a.returns_tells, a.joined, a.acquired_sync, a.released_sync, a.waits,
                  a.removes) == std::tie(b.never_returns, b.acquired, b.perhaps_acquired, b.released, b.guards,
                                         b.returns, b.returns_try_lock, b.returns_tells, b.joined, b.acquired_sync,
                                         b.released_sync, b.waits, b.removes) &&
         same_keys(a.stores, b.stores) && same_keys(a.inserts, b.inserts) && a.deferred.size() == b.deferred.size() &&
         same_acquisitions(a.acquisitions, b.acquisitions) && same_effects(a.accesses, b.accesses) &&
         same_started(a.started, b.started);
}

}  // namespace ferrule
