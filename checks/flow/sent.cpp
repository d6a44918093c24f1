// Locks held while waiting for a thread, and what leaves a guard behind.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

void Interpreter::note_waits_holding(HeldWait::For what, const Location& where, const Started* thread) {
  if (!collecting_) return;
  for (const auto& [lock, shared] : state_.held) {
    if (assumed_.contains(lock) || engine_.is_flag_lock(lock)) continue;
    if (thread && !thread->locks.contains(lock)) continue;
    into_.held_waits.push_back({what, lock, &where, thread ? thread->where : nullptr});
  }
}

// A thread that this function did not start is joined; its starter, in the same class perhaps, is asked later.
void Interpreter::note_join_holding(PlaceId handle, const std::set<PlaceId>& released, const Location& where) {
  if (!collecting_ || !is_exported(handle)) return;
  for (const auto& [lock, shared] : state_.held)
    if (!assumed_.contains(lock) && !released.contains(lock)) into_.held_joins.push_back({lock, handle, &where});
}

// What comes back points into the object, and a guard that ends here held a lock of it by then.
void Interpreter::note_escape(const Event& event, const Abstract& value) {
  if (!points_to(function_.result) && !engine_.known.is_view(program_.record_of_type(function_.result))) return;
  const Root root = value.kind == Value::Kind::Address ? places_.root_kind(value.place) : Root::Unknown;
  if ((root != Root::This && root != Root::Global) || places_.has_deref(value.place)) return;
  for (const auto& [place, guard] : state_.guards)
    for (PlaceId lock : guard.locks)
      if (guard.owns && places_.root_kind(place) == Root::Local && places_.root_kind(lock) == root &&
          state_.held.contains(lock))
        into_.escapes.push_back({value.place, lock, &event.where});
}

}  // namespace ferrule
