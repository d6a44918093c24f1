// Why an access without the lock may be right all the same. Each excuse keeps a finding out of the profile `default`;
// `strict` reports it and names the excuse.
#pragma once

#include "checks/detect/sightings.h"

#include <string_view>
#include <vector>

namespace ferrule {

enum class Excuse : unsigned char {
  None,
  NotAnalysed,
  MayBeHeld,
  GuardGiven,
  TakenOut,
  GivenUp,
  OtherLock,
  MovedFrom,
  ForeignObject,
};

/// For people: "another lock is held here".
std::string_view in_words(Excuse excuse);

/// The author says of a function on the way that the analysis of locks does not understand it.
bool is_not_analysed(const Accessed& access);

/// The lock is held on some ways to the access only, and which way was taken a flag or an answer may tell.
bool may_be_held(const Accessed& access, PlaceId lock);

/// The function gave the lock up a few lines above, and takes it again below: its author knows. What a callee does
/// meanwhile, the author of the callee does not know. `in` is the flow of the function whose text has the access.
bool is_given_up(const Accessed& access, PlaceId lock, const FunctionFlow* in);

/// All who hold the lock for the member are this function itself: it takes the value out under the lock and goes on
/// with it alone, or makes it before.
bool is_taken_out(const Sighting& stray, PlaceId lock, const std::vector<Sighting>& all);

/// Another lock is held: not just that of another object of the same class, which is the usual mistake where two meet.
bool holds_other_lock(const Accessed& access, PlaceId lock, const PlaceTable& places);

/// The object is given by an rvalue reference: by whoever calls, nobody else is meant to have it.
bool is_moved_from(const Sighting& stray, const PlaceTable& places, const Program& program);

/// Is the lock held for the access, and held alone if it writes?
bool holds(const Accessed& access, PlaceId lock);

/// Is there a way from one event of the body to the other?
bool leads_to(const Function& function, unsigned from, unsigned to);

}  // namespace ferrule
