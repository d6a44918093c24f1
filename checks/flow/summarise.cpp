// From the collected flow of a function to what its callers need of it.
#include "checks/flow/interpreter.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace ferrule {

// Which synchronisation follows each access, and which accesses come before the function's threads start.
void Interpreter::mark_order() {
  for (const auto& [event, object] : releases_sync_) {
    const bool clears = !places_.is_root(object) && object == cleared(places_.parent(object));
    into_.signals.push_back({Signal::Kind::Release, event, clears ? places_.parent(object) : object});
  }
  for (const Initialiser& of : initialisers_) into_.signals.push_back({Signal::Kind::Release, of.last, of.made});
  std::map<unsigned, std::set<PlaceId>> released_after;  // by event: many accesses are one call's
  for (Touch& touch : into_.touches) {
    const auto [after, is_new] = released_after.try_emplace(touch.event);
    if (is_new)
      for (const auto& [released, object] : releases_sync_)
        if (graph_.happens_after(touch.event, released)) after->second.insert(object);
    touch.accessed.sync_after.add(after->second);
    if (touch.unlocked.empty() && (!touch.live.empty() || started_at_.empty())) continue;
    std::set<PlaceId> retaken;
    for (const auto& [taken, lock] : acquires_)
      if (touch.unlocked.contains(lock) && graph_.happens_after(touch.event, taken)) retaken.insert(lock);
    touch.accessed.released.add(retaken);
    if (!touch.live.empty()) continue;
    // Only a thread that the object keeps: what is posted to an executor may be running from an earlier call.
    touch.before_start = std::any_of(started_at_.begin(), started_at_.end(), [&](const auto& entry) {
      const PlaceId handle = into_.started[entry.second].handle;
      return handle != no_place && places_.root_kind(handle) == Root::This && !places_.has_deref(handle) &&
             graph_.happens_after(touch.event, entry.first.first);
    });
  }
}

// Does a caller have a name for this place?
bool Interpreter::is_exported(PlaceId place) const {
  if (place == no_place) return false;
  switch (places_.root_kind(place)) {
    case Root::This:
    case Root::Global:
      return true;
    case Root::Param: {
      const unsigned index = places_.root_index(place);
      return places_.has_deref(place) || (index < function_.params.size() && function_.params[index].is_reference);
    }
    case Root::Result:
      return places_.root_of(place) == returned_root(engine_.places);
    default:
      return false;
  }
}

// Values may name by-value parameters too: the caller knows what it passed.
std::optional<Abstract> Interpreter::exported(Abstract value) const {
  if (value.kind == Value::Kind::Function) return value;
  if (value.place == no_place || value.kind == Value::Kind::Unknown || value.kind == Value::Kind::Literal) return {};
  const bool is_param = places_.root_kind(value.place) == Root::Param && value.kind != Value::Kind::Address;
  if (!is_param && !is_exported(value.place)) return {};
  return value;
}

// What callers have no name for is unknown to them.
std::vector<Abstract> Interpreter::exported_all(std::vector<Abstract> values) const {
  for (Abstract& value : values)
    if (value.kind != Value::Kind::Literal) value = exported(value).value_or(Abstract());
  return values;
}

// What a thread of this function, or a synchronisation that comes later, makes another access of.
void Interpreter::unpack_passed() {
  if (into_.started.empty() && releases_sync_.empty()) return;
  for (auto& [event, passed] : passed_on_) {
    now_ = event;
    Touch touch;
    touch.accessed = *passed.access;
    touch.accessed.hops = engine_.way(passed);
    touch.event = event;
    into_.touches.push_back(std::move(touch));
  }
  passed_on_.clear();
}

// Without what only this function has a name for.
Accessed Interpreter::for_callers(Accessed accessed) const {
  const auto keep = [&](SharedPlaces& places, auto is_kept) {
    if (std::all_of(places.begin(), places.end(), is_kept)) return;
    std::set<PlaceId> kept;
    std::copy_if(places.begin(), places.end(), std::inserter(kept, kept.end()), is_kept);
    places = SharedPlaces(std::move(kept));
  };
  const auto exported = [&](PlaceId place) { return is_exported(place); };
  keep(accessed.sync_before, exported);
  keep(accessed.sync_after, exported);
  keep(accessed.joined, exported);
  keep(accessed.zero, [&](PlaceId number) {  // a thread's own number comes as a parameter or in its closure
    return places_.root_kind(number) == Root::Param || places_.root_kind(number) == Root::This;
  });
  return accessed;
}

