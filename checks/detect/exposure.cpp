#include "checks/detect/exposure.h"

#include <algorithm>

namespace ferrule {

Exposures::Exposures(const Flow::Engine& engine) : engine_(engine) {
  for (const FunctionFlow* flow : engine.all())
    for (const CallSite& site : flow->sites) sites_[site.callee].push_back({flow, &site});
  for (const FunctionFlow* flow : engine.all())
    if (flow->function->name == "main") files_with_main_.insert(flow->function->where.file);
  solve(any_, false);
  solve(outside_, true);
  find_always_locked();
  find_once_bodies();
  find_sole_threads();
}

Exposure Exposures::initial(const Function& function) const {
  if (engine_.address_taken.contains(&function)) return Exposure::Unknown;
  if (sites_.contains(&function) || function.name == "main") return Exposure::None;
  if (function.record.empty() && files_with_main_.contains(function.where.file)) return Exposure::None;  // never called
  // A private member function that nobody is seen to call is called where the facts do not reach, by its own class.
  const bool hidden = function.visibility == Visibility::Private || function.visibility == Visibility::Protected;
  const bool by_base = hidden && !function.overrides.empty();
  return hidden && !by_base ? Exposure::None : Exposure::Unknown;
}

bool Exposures::touched_by_threads(const Site& site, PlaceId object) const {
  const PlaceTable& places = engine_.places;
  for (unsigned id : site.site->live) {
    const Started& started = site.caller->started[id];
    const auto reaches = [&](PlaceId place) {
      return places.has_prefix(place, object) || places.has_prefix(object, place);
    };
    if (std::any_of(started.accesses.begin(), started.accesses.end(),
                    [&](const Accessed& a) { return !a.assumed && reaches(a.place); }) ||
        std::any_of(started.references.begin(), started.references.end(),
                    [&](const Reference& r) { return reaches(r.place); }))
      return true;
  }
  return false;
}

// An object that the caller made itself: a local, a temporary, or what `new` and its kin just returned.
bool Exposures::is_fresh(const Site& site) const {
  const CallSite& call = *site.site;
  if (call.has_receiver) return call.receiver != no_place && is_fresh(site, call.receiver);
  return !call.given.empty() &&
         std::all_of(call.given.begin(), call.given.end(), [&](PlaceId given) { return is_fresh(site, given); });
}

bool Exposures::is_fresh(const Site& site, PlaceId receiver) const {
  const PlaceTable& places = engine_.places;
  const Function& caller = *site.caller->function;
  if (places.root_kind(receiver) == Root::Local) return !places.has_deref(receiver);
  if (places.root_kind(receiver) != Root::Result) return false;
  const unsigned index = places.root_index(receiver);
  if (index >= caller.events.size()) return false;
  const Event& event = caller.events[index];
  if (event.kind == Event::Kind::Construct) return true;
  if (!places.has_deref(receiver)) {
    const Type* type = engine_.program.type(event.type);
    return type && type->kind == TypeKind::Record;
  }
  const Function* callee = engine_.program.function(event.callee);
  const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
  if (known && known->does == Does::Make) return true;
  // A sole owner that a function returned came with nobody else's claim on it.
  return engine_.known.is_sole_owner(engine_.program.record_of_type(event.type));
}

Exposure Exposures::of_site(const Site& site, const Map& known, bool outside) const {
  const CallSite& call = *site.site;
  if (call.on_new_thread) return outside ? Exposure::None : Exposure::Shared;
  const Exposure of_caller = find(known, site.caller->function);
  if (!call.has_receiver || call.receiver == no_place) {
    const bool given_shared = std::any_of(call.given.begin(), call.given.end(),
                                          [&](PlaceId given) { return touched_by_threads(site, given); });
    return given_shared ? Exposure::Shared : is_fresh(site) ? Exposure::None : of_caller;
  }
  if (touched_by_threads(site, call.receiver)) return Exposure::Shared;
  if (is_fresh(site)) return Exposure::None;
  const Function& caller = *site.caller->function;
  switch (engine_.places.root_kind(call.receiver)) {
    case Root::This:
      return caller.is_constructor || caller.is_destructor ? Exposure::None : of_caller;
    case Root::Param:
      return of_caller;
    case Root::Global:
      return caller.name == "main" ? Exposure::None : std::max(of_caller, Exposure::None);
    default:
      return std::max(of_caller, caller.name == "main" ? Exposure::None : Exposure::Unknown);
  }
}

void Exposures::solve(Map& map, bool outside) {
  for (const FunctionFlow* flow : engine_.all()) map[flow->function] = initial(*flow->function);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [callee, sites] : sites_) {
      Exposure& exposure = map[callee];
      for (const Site& site : sites)
        if (const Exposure here = of_site(site, map, outside); here > exposure) {
          exposure = here;
          changed = true;
        }
    }
  }
}

// Starts from the belief that all are, and gives it up where some call holds nothing and its caller cannot count on it.
// Then only those stay that a lock really leads to: functions that just call each other show nothing.
void Exposures::find_always_locked() {
  std::set<const Function*> believed;
  for (const auto& [callee, sites] : sites_) believed.insert(callee);
  const auto locked = [&](const Site& site, const std::set<const Function*>& callers) {
    return !site.site->held.empty() || (!site.site->on_new_thread && callers.contains(site.caller->function));
  };
  const auto needs_none = [&](const Site& site) { return !site.site->on_new_thread && is_fresh(site); };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [callee, sites] : sites_)
      if (!std::all_of(sites.begin(), sites.end(),
                       [&](const Site& site) { return needs_none(site) || locked(site, believed); }))
        changed |= believed.erase(callee) != 0;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Function* callee : believed) {
      const std::vector<Site>& sites = sites_.at(callee);
      if (std::any_of(sites.begin(), sites.end(), [&](const Site& site) { return locked(site, always_locked_); }))
        changed |= always_locked_.insert(callee).second;
    }
  }
}

