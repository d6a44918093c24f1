// Taking over a callee's summary in the caller's terms.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// A callee's access in the caller's terms; nothing if the place has no name there.
std::optional<Accessed> Interpreter::mapped(const Accessed& from, Frame& frame) {
  const PlaceId place = frame.map(from.place);
  if (place == no_place) return {};
  const std::optional<Shared<Locks>> locks = frame.map(from.locks);
  Accessed accessed = from;
  accessed.place = place;
  accessed.locks = locks ? *locks : frame.map_named(from.locks);
  accessed.unnamed_lock |= !locks;
  accessed.released = frame.map(from.released);
  accessed.perhaps = frame.map(from.perhaps);
  accessed.told = frame.map(from.told);
  accessed.joined = frame.map(from.joined);
  accessed.zero = frame.map_sync(from.zero);
  accessed.sync_before = frame.map_sync(from.sync_before);
  accessed.sync_after = frame.map_sync(from.sync_after);
  return accessed;
}

// Does what is known here change what callees' accesses say: by locks, by order, by the threads that run, or by the
// construct that the call stands in?
bool Interpreter::adds_context() const {
  return has_constructs_ || !state_.held.empty() || !state_.released.empty() || !state_.unlocked.empty() ||
         !state_.perhaps.empty() || !state_.told.empty() || !state_.asserted.empty() || !state_.joined.empty() ||
         !state_.zero.empty() || !state_.acquired_sync.empty() || !state_.published.empty() || !state_.live.empty() ||
         !sole_.empty() || !removed_.empty() || !into_.started.empty();
}

// Is a callee's access one that callers name as it does? Those of objects count for the class, in each of its members.
bool Interpreter::stays_the_same(const Accessed& from, Frame& frame) const {
  if (places_.root_kind(from.place) == Root::This || frame.map(from.place) != from.place) return false;
  for (PlaceId at = from.place; !from.element && !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Element) return false;
  const std::optional<Shared<Locks>> locks = frame.map(from.locks);
  return locks && *locks == from.locks && frame.map(from.released) == from.released &&
         frame.map(from.perhaps) == from.perhaps && frame.map(from.told) == from.told &&
         frame.map(from.joined) == from.joined && frame.map_sync(from.zero) == from.zero &&
         frame.map_sync(from.sync_before) == from.sync_before && frame.map_sync(from.sync_after) == from.sync_after;
}

// Functions that hand each other on could go round in a circle.
static constexpr unsigned most_nested_callables = 4;

std::vector<Abstract> Interpreter::mapped_all(const std::vector<Abstract>& values, Frame& frame) {
  std::vector<Abstract> mapped;
  mapped.reserve(values.size());
  for (const Abstract& value : values) mapped.push_back(follower().settle(frame.map(value)));
  return mapped;
}

void Interpreter::import(const Summary& summary, const Function& callee, Frame& frame, const Location* where) {
  if (!collecting_) return;
  const bool adds_nothing = !adds_context();
  for (const Passed& from : summary.accesses) {
    if (adds_nothing && stays_the_same(*from.access, frame)) {
      passed_on_.emplace_back(now_, Passed{from.access, &callee, where, from.distance + 1});
      continue;
    }
    std::optional<Accessed> accessed = mapped(*from.access, frame);
    if (!accessed) continue;
    accessed->hops = hop(where, callee, false, engine_.way(from));
    record_imported(std::move(*accessed));
  }
  const Event& call = function_.events[now_];
  const bool gets_constant = std::any_of(call.args.begin(), call.args.end(),
                                         [](const Value& argument) { return argument.kind == Value::Kind::Literal; });
  for (const Acquisition& from : summary.acquisitions) {
    if (callee.is_noreturn) break;  // who ends the program there waits for nobody's order any more
    const PlaceId lock = frame.map(from.lock);
    const std::optional<Shared<Locks>> held = frame.map(from.held);
    if (lock == no_place || !held) continue;
    Acquisition taken = from;
    taken.lock = lock;
    taken.held = *held;
    taken.released = frame.map(from.released);
    taken.held_if = frame.map_named(from.held_if);
    add_held(taken.held, taken.released);
    disbelieve_assumed(lock, taken.held);
    taken.released.add(state_.released);
    taken.hops = hop(where, callee, false, from.hops);
    taken.told |= gets_constant && from.conditional;
    into_.signals.push_back({from.conditional ? Signal::Kind::PerhapsLock : Signal::Kind::Lock, now_, lock});
    taken.conditional |= graph_.is_conditional(graph_.block_of(now_));
    taken.live = Shared<std::set<unsigned>>::like(state_.live, last_touch_.live);
    acquisitions_.push_back(std::move(taken));
  }
  for (const Deferred& from : summary.deferred) {
    const Abstract handed = frame.value_at(from.callable);
    if (handed.kind == Value::Kind::Unknown) continue;
    const PlaceId place = handed.kind == Value::Kind::Copy ? handed.place : no_place;
    const Abstract callable = follower().settle(handed);
    const std::vector<Abstract> args = mapped_all(from.args, frame);
    const std::optional<Locks> under = frame.map(from.locks);  // that the callee holds when it calls back
    if (!under) continue;
    if (const std::optional<Target> found = target(callable, args, false)) {
      if (nested_callables_ == most_nested_callables) {
        engine_.note_incomplete(function_, "callables are handed on too often there to follow all");
      } else if (const FunctionFlow* flow = engine_.flow(*found->body)) {
        ++nested_callables_;
        const Locks mine = state_.held;
        state_.held.insert(under->begin(), under->end());
        const Follower here = follower();
        Frame inner(here, found->self, found->params, no_place);
        import(flow->summary, *found->body, inner, where);
        state_.held = mine;
        --nested_callables_;
      }
    } else if (place != no_place && places_.root_kind(place) != Root::Local &&
               places_.root_kind(place) != Root::Result) {
      Locks all = *under;
      all.insert(state_.held.begin(), state_.held.end());
      defer(place, args, std::move(all), *where);
    }
  }
  for (PlaceId object : summary.released_sync)
    for (PlaceId here : frame.map_sync({object})) releases_sync_.emplace_back(now_, here);
  for (const Store& from : summary.inserts)
    if (const PlaceId place = frame.map(from.place); place != no_place)
      inserts_.push_back({place, frame.map(from.value)});
}

