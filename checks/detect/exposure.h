// Who may call a function, and whether the object it runs on may be shared by then.
#pragma once

#include "checks/flow/engine.h"

#include <map>
#include <set>

namespace ferrule {

/// Worst last.
enum class Exposure : unsigned char {
  None,     ///< every call that can be seen is on an object that no other thread can reach yet, or any more
  Unknown,  ///< somebody outside of what can be seen may call it
  Shared,   ///< some call is on an object that a running thread uses, or is made by a thread
};

class Exposures {
 public:
  explicit Exposures(const Flow::Engine& engine);

  /// Counting calls by threads of the program too.
  Exposure any(const Function* function) const { return find(any_, function); }
  /// Counting only calls that are not made by the program's own threads.
  Exposure outside(const Function* function) const { return find(outside_, function); }
  bool has_sites(const Function* function) const { return sites_.contains(function); }
  /// Is every call of it that can be seen made with some lock held?
  bool always_locked(const Function* function) const;
  /// Does some call of it that can be seen hold this lock, whatever it is called there?
  bool some_caller_holds(const Function* function, PlaceId lock) const;
  /// The body that runs at most once and that all calls which can be seen lead through: itself, or a caller. Null:
  /// none.
  const Function* once_body(const Function* function) const;
  /// Is it called on an object that the caller made itself? Whom its constructor told of the object has it all the
  /// same.
  bool called_on_fresh(const Function* function) const;
  /// The body of the one thread that makes all calls which can be seen. Null: there is none, or several may run at
  /// once.
  const Function* sole_thread(const Function* function) const;
  /// Is every call of it that can be seen followed by one of `starter` on the same object, and none preceded by one?
  bool only_before(const Function* function, const Function* starter) const;
  /// Has every call of it that can be seen waited before for a flag or the like of the object, given as the function
  /// itself would name it?
  bool only_after(const Function* function, PlaceId flag) const;
  /// Is it called on an object other than the caller's own, without a lock?
  bool called_from_outside_unlocked(const Function* function) const;

 private:
  using Map = std::map<const Function*, Exposure>;
  struct Site {
    const FunctionFlow* caller;
    const CallSite* site;
  };

  static Exposure find(const Map& map, const Function* function) {
    auto it = map.find(function);
    return it == map.end() ? Exposure::None : it->second;
  }
  Exposure of_site(const Site& site, const Map& known, bool outside) const;
  Exposure initial(const Function& function) const;
  std::string path_in_object(PlaceId lock) const;
  bool touched_by_threads(const Site& site, PlaceId object) const;
  bool is_fresh(const Site& site) const;
  bool is_fresh(const Site& site, PlaceId object) const;
  void solve(Map& map, bool outside);
  void find_always_locked();
  void find_once_bodies();
  void find_sole_threads();

  const Flow::Engine& engine_;
  std::map<const Function*, std::vector<Site>> sites_;
  Map any_;
  Map outside_;
  std::set<const Function*> always_locked_;
  std::set<std::string> files_with_main_;  ///< whose free functions nobody calls from elsewhere
  std::map<const Function*, const Function*> once_bodies_;
  std::map<const Function*, const Function*> sole_threads_;
};

}  // namespace ferrule
