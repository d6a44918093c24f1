// Which functions make or end an object with a lock of its own where there is no constructor: in C, by preparing the
// lock.
#pragma once

#include "checks/detect/sightings.h"

#include <map>
#include <set>

namespace ferrule {

/// A library's function that gets a lock and is not known to take it, give it back or wait with it makes the lock ready
/// or ends it. Whatever the function around does to the object of the lock, it does before others have the object, or
/// when they have lost it.
class Lifetimes {
 public:
  explicit Lifetimes(const Flow::Engine& engine);

  /// Is the access made while the lock of the object is made or ended, by this function or by one on the way?
  bool is_birth_or_end(const Sighting& sighting, PlaceId lock) const;

 private:
  std::set<Place> prepared_by(const Function& function) const;
  bool is_lock(const Place& place, const Function& function) const;
  bool prepares(const Function& function, const Place& lock) const;
  bool is_unknown(const Function& callee) const;
  bool is_before_end(const Sighting& sighting, const Place& lock) const;

  const Flow::Engine& engine_;
  std::map<const Function*, std::set<Place>> prepared_;  ///< locks, in the function's terms
};

}  // namespace ferrule
