// May two pieces of code be in progress at once? By the origins that run them, and the threads that run by then.
#pragma once

#include "checks/flow/engine.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace ferrule {

/// Something that a function does, with the crossings of its own that may run by then.
struct Instant {
  const FunctionFlow* flow = nullptr;  ///< null: it may be at any time
  Shared<std::set<unsigned>> live = {};
};

class Overlap {
 public:
  explicit Overlap(const Flow::Engine& engine) : engine_(engine), origins_(engine.heap.origins()) {}

  /// True wherever that cannot be excluded.
  bool may_overlap(const Instant& a, const Instant& b);

 private:
  bool may_overlap(calls::OriginId of_a, const Instant& a, calls::OriginId of_b, const Instant& b);
  bool run_together(const calls::Origin& one, const calls::Origin& other) const;
  bool runs_in_main_alone(const Function& function) const;
  bool runs_by(const Instant& moment, const calls::Origin& thread);
  static void add_bodies(const Started& started, std::set<const Function*>& into);
  void find_running();

  const Flow::Engine& engine_;
  const calls::Origins& origins_;
  /// By function, the bodies that threads may run when it is entered; null for any.
  std::map<const Function*, std::set<const Function*>> running_;
  bool is_found_ = false;
};

}  // namespace ferrule
