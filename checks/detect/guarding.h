// Whether an access that holds a lock shows that the lock is meant to guard what is accessed.
#pragma once

#include "checks/flow/engine.h"

namespace ferrule {

/// Not thread-safe: one for each search.
class Guarding {
 public:
  explicit Guarding(const Flow::Engine& engine) : engine_(engine), places_(engine.places) {}

  /// Is the access part of making or ending the object it goes to? Nobody else has it then: its constructor (not a copy
  /// of another object) or its destructor is on the way.
  bool is_birth_or_end(const Accessed& accessed) const;

  /// Can `lock` be what guards the data at `place`? A once flag orders one initialisation and is never given back, and
  /// a lock inside the object guards what is inside with it, not the object as a whole.
  bool can_guard(PlaceId lock, PlaceId place) const;

  /// Is the lock held for this access, and not just held by somebody further up for a purpose of their own? A lock that
  /// belongs to another object counts where the access is in the text that takes it.
  bool is_meant(PlaceId lock, const Accessed& accessed) const;

  /// Does it get a guard by reference? Then its caller shows that a lock is held, though not which.
  bool is_given_guard(const Function& function) const;

  /// Does a method of the class that has `field` return with `lock` taken or given up? If the lock is not the object's
  /// own, the object is a guard, which one thread owns. If it is, the object is a lock, and what only these methods
  /// write is the state of the lock: whether it is held, and by whom.
  bool belongs_to_lock(PlaceId field, PlaceId lock) const;

 private:
  bool is_guard(const Record& record) const;
  bool is_one_of_many(PlaceId lock, PlaceId place) const;
  bool is_of_others(PlaceId lock, PlaceId place) const;

  const Flow::Engine& engine_;
  PlaceTable& places_;
};

}  // namespace ferrule