void Interpreter::export_accesses(Summary& summary) {
  for (const auto& started : into_.started)
    for (const Accessed& from : started.accesses) {
      if (started.pooled || !is_exported(from.place)) continue;
      Touch touch;
      touch.accessed = from;
      touch.accessed.on_thread = true;
      touch.event = started.event < function_.events.size() ? started.event : 0;
      touch.accessed.at = touch.event;
      into_.touches.push_back(std::move(touch));
    }
  Witnesses witnesses;
  for (const Touch& touch : into_.touches)
    if (is_exported(touch.accessed.place))
      witnesses.offer({engine_.numbered(for_callers(touch.accessed)), nullptr, nullptr, length(touch.accessed.hops)});
  for (auto& [event, passed] : passed_on_)
    if (is_exported(passed.access->place)) witnesses.offer(std::move(passed));
  summary.accesses = witnesses.take();
  if (summary.accesses.size() > most_accesses) {
    engine_.note_incomplete(function_, "it has too many accesses to follow all");
    summary.accesses.resize(most_accesses);
  }
  for (unsigned index = 0; index < summary.accesses.size(); ++index)
    summary.at.emplace_back(summary.accesses[index].access.get(), index);
  std::sort(summary.at.begin(), summary.at.end());
}

// One a lock and what is held by then: where in the text it is taken makes no difference to callers.
void Interpreter::export_acquisitions(Summary& summary) const {
  using Effect = std::tuple<PlaceId, bool, bool, bool, Shared<Locks>, SharedPlaces>;
  std::set<Effect> seen;
  for (const Acquisition& taken : acquisitions_)
    if (is_exported(taken.lock) &&
        seen.emplace(taken.lock, taken.shared, taken.conditional, taken.told, taken.held, taken.released).second)
      summary.acquisitions.push_back(taken);
}

// What the function made and its object, a global or its result now keeps, callers know by that: threads that work on
// it, and their handles.
void Interpreter::name_what_is_kept(const State& exit) {
  std::map<PlaceId, PlaceId> kept;  // what was made here → its name outside
  for (const auto& [at, value] : exit.points) {
    if (value.place == no_place || places_.root_kind(value.place) != Root::Result || is_exported(value.place)) continue;
    if (value.kind == Value::Kind::Unknown || value.kind == Value::Kind::Literal || !is_exported(at)) continue;
    kept.try_emplace(value.place, value.kind == Value::Kind::Address ? places_.deref(at) : at);
  }
  if (kept.empty()) return;
  const auto rename = [&](PlaceId& place) {
    if (place == no_place || places_.root_kind(place) != Root::Result) return;
    for (PlaceId part = place;; part = places_.parent(part)) {
      if (const auto found = kept.find(part); found != kept.end()) {
        place = places_.rebase(place, part, found->second);
        return;
      }
      if (places_.is_root(part)) return;
    }
  };
  for (const unsigned id : exit.live) {
    Started& started = into_.started[id];
    for (PlaceId* place : {&started.handle, &started.joiner, &started.owner}) rename(*place);
    for (Accessed& accessed : started.accesses) rename(accessed.place);
    for (Reference& reference : started.references) rename(reference.place);
  }
}

