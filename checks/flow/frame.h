// Following places through aliases: in one function's state, and from a callee's terms into its caller's.
#pragma once

#include "checks/flow/shared_set.h"
#include "checks/flow/state.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// Where a path stands while it is followed. `place` is the storage itself (no_place: a private copy); `shadow` is
/// what it was copied from, whose pointers it shares; `target` is what it points to if it is a bare pointer value, and
/// `function` which function.
struct Cursor {
  PlaceId place = no_place;
  PlaceId shadow = no_place;
  PlaceId target = no_place;
  const Function* function = nullptr;
  bool perhaps_null = false;  ///< it points to `target`, or to nothing

  bool known() const { return place != no_place || shadow != no_place || target != no_place || function; }
};

/// Follows places in one state. `results` are the values that the function's events yielded.
class Follower {
 public:
  Follower(PlaceTable& places, const State& state, const std::vector<Abstract>& results,
           const std::vector<bool>& is_reference)
      : places_(places), state_(state), results_(results), is_reference_(is_reference) {}

  Cursor follow(PlaceId place) const;
  PlaceId resolve(PlaceId place) const { return follow(place).place; }
  Cursor start(PlaceId root) const;
  Cursor advance(Cursor at, PlaceId node) const;
  Cursor deref(Cursor at, unsigned depth = 0) const;
  /// What is stored at `place`, if known.
  const Abstract* lookup(PlaceId place) const;
  /// The object that a pointer value points to.
  Cursor pointee(const Abstract& pointer) const;
  /// `value` with its aliases followed, so that it stays right when they change.
  Abstract settle(Abstract value) const;

  PlaceTable& places() const { return places_; }

 private:
  PlaceTable& places_;
  const State& state_;
  const std::vector<Abstract>& results_;
  const std::vector<bool>& is_reference_;
};

/// The caller's meaning of a callee's This and Params during one call.
class Frame {
 public:
  Frame(const Follower& caller, Cursor self, std::vector<Cursor> params, PlaceId result)
      : caller_(caller), self_(self), params_(std::move(params)), result_(result) {}

  Cursor follow(PlaceId callee_place) const;
  PlaceId map(PlaceId callee_place);
  Abstract map(const Abstract& callee_value);
  /// The value that a callee's place holds.
  Abstract value_at(PlaceId callee_place);
  /// Nothing if a lock that the caller could know has no name here: then what it guards cannot be judged.
  std::optional<Locks> map(const Locks& callee_locks);
  std::set<PlaceId> map(const std::set<PlaceId>& callee_places);
  /// As map, but a synchronisation object that was moved or copied in stands for the one it came from.
  std::set<PlaceId> map_sync(const std::set<PlaceId>& callee_places);
  /// The same, once for each set that many accesses share.
  std::optional<Shared<Locks>> map(const Shared<Locks>& callee_locks);
  /// Those of the locks that have a name here.
  Shared<Locks> map_named(const Shared<Locks>& callee_locks);
  Shared<std::set<PlaceId>> map(const Shared<std::set<PlaceId>>& callee_places);
  Shared<std::set<PlaceId>> map_sync(const Shared<std::set<PlaceId>>& callee_places);

  /// A parameter bound to `value`: by reference, or by value (a private copy).
  static Cursor bind(const Follower& caller, const Abstract& value, bool by_reference);

 private:
  const Follower& caller_;
  Cursor self_;
  std::vector<Cursor> params_;
  PlaceId result_;
  std::unordered_map<PlaceId, PlaceId> mapped_;
  std::unordered_map<const void*, std::optional<Shared<Locks>>> mapped_locks_;
  std::unordered_map<const void*, Shared<std::set<PlaceId>>> mapped_places_;
  std::unordered_map<const void*, Shared<std::set<PlaceId>>> mapped_syncs_;
};

/// The root that a summary uses for what the function returns.
PlaceId returned_root(PlaceTable& places);

}  // namespace ferrule
