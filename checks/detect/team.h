// Which events of a body with OpenMP's constructs may happen at once, and in which rounds of the loops around them.
#pragma once

#include "checks/model/function.h"

#include <optional>
#include <utility>
#include <vector>

namespace ferrule {

/// A way in which two events, `a` and `b`, may happen at once. Nests are numbered as in Event::nest.
struct Scenario {
  bool by_one_thread = false;         ///< by one thread of the team, which runs or leaves behind tasks
  std::vector<unsigned> same = {};    ///< loops whose round is the same for both
  std::vector<unsigned> others = {};  ///< loops, outermost first, of which one at least is in another round
  /// The same for two loops whose rounds the threads share alike.
  std::optional<std::pair<unsigned, unsigned>> alike = {};
  unsigned lanes = 0;  ///< the loop whose rounds are done at once; 0 for none
};

class Team {
 public:
  explicit Team(const Function& function);

  /// By two threads that both run the body.
  std::vector<Scenario> by_threads(unsigned a, unsigned b) const;
  /// By tasks that one thread made, or one and that thread. Of a local variable: the nest that it belongs to.
  std::vector<Scenario> by_tasks(unsigned a, unsigned b, std::optional<unsigned> variable_of = {}) const;
  /// By one thread, in several rounds of a `simd` loop.
  std::vector<Scenario> by_lanes(unsigned a, unsigned b, std::optional<unsigned> variable_of = {}) const;

  /// Does it hand out work to threads that its callers make?
  bool shares_work() const { return shares_work_; }
  bool has_tasks() const { return has_tasks_; }
  /// The nests around an event, innermost first.
  std::vector<unsigned> chain(unsigned nest) const;
  const Nest& nest(unsigned number) const { return function_.nests[number - 1]; }

 private:
  using Marks = std::vector<bool>;
  struct Reached {
    Marks within;  ///< without leaving the loop asked about
    Marks beyond;
  };
  using Stops = std::vector<bool>;

  unsigned nest_at(unsigned event) const { return function_.events[event].nest; }
  bool is_in(unsigned nest, unsigned outer) const;
  bool event_in(unsigned event, unsigned nest) const { return is_in(nest_at(event), nest); }
  bool calls(unsigned event, const char* name) const;
  bool has_barrier(unsigned nest) const;
  unsigned context_of(unsigned nest) const;
  unsigned outermost_task(unsigned nest, unsigned other) const;
  bool depend(unsigned task, unsigned other) const;
  bool waits_for(unsigned event, unsigned task) const;
  void explore(std::vector<unsigned> open, unsigned loop, unsigned bounds, const Stops& stops, Reached& reached) const;
  std::vector<unsigned> exits_of(unsigned task) const;
  void after_task(unsigned task, unsigned a, unsigned b, std::optional<unsigned> variable_of,
                  std::vector<Scenario>& into) const;
  std::vector<unsigned> common(unsigned a, unsigned b, bool (*wanted)(Nest::Kind)) const;

  struct Phase {
    unsigned loop;  ///< the innermost loop around its start that has a barrier; 0 for none
    Reached reached;
  };

  const Function& function_;
  std::vector<std::vector<unsigned>> next_;  ///< of events, then of blocks
  std::vector<Phase> phases_;
  bool shares_work_ = false;
  bool has_tasks_ = false;
};

}  // namespace ferrule
