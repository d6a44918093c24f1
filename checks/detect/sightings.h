// Accesses as seen from the object that they go to, so that what methods do to `*this` and what free functions do to a
// struct that they get by pointer can be compared.
#pragma once

#include "checks/flow/engine.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace ferrule {

struct Sighting {
  const FunctionFlow* flow = nullptr;
  const Touch* touch = nullptr;
  PlaceId owner = no_place;        ///< the object, in the function's terms; no_place: a global that is nobody's member
  const Accessed* view = nullptr;  ///< the access with `This` in place of the owner; what others hold is out of sight

  const Function& function() const { return *flow->function; }
};

/// Not thread-safe: it names places in the engine's table.
class Sightings {
 public:
  explicit Sightings(const Flow::Engine& engine);

  /// By member of a class ("This" and the field) or by global; of a global object, by its member.
  const std::map<PlaceId, std::vector<Sighting>>& groups() const { return groups_; }

 private:
  void add(const FunctionFlow& flow, const Touch& touch);
  void add(const FunctionFlow& flow, const Touch& touch, PlaceId owner);
  const Accessed* view_from(PlaceId owner, const Touch& touch);
  PlaceId seen_from(PlaceId owner, PlaceId place) const;
  SharedPlaces seen_from(PlaceId owner, const SharedPlaces& all) const;
  PlaceId group_of(PlaceId place) const;
  bool has_lock(const Record& record);
  bool is_lock(const std::string& type_key);
  std::vector<PlaceId> owners_of(PlaceId place);

  const Flow::Engine& engine_;
  PlaceTable& places_;
  const PlaceId this_;
  const PlaceId out_of_sight_;
  std::map<const Record*, bool> has_lock_;
  std::deque<Accessed> views_;
  std::map<PlaceId, std::vector<Sighting>> groups_;
};

}  // namespace ferrule
