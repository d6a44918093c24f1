#include "checks/detect/overlap.h"

#include <algorithm>

namespace ferrule {
bool Overlap::may_overlap(const Moment& a, const Moment& b) {
  if (!a.flow || !b.flow) return true;
  const std::vector<calls::OriginId>& of_a = origins_.of(*a.flow->function);
  const std::vector<calls::OriginId>& of_b = origins_.of(*b.flow->function);
  if (of_a.empty() || of_b.empty()) return true;
  return std::any_of(of_a.begin(), of_a.end(), [&](calls::OriginId one) {
    return std::any_of(of_b.begin(), of_b.end(), [&](calls::OriginId other) { return may_overlap(one, a, other, b); });
  });
}

bool Overlap::may_overlap(calls::OriginId of_a, const Moment& a, calls::OriginId of_b, const Moment& b) {
  using Kind = calls::Origin::Kind;
  const calls::Origin& one = origins_.all()[of_a];
  const calls::Origin& other = origins_.all()[of_b];
  if (of_a == of_b) return one.many || !(one.kind == Kind::Main || one.kind == Kind::Thread);
  // Of a thread and `main`, which starts it: does it run by then?
  if (one.kind == Kind::Main && other.kind == Kind::Thread) return runs_by(a, other);
  if (other.kind == Kind::Main && one.kind == Kind::Thread) return runs_by(b, one);
  return true;
}

// May the thread run when `main` is at this moment?
bool Overlap::runs_by(const Moment& moment, const calls::Origin& thread) {
  const std::vector<calls::OriginId>& starter = origins_.of(*thread.function);
  const bool by_main_alone = std::all_of(starter.begin(), starter.end(), [&](calls::OriginId origin) {
    return origins_.all()[origin].kind == calls::Origin::Kind::Main;
  });
  if (!by_main_alone) return true;
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