void Interpreter::export_started(const State& exit, Summary& summary) {
  for (unsigned id = 0; id < into_.started.size(); ++id) {
    const Started& started = into_.started[id];
    if (!exit.live.contains(id)) {
      // It ended here, but a callable of the caller's ran in it.
      for (const Deferred& deferred : started.deferred)
        if (exported({Value::Kind::Copy, deferred.callable, nullptr, nullptr})) {
          summary.deferred.push_back(deferred);
          summary.deferred.back().args = exported_all(deferred.args);
        }
      continue;
    }
    const bool is_lost_here = is_lost(started.handle);
    if (started.handle != no_place && !is_exported(started.handle) && !is_lost_here) continue;
    Started kept = started;
    if (is_lost_here) kept.handle = no_place;
    std::erase_if(kept.accesses, [&](const Accessed& accessed) { return !is_exported(accessed.place); });
    std::erase_if(kept.references, [&](const Reference& reference) { return !is_exported(reference.place); });
    std::erase_if(kept.deferred, [&](const Deferred& deferred) {
      return !exported({Value::Kind::Copy, deferred.callable, nullptr, nullptr});
    });
    for (Deferred& deferred : kept.deferred) deferred.args = exported_all(std::move(deferred.args));
    if (kept.accesses.empty() && kept.references.empty() && kept.deferred.empty()) continue;
    summary.started.push_back(std::move(kept));
  }
}

void Interpreter::summarise(const State& exit) {
  Summary& summary = into_.summary;
  summary.never_returns = !exit.reached;
  for (const auto& [lock, shared] : exit.held)
    if (!assumed_.contains(lock) && is_exported(lock)) summary.acquired[lock] = shared;
  const auto answers = [&](PlaceId lock) {
    return returned_try_ &&
           std::find(returned_try_->locks.begin(), returned_try_->locks.end(), lock) != returned_try_->locks.end();
  };
  for (const std::set<PlaceId>& taken : {exit.perhaps, exit.told})
    for (PlaceId lock : taken)
      if (!exit.held.contains(lock) && is_exported(lock) && !answers(lock)) summary.perhaps_acquired.insert(lock);
  export_conditions(exit, summary);
  summary.always_locks = exit.reached && always_locks_;
  for (PlaceId lock : exit.released)
    if (is_exported(lock)) summary.released.insert(lock);
  if (exit.reached)
    for (PlaceId lock : assumed_)
      if (!exit.held.contains(lock)) summary.released.insert(lock);
  for (const auto& [place, guard] : exit.guards)
    if (is_exported(place)) summary.guards[place] = guard;
  for (const auto& [place, value] : exit.points)
    if (is_exported(place))
      if (const auto stored = exported(value)) summary.stores.push_back({place, *stored});
  for (const Store& insert : inserts_)
    if (is_exported(insert.place))
      if (const auto value = exported(insert.value)) {
        const auto is_same = [&](const Store& other) { return other.place == insert.place && other.value == *value; };
        if (std::none_of(summary.inserts.begin(), summary.inserts.end(), is_same))
          summary.inserts.push_back({insert.place, *value});
      }
  const Type* result = program_.type(function_.result);
  const bool is_number = result && (result->kind == TypeKind::Scalar || result->kind == TypeKind::Enum);
  if (returned_ && !returned_differ_ && !is_number) summary.returns = exported(*returned_);
  summary.returns_try_lock = returned_try_;
  summary.returns_tells = std::move(returned_tells_);
  for (PlaceId handle : exit.joined)
    if (is_exported(handle)) summary.joined.insert(handle);
  for (PlaceId object : exit.acquired_sync)
    if (is_exported(object)) summary.acquired_sync.insert(object);
  for (const auto& [event, object] : releases_sync_)
    if (is_exported(object)) summary.released_sync.insert(object);
  for (PlaceId object : waits_)
    if (is_exported(object)) summary.waits.insert(object);
  for (PlaceId container : removed_)
    if (is_exported(container)) summary.removes.insert(container);
  for (const Deferred& deferred : deferred_)
    if (exported({Value::Kind::Copy, deferred.callable, nullptr, nullptr})) summary.deferred.push_back(deferred);
  name_what_is_kept(exit);
  export_acquisitions(summary);
  into_.acquisitions = std::move(acquisitions_);
  export_accesses(summary);
  export_started(exit, summary);
  // Of the rest, only what a thread may run beside is asked for again, and what is done to the callers' objects.
  std::erase_if(into_.touches, [&](const Touch& touch) {
    const Root root = places_.root_kind(touch.accessed.place);
    const bool is_given = root == Root::Param && is_exported(touch.accessed.place);
    return !meets_itself_ && touch.live.empty() && root != Root::This && root != Root::Global && !is_given;
  });
  into_.touches.shrink_to_fit();
}

}  // namespace ferrule