// Of the object that has the lock, whichever that is.
std::string Exposures::path_in_object(PlaceId lock) const {
  const PlaceTable& places = engine_.places;
  std::string path;
  for (; !places.is_root(lock); lock = places.parent(lock)) {
    if (places.step_kind(lock) == Step::Kind::Deref) return path;
    path += places.field_key(lock) + '/';
  }
  return path + places.root_key(lock);
}

bool Exposures::some_caller_holds(const Function* function, PlaceId lock) const {
  const auto it = sites_.find(function);
  const std::string path = path_in_object(lock);
  return it != sites_.end() && !path.empty() &&
         std::any_of(it->second.begin(), it->second.end(), [&](const Site& site) {
           const Shared<Locks>& held = site.site->held;
           return std::any_of(held.begin(), held.end(),
                              [&](const auto& other) { return !other.second && path_in_object(other.first) == path; });
         });
}

void Exposures::find_once_bodies() {
  const auto body_of = [&](const Function* callee, const Site& site) -> const Function* {
    if (site.site->once) return callee;
    return site.site->on_new_thread ? nullptr : once_body(site.caller->function);
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [callee, sites] : sites_) {
      const Function* body = body_of(callee, sites.front());
      if (!body || once_bodies_.contains(callee)) continue;
      if (std::all_of(sites.begin(), sites.end(), [&](const Site& site) { return body_of(callee, site) == body; }))
        changed |= once_bodies_.emplace(callee, body).second;
    }
  }
}

const Function* Exposures::once_body(const Function* function) const {
  const auto it = once_bodies_.find(function);
  return it == once_bodies_.end() ? nullptr : it->second;
}

bool Exposures::called_on_fresh(const Function* function) const {
  const auto it = sites_.find(function);
  return it != sites_.end() && std::any_of(it->second.begin(), it->second.end(), [&](const Site& site) {
           return !site.site->on_new_thread && site.site->has_receiver && site.site->receiver != no_place &&
                  is_fresh(site);
         });
}

void Exposures::find_sole_threads() {
  std::map<const Function*, std::set<std::pair<const Function*, unsigned>>> starts;
  std::set<const Function*> several;
  for (const FunctionFlow* flow : engine_.all())
    for (const Started& started : flow->started)
      for (const Function* body : started.bodies) {
        starts[body].emplace(started.origin, started.event);
        if (started.repeats || started.pooled || started.interrupts || starts[body].size() > 1) several.insert(body);
      }
  const auto thread_of = [&](const Function* callee, const Site& site) -> const Function* {
    if (!site.site->on_new_thread) return sole_thread(site.caller->function);
    return several.contains(callee) ? nullptr : callee;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [callee, sites] : sites_) {
      const Function* thread = sole_threads_.contains(callee) ? nullptr : thread_of(callee, sites.front());
      if (!thread) continue;
      if (std::all_of(sites.begin(), sites.end(), [&](const Site& site) { return thread_of(callee, site) == thread; }))
        changed |= sole_threads_.emplace(callee, thread).second;
    }
  }
}

const Function* Exposures::sole_thread(const Function* function) const {
  const auto it = sole_threads_.find(function);
  return it == sole_threads_.end() ? nullptr : it->second;
}

bool Exposures::only_after(const Function* function, PlaceId flag) const {
  const auto it = sites_.find(function);
  if (it == sites_.end() || engine_.places.root_kind(flag) != Root::This) return false;
  return std::all_of(it->second.begin(), it->second.end(), [&](const Site& site) {
    const PlaceId object = site.site->receiver;
    return object != no_place &&
           site.site->synced.contains(engine_.places.rebase(flag, engine_.places.root_of(flag), object));
  });
}

bool Exposures::only_before(const Function* function, const Function* starter) const {
  auto it = sites_.find(function);
  if (it == sites_.end()) return false;
  return std::all_of(it->second.begin(), it->second.end(), [&](const Site& site) {
    if (!site.site->has_receiver || site.site->receiver == no_place) return false;
    const std::vector<CallSite>& calls = site.caller->sites;
    const auto starts = [&](const CallSite& call) {
      return call.callee == starter && call.receiver == site.site->receiver;
    };
    const auto here = calls.begin() + (site.site - calls.data());
    return std::none_of(calls.begin(), here, starts) && std::any_of(here, calls.end(), starts);
  });
}

bool Exposures::always_locked(const Function* function) const { return always_locked_.contains(function); }

bool Exposures::called_from_outside_unlocked(const Function* function) const {
  auto it = sites_.find(function);
  if (it == sites_.end()) return false;
  return std::any_of(it->second.begin(), it->second.end(), [&](const Site& site) {
    const CallSite& call = *site.site;
    const bool own = call.has_receiver
                         ? call.receiver != no_place && engine_.places.root_kind(call.receiver) == Root::This
                         : !function->record.empty() && site.caller->function->record == function->record;
    return !own && call.held.empty() && of_site(site, any_, false) != Exposure::None;
  });
}

}  // namespace ferrule
