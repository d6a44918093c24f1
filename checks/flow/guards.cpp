// Locks and guards of libraries: taken, given up, moved, swapped, kept in other objects.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

PlaceId Interpreter::lock_among(const std::vector<Value>& arguments) {
  if (arguments.empty()) return no_place;
  const ClassKnowledge* known = engine_.class_of_type(arguments.front().type);
  return known && known->is == Is::Lock ? follower().settle(abstract(arguments.front())).place : no_place;
}

// What a guard holds or would hold. One that the caller made, or that is not known, stands for its lock by its name.
std::vector<PlaceId> Interpreter::locks_of_guard(PlaceId guard) {
  if (guard == no_place) return {};
  if (const auto known = state_.guards.find(guard); known != state_.guards.end()) return known->second.locks;
  if (places_.root_kind(guard) == Root::Local) return {};
  const PlaceId lock = places_.deref(guard);
  return lock == no_place ? std::vector<PlaceId>() : std::vector<PlaceId>{lock};
}

bool Interpreter::guard_is_shared(PlaceId guard, bool otherwise) const {
  const auto known = state_.guards.find(guard);
  return known == state_.guards.end() ? otherwise : known->second.shared;
}

std::vector<PlaceId> Interpreter::set_guard(PlaceId guard, bool owns) {
  if (const auto known = state_.guards.find(guard); known != state_.guards.end()) known->second.owns = owns;
  return locks_of_guard(guard);
}

void Interpreter::swap_guards(PlaceId a, PlaceId b) {
  if (a == no_place || b == no_place || a == b) return;
  auto first = state_.guards.extract(a);
  auto second = state_.guards.extract(b);
  if (first) state_.guards[b] = first.mapped();
  if (second) state_.guards[a] = second.mapped();
}

// Guards inside an object go with it.
void Interpreter::end_guards_in(PlaceId object) {
  if (object == no_place) return;
  std::vector<PlaceId> inside;
  for (const auto& [guard, held] : state_.guards)
    if (places_.has_prefix(guard, object) && !places_.derefs_between(object, guard)) inside.push_back(guard);
  for (PlaceId guard : inside) release_guard(guard);
}

// And so do those in an object that only this pointer, optional or the like owns.
void Interpreter::end_guards_owned_by(PlaceId pointer, const Record* record) {
  const ClassKnowledge* known = record ? engine_.class_of(*record) : nullptr;
  if (!known || known->is != Is::Pointer || known->is_view || state_.guards.empty()) return;
  end_guards_in(follower().deref({pointer}).place);
}

// A callee took or gave up the lock of a guard that it was given.
void Interpreter::note_owned(PlaceId callees_lock, Frame& frame, bool owns) {
  if (places_.is_root(callees_lock) || places_.step_kind(callees_lock) != Step::Kind::Deref) return;
  if (const auto guard = state_.guards.find(frame.map(places_.parent(callees_lock))); guard != state_.guards.end())
    guard->second.owns = owns;
}

