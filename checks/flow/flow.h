// What the judge knows of bodies: crossings, accesses with the locks held, and evidence of concurrency.
#pragma once

#include "checks/flow/crossing.h"
#include "checks/knowledge/concurrency.h"
#include "checks/model/incompleteness.h"
#include "checks/program/program.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// One hop from where a path starts to an access: "called here", "thread started here".
struct Hop {
  Location where;
  std::string function;  ///< key of the function called or started
  auto operator<=>(const Hop&) const = default;
};

/// An access to a place that outlives the function, with all that decides whether it can race.
struct TracedAccess {
  Place place;  ///< in terms of the root function that the trace is for
  bool is_write = false;
  bool is_atomic = false;  ///< through an atomic or other Synchronized type
  bool is_increment = false;
  Location where = {};
  std::vector<Place> locks = {};   ///< certainly held, same terms as `place`; a write does without those held shared
  std::vector<Place> shared = {};  ///< those of `locks` that others may hold at the same time
  std::vector<Hop> path = {};      ///< from the root function to the access
};

class Flow {
 public:
  /// Both are kept by reference.
  explicit Flow(const Program& program, const Concurrency& known = Concurrency::built_in());
  ~Flow();

  /// Every crossing of the program, sorted by place.
  const std::vector<Crossing>& crossings() const;

  /// All accesses that a call of this function makes to storage that is not its own local, transitively, as far as
  /// bodies are known. Bounded; sorted by place.
  const std::vector<TracedAccess>& accesses(std::string_view function_key) const;

  /// Where the analysis of bodies, pointers and calls stopped, sorted by place.
  std::vector<Incompleteness> incomplete() const;

  /// What it was made with.
  const Concurrency& known() const;

  struct Engine;
  const Engine& engine() const { return *engine_; }

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace ferrule
