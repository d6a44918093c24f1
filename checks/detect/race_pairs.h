// What decides whether two accesses can race, and how a race is told: shared by the ways to find pairs.
#pragma once

#include "checks/detect/exposure.h"
#include "checks/detect/guarding.h"
#include "checks/detect/meeting.h"
#include "checks/detect/races.h"
#include "checks/flow/engine.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ferrule {

/// Who may call what, and what guards what, worked out once.
struct RaceContext {
  explicit RaceContext(const Flow::Engine& of);
  /// The engine's own, made on first use.
  static const RaceContext& of(const Flow::Engine& engine);

  const Flow::Engine& engine;
  Exposures exposures;
  Guarding guarding;
  std::set<const Function*> handlers = {};  ///< what signals run
  std::set<std::string> owned = {};         ///< keys of pointer fields whose object is the class's own
};

/// Not thread-safe: it names places in the engine's table.
class RacePairs {
 public:
  explicit RacePairs(const RaceContext& context)
      : engine_(context.engine),
        program_(engine_.program),
        places_(engine_.places),
        exposures_(context.exposures),
        guarding_(context.guarding),
        handlers_(context.handlers),
        owned_(context.owned) {}

 protected:
  bool conflict(const Accessed& a, const Accessed& b) const;
  bool share_a_word(PlaceId a, PlaceId b) const;
  bool stays_put(const Accessed& a, const Accessed& b, const Function* function) const;
  bool perhaps_apart(PlaceId place, const Function* function) const;
  bool perhaps_apart(const Accessed& a, const Accessed& b, const Function* function) const;
  unsigned elements_in(PlaceId place) const;
  bool is_packed(const Type* type) const;
  bool is_asserted(const Touch& touch, PlaceId lock) const;
  static bool common_lock(const Accessed& a, const Accessed& b);
  bool ordered(const Accessed& a, const Accessed& b) const;
  bool comes_before(const Accessed& a, const Accessed& b) const;
  static bool splits(const Accessed& split, const Accessed& other);
  bool can_race(const Accessed& a, const Accessed& b) const;
  const Type* type_of(PlaceId place, const Function* function) const;
  const Type* field_type(const std::string& key) const;
  bool is_concurrency_type(const Type* type) const;
  bool points_to_atomic(PlaceId place, const Function* function) const;
  bool is_data(PlaceId place, const Function* function = nullptr, bool through_atomic = false) const;
  bool follows_foreign_pointer(PlaceId place) const;

  // for people
  std::string name_of(PlaceId place, const Function& function) const;
  std::string name_of_lock(PlaceId lock, const Function& function) const;
  RaceSide side(const Accessed& accessed, const Function& root) const;
  std::string subject_of(PlaceId place, const Function& function) const;
  Location declared(PlaceId place, const Function& function) const;
  bool is_ambiguous(const Accessed& accessed) const;
  void blame_call(RaceSide& side, const Function& root) const;
  void note_handler(Race& race, const Accessed& accessed) const;
  void add(Race::Evidence evidence, Profile profile, PlaceId place, const Accessed& first, const Accessed& second,
           const Function& root, const Function& second_root, std::string lock = {});

  const Flow::Engine& engine_;
  const Program& program_;
  PlaceTable& places_;
  const Exposures& exposures_;
  const Guarding& guarding_;
  const std::set<const Function*>& handlers_;
  const std::set<std::string>& owned_;
  std::vector<Race> races_;
};

/// Accesses without the lock that guards the place elsewhere.
std::vector<Race> races_by_lock(const RaceContext& context);
/// Plain data beside atomics and locks that show that several threads are meant.
std::vector<Race> races_by_habit(const RaceContext& context);
/// Accesses to one object of the heap in threads that may run at once (see races_by_origin.h).
std::vector<Race> races_by_heap(const RaceContext& context, const Flow& flow, Profile loudest);
/// Accesses that a thread and another part of the program may make at once.
std::vector<Race> races_by_thread(const RaceContext& context);
/// Accesses that tasks and lanes of one function make at once.
std::vector<Race> races_in_teams(const RaceContext& context);

}  // namespace ferrule
