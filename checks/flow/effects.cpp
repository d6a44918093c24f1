// What events do to the state: accesses, stored values, locks, and the end of objects.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

Abstract Interpreter::abstract(const Value& value) {
  Abstract made;
  made.kind = value.kind;
  made.type = value.type.empty() ? nullptr : &value.type;
  made.by_reference = value.by_reference;
  switch (value.kind) {
    case Value::Kind::Function:
      made.function = program_.function(value.key);
      break;
    case Value::Kind::Object: {
      const unsigned event = value.place.index;
      made.place = result_place(event);
      if (event < results_.size() && results_[event].kind != Value::Kind::Unknown) {
        const Abstract& yielded = results_[event];
        if (yielded.kind == Value::Kind::Object)
          made.place = yielded.place;
        else if (!is_reference_[event]) {
          const auto* type = made.type;
          made = yielded;
          if (!made.type) made.type = type;
        }
      }
      break;
    }
    case Value::Kind::Fresh:
      made.kind = Value::Kind::Address;
      made.place = result_place(value.place.index);
      break;
    default:
      made.place = places_.intern(value.place);
      break;
  }
  return made;
}

std::vector<Abstract> Interpreter::abstract_all(const std::vector<Value>& values) {
  std::vector<Abstract> all;
  all.reserve(values.size());
  for (const Value& value : values) all.push_back(abstract(value));
  return all;
}

// The members of a union lie in one place: an access to one is an access to all.
PlaceId Interpreter::union_of(PlaceId place) const {
  PlaceId found = place;
  for (; !places_.is_root(place); place = places_.parent(place)) {
    const bool is_field = places_.step_kind(place) == Step::Kind::Field;
    const Record* record = is_field ? program_.record_of_field(places_.field_key(place)) : nullptr;
    if (record && record->is_union && !record->is_system && !record->name.empty()) found = places_.parent(place);
  }
  return found;
}

void Interpreter::record(PlaceId place, bool write, const Location& where, bool atomic, bool increment, bool assumed) {
  if (!collecting_ || place == no_place || (write && is_sole_by_count(place))) return;
  note_outlived(place, where);
  place = union_of(place);
  const Root root = places_.root_kind(place);
  const bool is_own = root == Root::Local || (root == Root::Result && state_.published.empty());
  if (is_own && into_.started.empty() && !meets_itself_) return;
  if (root == Root::Param && places_.is_root(place)) {
    const unsigned index = places_.root_index(place);
    if (index < function_.params.size() && !function_.params[index].is_reference && into_.started.empty() &&
        !meets_itself_)
      return;
  }
  if (root == Root::Global) {
    const Global* global = program_.global(places_.root_key(place));
    if (!global || global->is_thread_local || global->is_system || (global->is_constant && !places_.has_deref(place)))
      return;
  }
  Touch touch;
  Accessed& accessed = touch.accessed;
  accessed.place = place;
  accessed.write = write;
  accessed.atomic = atomic;
  accessed.increment = increment;
  accessed.assumed = assumed;
  accessed.where = &where;
  accessed.in = &function_;
  accessed.event = accessed.at = now_;
  if (has_constructs_) accessed.stands = &function_.events[now_];
  if (engine_.has_constructs) accessed.text = text_of(place);
  accessed.locks = Shared<Locks>::like(state_.held, last_.locks);
  accessed.released = SharedPlaces::like(state_.released, last_.released);
  note_perhaps_held(accessed);
  accessed.joined = SharedPlaces::like(state_.joined, last_.joined);
  accessed.zero = SharedPlaces::like(state_.zero, last_.zero);
  accessed.sync_before = SharedPlaces::like(state_.acquired_sync, last_.sync_before);
  if (auto split = splits_.find(now_); atomic && write && split != splits_.end()) {
    accessed.split = &function_.events[split->second.load].where;
    accessed.split_by_test = split->second.by_test;
  }
  keep_to_element(accessed);
  if (!state_.published.empty()) record_published(accessed);
  touch_now(touch);
}

// Copy on write: what a shared pointer points to is changed after its owners were counted. The count alone orders
// nothing: an owner that is gone may still have read, as far as this thread can see, until a fence.
bool Interpreter::is_sole_by_count(PlaceId place) const {
  if (sole_.empty()) return false;
  for (; !places_.is_root(place); place = places_.parent(place))
    if (places_.step_kind(place) == Step::Kind::Deref && sole_.contains(places_.parent(place))) return true;
  return false;
}

