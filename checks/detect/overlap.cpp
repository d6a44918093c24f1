#include "checks/detect/overlap.h"

#include <algorithm>

namespace ferrule {
bool Overlap::may_overlap(const Instant& a, const Instant& b) {
  if (!a.flow || !b.flow) return true;
  const std::vector<calls::OriginId>& of_a = origins_.of(*a.flow->function);
  const std::vector<calls::OriginId>& of_b = origins_.of(*b.flow->function);
  if (of_a.empty() || of_b.empty()) return true;
  return std::any_of(of_a.begin(), of_a.end(), [&](calls::OriginId one) {
    return std::any_of(of_b.begin(), of_b.end(), [&](calls::OriginId other) { return may_overlap(one, a, other, b); });
  });
}

bool Overlap::may_overlap(calls::OriginId of_a, const Instant& a, calls::OriginId of_b, const Instant& b) {
  using Kind = calls::Origin::Kind;
  const calls::Origin& one = origins_.all()[of_a];
  const calls::Origin& other = origins_.all()[of_b];
  if (of_a == of_b) return one.many || !(one.kind == Kind::Main || one.kind == Kind::Thread);
  // Of a thread and `main`, which starts it: does it run by then?
  if (one.kind == Kind::Main && other.kind == Kind::Thread) return runs_by(a, other);
  if (other.kind == Kind::Main && one.kind == Kind::Thread) return runs_by(b, one);
  if (one.kind == Kind::Thread && other.kind == Kind::Thread && one.function == other.function)
    return run_together(one, other);
  return true;
}

// May two threads of one function run at once? Not if one is joined before the other starts.
bool Overlap::run_together(const calls::Origin& one, const calls::Origin& other) const {
  const auto found = engine_.flows.find(one.function);
  if (one.many || other.many || !runs_in_main_alone(*one.function) || found == engine_.flows.end()) return true;
  const FunctionFlow& flow = *found->second;
  const auto is_of = [&](unsigned id, const calls::Origin& origin) {
    const Started& started = flow.started[id];
    return started.bodies.empty() || !started.deferred.empty() ||
           std::any_of(origin.bodies.begin(), origin.bodies.end(),
                       [&](const Function* body) { return started.bodies.contains(body); });
  };
  const bool goes_on = std::any_of(flow.live_at_exit.begin(), flow.live_at_exit.end(),
                                   [&](unsigned id) { return is_of(id, one) || is_of(id, other); });
  return goes_on || std::any_of(flow.together.begin(), flow.together.end(), [&](const Together& pair) {
           return (is_of(pair.first, one) && is_of(pair.second, other)) ||
                  (is_of(pair.first, other) && is_of(pair.second, one));
         });
}

bool Overlap::runs_in_main_alone(const Function& function) const {
  const std::vector<calls::OriginId>& origins = origins_.of(function);
  return std::all_of(origins.begin(), origins.end(),
                     [&](calls::OriginId origin) { return origins_.all()[origin].kind == calls::Origin::Kind::Main; });
}

// May the thread run when `main` is at this moment?
bool Overlap::runs_by(const Instant& moment, const calls::Origin& thread) {
  if (!runs_in_main_alone(*thread.function)) return true;
  if (!is_found_) find_running();
  std::set<const Function*> running = running_[moment.flow->function];
  for (unsigned id : moment.live) add_bodies(moment.flow->started[id], running);
  return running.contains(nullptr) || std::any_of(thread.bodies.begin(), thread.bodies.end(),
                                                  [&](const Function* body) { return running.contains(body); });
}

void Overlap::add_bodies(const Started& started, std::set<const Function*>& into) {
  into.insert(started.bodies.begin(), started.bodies.end());
  if (started.bodies.empty() || !started.deferred.empty()) into.insert(nullptr);
}

// What may run when a function is entered, by all ways that lead to it on the same thread.
void Overlap::find_running() {
  is_found_ = true;
  const std::vector<const FunctionFlow*> flows = engine_.all();
  for (bool changed = true; changed;) {
    changed = false;
    for (const FunctionFlow* flow : flows)
      for (const CallSite& site : flow->sites) {
        if (site.on_new_thread) continue;
        std::set<const Function*>& into = running_[site.callee];
        const std::size_t before = into.size();
        for (unsigned id : site.live) add_bodies(flow->started[id], into);
        const std::set<const Function*>& of_caller = running_[flow->function];
        into.insert(of_caller.begin(), of_caller.end());
        changed |= into.size() != before;
      }
  }
}

}  // namespace ferrule
