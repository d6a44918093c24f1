#include "checks/detect/excuses.h"

#include "checks/program/flow_graph.h"

#include <algorithm>

namespace ferrule {

std::string_view in_words(Excuse excuse) {
  switch (excuse) {
    case Excuse::NotAnalysed:
      return "the function is declared to be beyond the analysis of locks";
    case Excuse::MayBeHeld:
      return "the lock is held on some ways to it, and a flag may tell which";
    case Excuse::GuardGiven:
      return "the function is given a guard, which may hold the lock";
    case Excuse::TakenOut:
      return "only this function holds the lock for it, and may have it alone by then";
    case Excuse::GivenUp:
      return "the function gives the lock up before it and takes it again after it";
    case Excuse::OtherLock:
      return "another lock is held here";
    case Excuse::MovedFrom:
      return "the object is moved from, and whoever gives it away is meant to be the only one who has it";
    case Excuse::ForeignObject:
      return "it belongs to an object behind a pointer, which may be this thread's own";
    case Excuse::None:
      break;
  }
  return {};
}

bool is_not_analysed(const Accessed& access) {
  bool excused = access.in && access.in->locks.not_analysed;
  for (Hops at = access.hops; at; at = at->next) excused |= at->callee->locks.not_analysed;
  return excused;
}

bool may_be_held(const Accessed& access, PlaceId lock) {
  return (access.hops && access.perhaps.contains(lock)) || access.unnamed_lock || access.told.contains(lock);
}

bool is_given_up(const Accessed& access, PlaceId lock, const FunctionFlow* in) {
  if (!access.released.contains(lock)) return false;
  if (!access.hops) return true;
  return in && std::any_of(in->touches.begin(), in->touches.end(), [&](const Touch& touch) {
           return touch.accessed.where == access.where && !touch.accessed.hops && !touch.accessed.released.empty();
         });
}

bool is_taken_out(const Sighting& stray, PlaceId lock, const std::vector<Sighting>& all) {
  return std::all_of(all.begin(), all.end(), [&](const Sighting& other) {
    if (!holds(*other.view, lock)) return true;
    if (other.flow != stray.flow) return false;
    return leads_to(stray.function(), other.touch->event, stray.touch->event)
               ? stray.view->write || other.touch->event < stray.touch->event
               : stray.view->write && leads_to(stray.function(), stray.touch->event, other.touch->event);
  });
}

bool holds_other_lock(const Accessed& access, PlaceId lock, const PlaceTable& places) {
  const std::vector<Step> of_guard = places.expand(lock).steps;
  const auto is_twin = [&](PlaceId held) {
    const std::vector<Step> steps = places.expand(held).steps;
    return !of_guard.empty() && steps.size() >= of_guard.size() &&
           std::equal(of_guard.rbegin(), of_guard.rend(), steps.rbegin());
  };
  return std::any_of(access.locks.begin(), access.locks.end(),
                     [&](const auto& held) { return held.first != lock && !is_twin(held.first); });
}

bool is_moved_from(const Sighting& stray, const PlaceTable& places, const Program& program) {
  const PlaceId place = stray.touch->accessed.place;
  if (places.root_kind(place) != Root::Param) return false;
  const unsigned index = places.root_index(place);
  if (index >= stray.function().params.size()) return false;
  const Type* type = program.type(stray.function().params[index].type);
  return type && type->kind == TypeKind::Reference && type->spelling.ends_with("&&");
}

bool holds(const Accessed& access, PlaceId lock) {
  const auto it = access.locks.find(lock);
  return it != access.locks.end() && !(access.write && it->second);
}

bool leads_to(const Function& function, unsigned from, unsigned to) {
  if (from >= function.events.size() || to >= function.events.size()) return false;
  return from == to || FlowGraph(function).happens_after(from, to);
}

}  // namespace ferrule