void Interpreter::record_imported(Accessed accessed) {
  if (!collecting_ || accessed.place == no_place || (accessed.write && is_sole_by_count(accessed.place))) return;
  const Root root = places_.root_kind(accessed.place);
  if (root == Root::Global) {  // a thread's own: the callee had it as its object or by reference
    const Global* global = program_.global(places_.root_key(accessed.place));
    if (global && global->is_thread_local && !places_.has_deref(accessed.place)) return;
  }
  if ((root == Root::Local || (root == Root::Result && state_.published.empty())) && into_.started.empty() &&
      !meets_itself_)
    return;
  accessed.at = now_;
  if (has_constructs_) accessed.stands = &function_.events[now_];
  Touch touch;
  if (!accessed.on_thread) {  // a thread holds nothing of what its starter holds
    accessed.joined.add(state_.joined);
    accessed.zero.add(state_.zero);
    accessed.sync_before.add(state_.acquired_sync);
    add_held(accessed.locks, accessed.released);
    note_perhaps_held(accessed);
    accessed.released.add(state_.released);
    keep_to_element(accessed);
  }
  if (!state_.published.empty()) record_published(accessed);
  touch.accessed = std::move(accessed);
  touch_now(touch);
}

void Interpreter::note_perhaps_held(Accessed& accessed) const {
  const auto note = [&](const std::set<PlaceId>& locks, SharedPlaces& into) {
    for (PlaceId lock : locks)
      if (!state_.held.contains(lock) && !accessed.locks.contains(lock) && !accessed.released.contains(lock))
        into.add({lock});
  };
  note(state_.perhaps, accessed.perhaps);
  note(state_.told, accessed.told);
  // Where nobody is seen to call, any flag may come.
  const auto is_open = [&](const Outcome& when) {
    return places_.root_kind(when.test) == Root::Param && !engine_.called.contains(&function_);
  };
  for (const auto& [lock, held] : state_.held_if)
    if (std::none_of(held.when.begin(), held.when.end(), is_open)) note({lock}, accessed.told);
}

// The caller's locks hold in the callee too, but for those that it gave up.
void Interpreter::add_held(Shared<Locks>& locks, const SharedPlaces& released) {
  if (released.empty() && locks.empty()) {
    locks = Shared<Locks>::like(state_.held, last_.locks);
    return;
  }
  Locks mine;
  for (const auto& [lock, shared] : state_.held)
    if (!released.contains(lock)) mine.emplace(lock, shared);
  locks.add(mine);
}

// Enters an access with the threads that may run beside it: not those that were joined before it, further down.
void Interpreter::touch_now(Touch& touch) {
  touch.live = Shared<std::set<unsigned>>::like(state_.live, last_touch_.live);
  const SharedPlaces& joined = touch.accessed.joined;
  const auto is_joined = [&](unsigned id) {
    const PlaceId handle = into_.started[id].handle;
    return handle != no_place && std::any_of(joined.begin(), joined.end(), [&](PlaceId at) {
             return places_.has_prefix(handle, at) || places_.has_prefix(at, handle);
           });
  };
  if (!joined.empty() && std::any_of(touch.live.begin(), touch.live.end(), is_joined)) {
    std::set<unsigned> left = *touch.live;
    std::erase_if(left, is_joined);
    touch.live = left;
  }
  touch.stale = Shared<std::set<std::pair<unsigned, PlaceId>>>::like(state_.stale, last_touch_.stale);
  touch.unlocked = SharedPlaces::like(state_.unlocked, last_touch_.unlocked);
  if (!touch.accessed.on_thread) touch.asserted = SharedPlaces::like(state_.asserted, last_touch_.asserted);
  touch.event = now_;
  note_once(touch.accessed);
  if (touch.accessed.hops &&
      repeats_.is_repeat(engine_.numbered(touch.accessed), touch.live, touch.stale, releases_sync_.size()))
    return;
  into_.touches.push_back(std::move(touch));
}

void Interpreter::store(PlaceId place, Abstract value) {
  if (place == no_place) return;
  if (collecting_) note_stored_callable(place, value);
  std::map<PlaceId, Abstract> copied;
  if (value.place != no_place &&
      (value.kind == Value::Kind::Copy || value.kind == Value::Kind::Move || value.kind == Value::Kind::Object))
    for (const auto& [at, stored] : state_.points)
      if (at != value.place && places_.has_prefix(at, value.place) && !places_.derefs_between(value.place, at))
        copied.emplace(places_.rebase(at, value.place, place), stored);
  if (value.place != place) state_.forget(place, places_);
  for (auto& [at, stored] : copied)
    if (at != no_place) state_.points[at] = stored;
  const bool is_itself = value.place == place && value.kind != Value::Kind::Address;
  if (value.kind != Value::Kind::Unknown && !is_itself) state_.points[place] = value;
  for (unsigned id : state_.live) note_joiner(into_.started[id], place, value);
  publish(place, value);
}