void Interpreter::import_state(const Summary& summary, Frame& frame, PlaceId result, const Function& callee) {
  // All is mapped before anything changes: the frame reads the state.
  const Locks acquired = frame.map(summary.acquired).value_or(Locks());
  const std::set<PlaceId> perhaps_acquired = frame.map(summary.perhaps_acquired);
  std::set<PlaceId> released = frame.map(summary.released);
  ConditionsHere conditions = map_conditions(summary, frame, callee);
  std::erase_if(released, [&](PlaceId lock) { return conditions.not_released.contains(lock); });
  const CalledBack back = called_back(summary, frame);
  const std::set<PlaceId> joined = frame.map(summary.joined);
  const std::set<PlaceId> synced = frame.map_sync(summary.acquired_sync);
  const std::set<PlaceId> waits = frame.map(summary.waits);
  std::set<PlaceId> removed = frame.map(summary.removes);
  std::vector<Store> stores;
  for (const Store& from : summary.stores)
    if (const PlaceId place = frame.map(from.place); place != no_place)
      stores.push_back({place, frame.map(from.value)});
  std::vector<Store> inserts;
  for (const Store& from : summary.inserts)
    if (const PlaceId place = frame.map(from.place); place != no_place)
      inserts.push_back({place, follower().settle(frame.map(from.value))});
  std::map<PlaceId, Guard> guards;
  for (const auto& [place, guard] : summary.guards) {
    Guard here{{}, guard.shared, guard.owns};
    for (PlaceId lock : guard.locks)
      if (const PlaceId mapped = frame.map(lock); mapped != no_place) here.locks.push_back(mapped);
    if (const PlaceId at = frame.map(place); at != no_place && !here.locks.empty()) guards[at] = std::move(here);
  }
  std::optional<Abstract> returns;
  if (summary.returns) returns = frame.map(*summary.returns);
  std::optional<Tentative> attempt;
  if (summary.returns_try_lock) {
    attempt = Tentative{{}, summary.returns_try_lock->shared};
    for (PlaceId lock : summary.returns_try_lock->locks)
      if (const PlaceId mapped = frame.map(lock); mapped != no_place) attempt->locks.push_back(mapped);
    attempt->synced = frame.map_sync(summary.returns_try_lock->synced);
    attempt->if_false = summary.returns_try_lock->if_false;
  }
  Tells tells;
  for (const auto& [flag, says] : summary.returns_tells)
    for (PlaceId here : frame.map_sync({flag})) tells.emplace(here, says);

  for (PlaceId lock : summary.released) note_owned(lock, frame, false);
  for (const auto& [lock, shared] : summary.acquired) note_owned(lock, frame, true);
  for (PlaceId lock : released) callee.is_destructor ? release(lock) : unlock(lock);
  for (const auto& [lock, shared] : acquired)
    acquire(lock, shared, false);  // its waiting came over with its acquisitions
  state_.told.insert(perhaps_acquired.begin(), perhaps_acquired.end());
  state_.forget_tests(summary.rewritten, places_);
  state_.rewritten.insert(summary.rewritten.begin(), summary.rewritten.end());
  for (PlaceId handle : joined) end(handle);
  state_.acquired_sync.insert(synced.begin(), synced.end());
  removed_.merge(removed);
  for (PlaceId object : waits) {
    waits_.insert(object);
    after_wait(object);
  }
  for (const Store& stored : stores) store(stored.place, stored.value);
  const std::set<PlaceId> told = apply_conditions(conditions);
  apply_called_back(back);
  for (const Store& inserted : inserts) {
    publish(inserted.place, inserted.value);
    if (collecting_) note_stored_callable(inserted.place, inserted.value);
    if (state_.points.contains(inserted.place) || !target(inserted.value, {}, false)) continue;
    store(inserted.place, inserted.value);  // a callable, with all that it holds: what it came from ends soon,
    state_.points.erase(inserted.place);    // so that is not pointed to
  }
  for (auto& [place, guard] : guards) {
    guard.owns |=
        std::any_of(guard.locks.begin(), guard.locks.end(), [&](PlaceId lock) { return told.contains(lock); });
    state_.guards[place] = std::move(guard);
  }
  if (result == no_place || now_ >= results_.size()) return;
  tentative_[now_] = attempt;
  if (attempt && !function_.events[now_].is_discarded) state_.told.insert(attempt->locks.begin(), attempt->locks.end());
  tells_[now_] = std::move(tells);
  if (returns && returns->kind != Value::Kind::Unknown && result == result_place(now_)) {
    if (is_reference_[now_] || (returns->kind == Value::Kind::Address && points_to(function_.events[now_].type)))
      results_[now_] = *returns;
    else if (returns->kind != Value::Kind::Object && returns->place != result)
      store(result, *returns);
  }
}

}  // namespace ferrule
