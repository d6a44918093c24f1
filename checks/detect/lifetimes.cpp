#include "checks/detect/lifetimes.h"

#include "checks/detect/excuses.h"

#include <algorithm>

namespace ferrule {
namespace {

// What `place`, in the callee's terms, is in the caller's; unknown if the caller has no name for it.
Place in_caller(const Place& place, const Event& call) {
  if (place.root == Root::Global) return place;
  Place base;
  std::size_t skip = 0;
  if (place.root == Root::This) {
    base = call.place;
  } else if (place.root == Root::Param && place.index < call.args.size()) {
    const Value& given = call.args[place.index];
    const bool is_pointer = !place.steps.empty() && place.steps.front().kind == Step::Kind::Deref;
    base = given.place;
    if (given.kind == Value::Kind::Address)
      skip = is_pointer && !given.by_reference;
    else if (given.kind != Value::Kind::Copy)
      return {};
  }
  if (!base.known()) return {};
  base.steps.insert(base.steps.end(), place.steps.begin() + static_cast<std::ptrdiff_t>(skip), place.steps.end());
  if (base.steps.size() > PlaceTable::max_depth) return {};  // through a recursion it would grow for ever
  return base;
}

}  // namespace

Lifetimes::Lifetimes(const Flow::Engine& engine) : engine_(engine) {
  const std::vector<const FunctionFlow*> flows = engine.all();
  for (bool changed = true; changed;) {
    changed = false;
    for (const FunctionFlow* flow : flows) {
      std::set<Place> prepared = prepared_by(*flow->function);
      if (prepared.empty()) continue;
      std::set<Place>& known = prepared_[flow->function];
      if (prepared.size() == known.size()) continue;
      known = std::move(prepared);
      changed = true;
    }
  }
}

bool Lifetimes::is_lock(const Place& place, const Function& function) const {
  const Type* type = nullptr;
  if (!place.steps.empty() && place.steps.back().kind == Step::Kind::Field) {
    const Field* field = engine_.program.field(place.steps.back().field);
    type = field ? engine_.program.type(field->type) : nullptr;
  } else if (place.steps.empty() && place.root == Root::Global) {
    const Global* global = engine_.program.global(place.key);
    type = global ? engine_.program.type(global->type) : nullptr;
  } else if (place.steps.size() == 1 && place.root == Root::Param && place.index < function.params.size()) {
    const Type* pointer = engine_.program.type(function.params[place.index].type);
    type = pointer ? engine_.program.type(pointer->target) : nullptr;
  }
  const ClassKnowledge* known = type ? engine_.class_of_type(type->key) : nullptr;
  return known && known->is == Is::Lock;
}

std::set<Place> Lifetimes::prepared_by(const Function& function) const {
  std::set<Place> prepared;
  for (const Event& event : function.events) {
    const Function* callee = event.kind == Event::Kind::Call ? engine_.program.function(event.callee) : nullptr;
    if (!callee) continue;
    if (const auto it = prepared_.find(callee); it != prepared_.end()) {
      for (const Place& lock : it->second)
        if (Place here = in_caller(lock, event); here.known()) prepared.insert(std::move(here));
      continue;
    }
    if (!is_unknown(*callee)) continue;
    for (const Value& argument : event.args) {
      Place place = argument.place;
      if (argument.kind == Value::Kind::Copy) place = place.deref();
      if ((argument.kind == Value::Kind::Copy || argument.kind == Value::Kind::Address) && is_lock(place, function))
        prepared.insert(std::move(place));
    }
  }
  return prepared;
}

// The same lock, of whichever object.
bool Lifetimes::prepares(const Function& function, const Place& lock) const {
  const auto it = prepared_.find(&function);
  return it != prepared_.end() && std::any_of(it->second.begin(), it->second.end(), [&](const Place& prepared) {
           if (lock.root == Root::Global) return prepared == lock;
           return prepared.steps.size() >= lock.steps.size() && !lock.steps.empty() &&
                  std::equal(lock.steps.rbegin(), lock.steps.rend(), prepared.steps.rbegin());
         });
}

// A library's function that is not known to take a lock, to give it back or to wait with it.
bool Lifetimes::is_unknown(const Function& callee) const {
  const FunctionKnowledge* does = engine_.known.function(callee.name);
  return Flow::Engine::is_opaque(callee) && callee.record.empty() && (!does || does->does == Does::SetKind);
}

// What gets nothing but the lock ends it. Until the lock of a global has ended, all others have the data, too.
bool Lifetimes::is_before_end(const Sighting& sighting, const Place& lock) const {
  const Function& function = sighting.function();
  if (lock.root != Root::Global) return false;
  for (unsigned i = 0; i < function.events.size(); ++i) {
    const Event& event = function.events[i];
    const Function* callee = event.kind == Event::Kind::Call ? engine_.program.function(event.callee) : nullptr;
    if (!callee || !is_unknown(*callee) || event.args.size() != 1) continue;
    if (event.args.front().place == lock && !leads_to(function, i, sighting.touch->event)) return true;
  }
  return false;
}

bool Lifetimes::is_birth_or_end(const Sighting& sighting, PlaceId lock) const {
  const Place place = engine_.places.expand(lock);
  bool found = prepares(sighting.function(), place) && !is_before_end(sighting, place);
  for (Hops at = sighting.view->hops; at; at = at->next)
    found = at->starts_thread ? prepares(*at->callee, place) : found || prepares(*at->callee, place);
  return found;
}

}  // namespace ferrule
