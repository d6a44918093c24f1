// Two accesses that may happen at once: can they mean the same element, in the rounds and threads that make them?
#pragma once

#include "checks/detect/inequalities.h"
#include "checks/detect/team.h"
#include "checks/flow/summary.h"
#include "checks/knowledge/concurrency.h"

#include <memory>
#include <unordered_map>

namespace ferrule {

/// The teams of bodies, made when asked for. Not thread-safe.
class Teams {
 public:
  const Team& of(const Function& function);

 private:
  std::unordered_map<const Function*, std::unique_ptr<Team>> teams_;
};

class Meeting {
 public:
  Meeting(const Concurrency& known, Teams& teams) : known_(known), teams_(teams) {}

  /// Of two accesses by the threads that all run `region`: `Accessed::at_team` is an event of it.
  bool in_region(const Accessed& a, const Accessed& b, const Function& region, unsigned elements);
  /// Of two accesses in `function` (made at the events `at_a` and `at_b`, there or further down), by its own tasks or
  /// lanes. `variable_of` as in Team::by_tasks.
  bool in_body(const Accessed& a, unsigned at_a, const Accessed& b, unsigned at_b, const Function& function,
               std::optional<unsigned> variable_of, bool tasks, unsigned elements);

 private:
  struct Side {
    const Accessed& accessed;
    unsigned event;  ///< of the outer function
  };
  bool meet(const Side& a, const Side& b, const Function& outer, const Scenario& scenario, const Scenario* inner,
            unsigned elements);

  const Concurrency& known_;
  Teams& teams_;
};

}  // namespace ferrule