// Guards and thread handles that were at `from` are now at `to`.
void Interpreter::relocate(PlaceId from, PlaceId to) {
  if (from == no_place || from == to) return;
  std::map<PlaceId, Guard> moved;
  std::erase_if(state_.guards, [&](const auto& entry) {
    if (!places_.has_prefix(entry.first, from) || places_.derefs_between(from, entry.first)) return false;
    if (to != no_place) moved.emplace(places_.rebase(entry.first, from, to), entry.second);
    return to != no_place;
  });
  state_.guards.merge(moved);
  for (unsigned id : state_.live)
    for (PlaceId* handle : {&into_.started[id].handle, &into_.started[id].joiner})
      if (*handle != no_place && places_.has_prefix(*handle, from) && !places_.derefs_between(from, *handle))
        *handle = to == no_place ? no_place : places_.rebase(*handle, from, to);
}

// An object begins at `root`: threads that run already use the one of an earlier round.
void Interpreter::renew(PlaceId root) {
  for (unsigned id : state_.live) state_.stale.emplace(id, root);
  renew_sent(root);
  std::erase_if(state_.moved_into, [&](const auto& entry) { return places_.has_prefix(entry.first, root); });
  state_.forget(root, places_);
  std::erase_if(state_.published, [&](const auto& entry) { return places_.root_of(entry.first) == root; });
}

// A body that takes what it is said to require shows that the annotation is wrong.
void Interpreter::disbelieve_assumed(PlaceId taken, Shared<Locks>& held) const {
  if (!assumed_.contains(taken) || !held.contains(taken)) return;
  Locks left = *held;
  std::erase_if(left, [&](const auto& lock) { return assumed_.contains(lock.first); });
  held = Shared<Locks>(std::move(left));
}

void Interpreter::acquire(PlaceId lock, bool shared, bool waits) {
  if (lock == no_place) return;
  if (collecting_ && waits) {
    Shared<Locks> held = state_.held;
    disbelieve_assumed(lock, held);
    Locks held_if;
    for (const auto& [other, when] : state_.held_if) held_if.emplace(other, when.shared);
    acquisitions_.push_back({lock, shared, std::move(held), state_.released, &function_.events[now_].where, &function_,
                             nullptr, held_if.empty() ? Shared<Locks>() : Shared<Locks>(std::move(held_if)),
                             graph_.is_conditional(graph_.block_of(now_))});
    acquisitions_.back().live = Shared<std::set<unsigned>>::like(state_.live, last_touch_.live);
  }
  state_.held[lock] = shared;
  state_.held_if.erase(lock);
  state_.perhaps.insert(lock);
  state_.released_if.erase(lock);
  if (state_.released.erase(lock) != 0) state_.retaken.insert(lock);
  state_.unlocked.erase(lock);
  if (!collecting_) return;
  acquires_.emplace_back(now_, lock);
  into_.signals.push_back({waits ? Signal::Kind::Lock : Signal::Kind::PerhapsLock, now_, lock});
  note_locked_element(lock);
}

void Interpreter::unlock(PlaceId lock) {
  release(lock);
  if (lock != no_place) state_.unlocked.insert(lock);
}

void Interpreter::release(PlaceId lock) {
  if (lock == no_place) return;
  state_.perhaps.erase(lock);
  state_.told.erase(lock);
  locked_elements_.erase(lock);
  const bool was_mine = state_.held.erase(lock) + state_.held_if.erase(lock) != 0;
  if (!was_mine || assumed_.contains(lock) || state_.retaken.contains(lock)) {
    state_.released.insert(lock);
    state_.released_if.erase(lock);
  }
}

void Interpreter::release_guard(PlaceId guard) {
  auto it = state_.guards.find(guard);
  if (it == state_.guards.end()) return;
  const Guard held = it->second;
  state_.guards.erase(it);
  if (!held.owns) {  // owned on one way only: whatever is left of it ends here
    for (PlaceId lock : held.locks) {
      state_.held.erase(lock);
      state_.held_if.erase(lock);
      state_.perhaps.erase(lock);
      state_.told.erase(lock);
    }
    return;
  }
  for (PlaceId lock : held.locks) release(lock);
}

void Interpreter::check_dangling(PlaceId ending, const Location* where) {
  if (!collecting_) return;
  for (unsigned id : state_.live) {
    const Started& started = into_.started[id];
    if (started.is_call) continue;
    for (const Reference& reference : started.references) {
      if (!places_.has_prefix(reference.place, ending) || places_.derefs_between(ending, reference.place)) continue;
      const bool told = std::any_of(into_.dangling.begin(), into_.dangling.end(), [&](const Dangling& known) {
        return known.started == id && known.reference == reference;
      });
      if (!told) into_.dangling.push_back({id, reference, where});
    }
  }
}

}  // namespace ferrule
