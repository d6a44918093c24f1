// Objects that others can already reach while they are made ready: put into a shared place, or handed to a thread.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// A pointer to an object that was made here is stored where others find it. What is written to the object from now on
// is written to what they find, unless a lock that was held by then is held still.
void Interpreter::publish(PlaceId place, const Abstract& value) {
  if (value.kind == Value::Kind::Unknown || value.kind == Value::Kind::Function || value.place == no_place ||
      !is_exported(place))
    return;
  const PlaceId object = follower().pointee(value).place;
  if (object == no_place || places_.root_kind(object) != Root::Result || places_.root_kind(place) == Root::Result)
    return;
  const unsigned made_by = places_.root_index(object);
  if (made_by >= function_.events.size() || function_.is_constructor) return;
  const Event& maker = function_.events[made_by];
  const Function* callee = program_.function(maker.callee);
  const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
  const bool is_made = known && known->does == Does::Make;
  if (is_made ? !places_.has_deref(object) : maker.kind != Event::Kind::Construct || places_.has_deref(object)) return;
  state_.published.try_emplace(object, Published{places_.deref(place), state_.held});
}

void Interpreter::record_published(const Accessed& accessed) {
  if (!accessed.write || accessed.atomic || accessed.on_thread) return;
  for (const auto& [object, published] : state_.published) {
    if (!places_.has_prefix(accessed.place, object) || places_.derefs_between(object, accessed.place)) continue;
    const bool hidden = std::any_of(published.held.begin(), published.held.end(),
                                    [&](const auto& lock) { return state_.held.contains(lock.first); });
    Touch touch;
    touch.accessed = accessed;
    touch.accessed.place = places_.rebase(accessed.place, object, published.at);
    if (hidden || touch.accessed.place == no_place) continue;
    touch.accessed.published = true;
    Locks locks = *accessed.locks;
    for (const auto& [lock, shared] : *accessed.locks)
      if (places_.has_prefix(lock, object)) locks[places_.rebase(lock, object, published.at)] = shared;
    touch.accessed.locks = Shared<Locks>(std::move(locks));
    touch_now(touch);
  }
}

// A member that is initialised when a thread that the constructor started may use it already.
void Interpreter::record_late_initialisation(PlaceId place, const Location& where) {
  if (!collecting_ || !function_.is_constructor || state_.live.empty() || place == no_place) return;
  if (places_.root_kind(place) == Root::This && !places_.is_root(place)) record(place, true, where);
}

}  // namespace ferrule