bool Interpreter::known_lock(unsigned index, const FunctionKnowledge& known, PlaceId on) {
  const Event& event = function_.events[index];
  switch (known.does) {
    case Does::Lock:
      acquire(on, known.shared);
      return true;
    case Does::Unlock:
      unlock(on);
      return true;
    case Does::TryLock:
      if (on != no_place) tentative_[index] = Tentative{{on}, known.shared};
      if (on != no_place && !event.is_discarded) state_.told.insert(on);
      return true;
    case Does::LockAll: {
      std::vector<PlaceId> locks;
      for (const Value& argument : event.args) {
        const PlaceId lock = follower().settle(abstract(argument)).place;
        if (auto held = state_.guards.find(lock); held != state_.guards.end()) {
          held->second.owns = true;
          locks.insert(locks.end(), held->second.locks.begin(), held->second.locks.end());
        } else if (lock != no_place) {
          locks.push_back(lock);
        }
      }
      acquire_together(locks, false);
      return true;
    }
    case Does::GuardLock:
      if (const PlaceId lock = lock_among(event.args); lock != no_place)  // it is told only now what to hold
        make_guard(index, on, {lock}, known.shared);
      else
        for (PlaceId lock : set_guard(on, true)) acquire(lock, guard_is_shared(on, known.shared));
      return true;
    case Does::GuardUnlock:
      for (PlaceId lock : set_guard(on, false)) unlock(lock);
      return true;
    case Does::GuardTryLock:
    case Does::GuardTest:
      if (const std::vector<PlaceId> locks = locks_of_guard(on); !locks.empty())
        tentative_[index] = Tentative{locks, guard_is_shared(on, known.shared), on};
      return true;
    case Does::GuardRelease:
    case Does::GuardMutex:
      if (const std::vector<PlaceId> locks = locks_of_guard(on); locks.size() == 1)
        results_[index] = {Value::Kind::Address, locks.front(), nullptr, nullptr};
      if (known.does == Does::GuardRelease) set_guard(on, false);
      return true;
    case Does::GuardSwap:
      if (!event.args.empty()) swap_guards(on, follower().settle(abstract(event.args.back())).place);
      return true;
    case Does::GuardAssign:
      if (event.args.empty() || on == no_place) return true;
      end_guards_in(on);
      relocate(resolve(abstract(event.args.front()).place), on);
      return true;
    case Does::MakeGuard:
      if (on != no_place) {
        make_guard(index, result_place(index), {on}, known.shared);
        state_.guards[result_place(index)].guards_object = true;
      }
      store(places_.field(result_place(index), "guarded"), {Value::Kind::Address, on, nullptr, nullptr});
      return true;
    default:
      return false;
  }
}

void Interpreter::make_guard(unsigned, PlaceId guard, const std::vector<PlaceId>& locks, bool shared) {
  state_.guards[guard] = {locks, shared, true};
  for (PlaceId lock : locks) acquire(lock, shared);
}

void Interpreter::construct_guard(const std::vector<Value>& args, PlaceId made, bool shared) {
  std::vector<PlaceId> locks;
  std::map<PlaceId, HeldHere> at_times;
  bool is_lock = false;
  bool deferred = false;
  bool adopted = false;
  bool tried = false;
  for (const Value& argument : args) {
    const Type* type = program_.type(argument.type);
    const std::string spelling = type ? type->spelling : std::string();
    if (spelling.find("defer_lock_t") != std::string::npos)
      deferred = true;
    else if (spelling.find("adopt_lock_t") != std::string::npos)
      adopted = true;
    else if (spelling.find("try_to_lock_t") != std::string::npos || spelling.find("chrono") != std::string::npos)
      tried = true;
    else if (engine_.class_of_type(argument.type) && engine_.class_of_type(argument.type)->is == Is::Guard) {
      relocate(resolve(abstract(argument).place), made);  // moved from another guard
      return;
    } else if (const PlaceId lock = follower().settle(abstract(argument)).place; lock != no_place) {
      is_lock |= true;
      const LocksBehind behind = locks_behind(lock, argument.type, shared);
      for (const auto& [taken, by_readers] : behind.always) locks.push_back(taken);
      at_times.insert(behind.at_times.begin(), behind.at_times.end());
    }
  }
  if (!is_lock) return;
  Guard guard{locks, shared, !deferred && !tried && at_times.empty()};
  for (const auto& [lock, held] : at_times) guard.locks.push_back(lock);
  state_.guards[made] = guard;
  if (adopted) std::erase_if(locks, [&](PlaceId lock) { return state_.held.contains(lock); });
  if (deferred || tried) return;
  acquire_together(locks, shared, !adopted);
  for (const auto& [lock, held] : at_times) acquire_if(lock, held);
}

// Several at once are taken without holding one while waiting for another.
void Interpreter::acquire_together(const std::vector<PlaceId>& locks, bool shared, bool waits) {
  const Locks before = state_.held;
  Locks all = before;
  for (PlaceId lock : locks) {
    state_.held = before;
    acquire(lock, shared, waits);
    all[lock] = shared;
  }
  state_.held = std::move(all);
}

}  // namespace ferrule
