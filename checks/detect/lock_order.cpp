#include "checks/detect/lock_order.h"

#include "checks/detect/exposure.h"
#include "checks/detect/overlap.h"
#include "checks/flow/engine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace ferrule {
namespace {

class LockOrder {
 public:
  explicit LockOrder(const Flow& flow) : flow_(flow), engine_(flow.engine()), program_(engine_.program), places_(engine_.places) {}

  std::vector<LockCycle> run() {
    for (const FunctionFlow* flow : engine_.all())
      for (const Acquisition& taken : flow->acquisitions)
        if (const auto name = identity(taken.lock); name && !taken.shared) written_.insert(*name);
    for (const FunctionFlow* flow : engine_.all()) {
      taken_at_.clear();
      for (const Acquisition& taken : flow->acquisitions) taken_at_.emplace(taken.where, taken.lock);
      for (const Acquisition& taken : flow->acquisitions) {
        take_twice(*flow, taken);
        add_edges(*flow, taken, {flow, taken.live});
      }
      for (const Deferred& called : flow->summary.deferred) call_stored(*flow, called);
      cross(*flow);
    }
    find_cycles();
    add_by_heap();
    std::sort(cycles_.begin(), cycles_.end(), [](const LockCycle& a, const LockCycle& b) {
      const auto order = [](const LockCycle& c) { return std::tie(c.steps.front().where, c.subject); };
      return order(a) < order(b);
    });
    std::set<std::pair<std::string, Location>> seen;
    std::erase_if(cycles_, [&](const LockCycle& cycle) {
      return !seen.emplace(cycle.subject, cycle.steps.front().where).second;
    });
    return std::move(cycles_);
  }

 private:
  /// The name of a lock that is the same in every function: the field or global that it is. Nothing for one that only
  /// this function knows, or of which there may be many (elements, and objects behind a pointer variable).
  std::optional<std::string> identity(PlaceId lock) const {
    if (lock == no_place || is_many(lock)) return {};
    if (places_.is_root(lock))
      return places_.root_kind(lock) == Root::Global ? std::optional(places_.root_key(lock)) : std::nullopt;
    if (places_.step_kind(lock) != Step::Kind::Field) return {};
    PlaceId named = lock;
    const PlaceId outer = places_.parent(lock);
    if (!places_.is_root(outer) && places_.step_kind(outer) == Step::Kind::Field && is_wrapped(lock)) named = outer;
    const bool of_global = places_.root_kind(lock) == Root::Global && !places_.has_deref(lock);
    return (of_global ? places_.root_key(lock) + '/' : std::string()) + places_.field_key(named);
  }

  bool is_wrapped(PlaceId lock) const {
    const Record* wrapper = program_.record_of_field(places_.field_key(lock));
    if (!wrapper) return false;
    const std::vector<std::string>& inner = engine_.wrapped_locks(*wrapper);
    return std::find(inner.begin(), inner.end(), places_.field_key(lock)) != inner.end();
  }

  // The same path need not be the same object: elements, and what a variable points to, change.
  bool is_many(PlaceId lock) const {
    for (PlaceId at = lock; !places_.is_root(at); at = places_.parent(at)) {
      if (places_.step_kind(at) == Step::Kind::Element) return true;
      const bool by_variable = places_.step_kind(at) == Step::Kind::Deref && places_.is_root(places_.parent(at)) &&
                               places_.root_kind(at) != Root::Param;
      if (by_variable) return true;
    }
    return places_.root_kind(lock) == Root::Result;
  }

  // Only a lock that is known to block its own holder.
  bool is_plain_mutex(PlaceId lock, const Function& function) const {
    const Type* type = nullptr;
    if (places_.is_root(lock)) {
      const unsigned index = places_.root_index(lock);
      if (places_.root_kind(lock) == Root::Global)
        type = program_.type(program_.global(places_.root_key(lock))->type);
      else if (places_.root_kind(lock) == Root::Local && index < function.locals.size())
        type = program_.type(function.locals[index].type);
      else if (places_.root_kind(lock) == Root::Param && index < function.params.size())
        type = program_.type(function.params[index].type);
    } else if (places_.step_kind(lock) == Step::Kind::Field) {
      if (const Field* field = program_.field(places_.field_key(lock))) type = program_.type(field->type);
    }
    if (type && type->kind == TypeKind::Reference) type = program_.type(type->target);
    const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    const ClassKnowledge* known = record ? engine_.class_of(*record) : nullptr;
    return known && known->blocks_holder && !engine_.has_own_kind(lock);
  }

  std::string name(PlaceId lock, const Function& function) const {
    const bool wrapped = !places_.is_root(lock) && places_.step_kind(lock) == Step::Kind::Field &&
                         !places_.is_root(places_.parent(lock)) && is_wrapped(lock);
    return describe(places_.expand(wrapped ? places_.parent(lock) : lock), function, program_);
  }

  LockStep step(const FunctionFlow& flow, PlaceId held, const Acquisition& taken) const {
    LockStep made;
    made.held = name(held, *flow.function);
    made.taken = name(taken.lock, *flow.function);
    made.where = *taken.where;
    for (Hops at = taken.hops; at; at = at->next)
      made.way.push_back({*at->where, '\'' + at->callee->name + "' is called here, holding '" + made.held + '\''});
    return made;
  }

  void take_twice(const FunctionFlow& flow, const Acquisition& taken) {
    auto held = taken.held.find(taken.lock);
    if (held == taken.held.end() || is_many(taken.lock) || !is_plain_mutex(taken.lock, *flow.function)) return;
    LockCycle cycle;
    cycle.steps.push_back(step(flow, taken.lock, taken));
    cycle.subject =
        identity(taken.lock).value_or(flow.function->key + '#' + cycle.steps.front().taken) + '@' + taken.in->key;
    // Two readers get on, until a writer waits between them: not where no other thread knows of the lock.
    const bool reads = taken.shared && held->second;
    if (reads && places_.root_kind(taken.lock) == Root::Local && flow.started.empty()) return;
    const auto name = identity(taken.lock);
    const bool writer_may_wait = name && written_.contains(*name);
    if ((reads && !writer_may_wait) || taken.told) cycle.profile = Profile::Strict;
    cycles_.push_back(std::move(cycle));
  }

  struct Edge {
    LockStep step;
    std::set<std::string> gates;        // other locks held, which keep the whole cycle apart
    std::vector<Instant> moments = {};  // at which it is so
  };

  void add_edges(const FunctionFlow& flow, const Acquisition& taken, const Instant& moment) {
    const auto to = identity(taken.lock);
    if (!to) return;
    std::set<std::string> all;
    for (const auto& [lock, shared] : taken.held)
      if (const auto held = identity(lock)) all.insert(*held);
    Locks held = *taken.held;
    held.insert(taken.held_if.begin(), taken.held_if.end());
    for (const auto& [lock, shared] : held) {
      const auto from = identity(lock);
      // 'std::scoped_lock' of several never waits for one while it holds another.
      const bool at_once = taken_at_.contains({taken.where, lock});
      if (!from || *from == *to || at_once) continue;
      Edge edge{step(flow, lock, taken), all, {}};
      edge.gates.erase(*from);
      edge.gates.erase(*to);
      auto [it, is_new] = edges_[*from].try_emplace(*to, edge);
      const auto order = [](const Edge& e) { return std::tuple(e.gates.size(), e.step.way.size(), e.step.where); };
      if (!is_new && order(edge) < order(it->second))
        std::tie(it->second.step, it->second.gates) = std::pair(std::move(edge.step), std::move(edge.gates));
      it->second.moments.push_back(moment);
    }
  }

  // A callable that somebody stored is called with locks held: it may take one of them, or others.
  void call_stored(const FunctionFlow& flow, const Deferred& called) {
    if (called.locks.empty() || !called.where) return;
    const std::string* field = nullptr;
    for (PlaceId at = called.callable; !places_.is_root(at) && !field; at = places_.parent(at))
      if (engine_.own_field(at)) field = &places_.field_key(at);
    const auto stored = field ? engine_.stored_callables.find(*field) : engine_.stored_callables.end();
    if (stored == engine_.stored_callables.end()) return;
    for (const StoredCallable& callable : stored->second) {
      const auto of = engine_.flows.find(callable.body);
      if (of == engine_.flows.end()) continue;
      for (const Acquisition& inner : of->second->summary.acquisitions) {
        Acquisition taken = inner;
        taken.held = called.locks;
        taken.hops = hop(called.where, *callable.body, false, inner.hops);
        add_edges(flow, taken, {});
        const auto to = identity(inner.lock);
        for (PlaceId own : callable.own_locks)
          if (to && identity(own) == to && called.locks.contains(own)) {
            taken.lock = own;
            take_twice(flow, taken);
          }
      }
    }
  }

  // ---- two objects of one class, or two locks of one function: told apart by the names that the function has for them

  /// Who takes a lock while holding another: the function itself (no thread), or a thread that it starts.
  struct Taking {
    const Acquisition* taken;
    const Started* thread;
  };

  void cross(const FunctionFlow& flow) {
    if (flow.started.empty()) return;
    std::map<std::pair<PlaceId, PlaceId>, std::vector<Taking>> takings;
    const auto note = [&](const Acquisition& taken, const Started* thread) {
      if (taken.lock == no_place || is_many(taken.lock)) return;
      for (const auto& [held, shared] : taken.held)
        if (held != taken.lock && !is_many(held) && is_named_here(held, taken.lock))
          takings[{held, taken.lock}].push_back({&taken, thread});
    };
    for (const Acquisition& taken : flow.acquisitions) note(taken, nullptr);
    for (const Started& started : flow.started)
      for (const Acquisition& taken : started.acquisitions) note(taken, &started);
    for (const auto& [pair, one] : takings) {
      const auto other = pair.first < pair.second ? takings.find({pair.second, pair.first}) : takings.end();
      if (other != takings.end()) cross_pair(flow, pair, one, other->second);
    }
  }

  // Locks that have a name of their own everywhere are compared by that.
  bool is_named_here(PlaceId a, PlaceId b) const {
    const auto first = identity(a);
    const auto second = identity(b);
    return !first || !second || *first == *second;
  }

  static bool same_way(Hops a, Hops b) {
    for (; a && b; a = a->next, b = b->next)
      if (a->where != b->where) return false;
    return !a && !b;
  }

  // 'std::scoped_lock' of several never waits for one while it holds another.
  static bool taken_together(const FunctionFlow& flow, const Acquisition& taken, PlaceId held) {
    const auto same = [&](const Acquisition& other) {
      return other.where == taken.where && other.lock == held && same_way(other.hops, taken.hops);
    };
    return std::any_of(flow.acquisitions.begin(), flow.acquisitions.end(), same) ||
           std::any_of(flow.started.begin(), flow.started.end(), [&](const Started& started) {
             return std::any_of(started.acquisitions.begin(), started.acquisitions.end(), same);
           });
  }

  // Do all edges of a cycle come together, so that each waits for the next? Of one thread's two, or of one before a
  // thread starts and one in it, none waits for the other.
  bool may_overlap(const Edge& a, const Edge& b) {
    return std::any_of(a.moments.begin(), a.moments.end(), [&](const Instant& one) {
      return std::any_of(b.moments.begin(), b.moments.end(),
                         [&](const Instant& other) { return overlap_.may_overlap(one, other); });
    });
  }

  void cross_pair(const FunctionFlow& flow, std::pair<PlaceId, PlaceId> locks, const std::vector<Taking>& one,
                  const std::vector<Taking>& other) {
    for (const Taking& a : one)
      for (const Taking& b : other) {
        const bool apart = a.thread != b.thread || (a.thread && a.thread->repeats);
        const bool gated = std::any_of(a.taken->held.begin(), a.taken->held.end(), [&](const auto& lock) {
          return lock.first != locks.first && lock.first != locks.second && b.taken->held.contains(lock.first);
        });
        const auto runs_beside = [&](const Taking& mine, const Taking& theirs) {
          return mine.thread || !theirs.thread ||
                 mine.taken->live.contains(static_cast<unsigned>(theirs.thread - flow.started.data()));
        };
        if (!apart || gated || !runs_beside(a, b) || !runs_beside(b, a) ||
            taken_together(flow, *a.taken, locks.first) || taken_together(flow, *b.taken, locks.second))
          continue;
        LockCycle cycle;
        cycle.steps = {step(flow, locks.first, *a.taken), step(flow, locks.second, *b.taken)};
        cycle.subject = flow.function->key + '#' + cycle.steps.front().held + ' ' + cycle.steps.front().taken;
        cycles_.push_back(std::move(cycle));
        return;
      }
  }

  // What the heap finds beyond: a step in common is the same cycle by other names.
  void add_by_heap() {
    std::set<Location> told;
    for (const LockCycle& cycle : cycles_)
      for (const LockStep& step : cycle.steps) told.insert(step.where);
    for (LockCycle& cycle : lock_cycles_by_heap(flow_)) {
      const auto is_told = [&](const LockStep& step) { return told.contains(step.where); };
      if (std::none_of(cycle.steps.begin(), cycle.steps.end(), is_told)) cycles_.push_back(std::move(cycle));
    }
  }

  void find_cycles() {
    for (const auto& [from, out] : edges_)
      for (const auto& [to, edge] : out) {
        std::vector<std::string> path{from, to};
        extend(from, path);
      }
  }

  // Cycles of up to four locks, each told once, from its smallest lock.
  void extend(const std::string& start, std::vector<std::string>& path) {
    constexpr std::size_t most = 4;
    auto out = edges_.find(path.back());
    if (out == edges_.end()) return;
    if (out->second.contains(start)) {
      add_cycle(path);
      return;
    }
    if (path.size() == most) return;
    for (const auto& [next, edge] : out->second) {
      if (next < start || std::find(path.begin(), path.end(), next) != path.end()) continue;
      path.push_back(next);
      extend(start, path);
      path.pop_back();
    }
  }

  void add_cycle(const std::vector<std::string>& path) {
    if (*std::min_element(path.begin(), path.end()) != path.front()) return;
    LockCycle cycle;
    std::set<std::string> gates;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const Edge& edge = edges_.at(path[i]).at(path[(i + 1) % path.size()]);
      std::set<std::string> common;
      std::set_intersection(gates.begin(), gates.end(), edge.gates.begin(), edge.gates.end(),
                            std::inserter(common, common.begin()));
      gates = i == 0 ? edge.gates : common;
      cycle.steps.push_back(edge.step);
      cycle.subject += path[i] + ' ';
    }
    for (std::size_t i = 0; i < path.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (!may_overlap(edges_.at(path[i]).at(path[(i + 1) % path.size()]),
                         edges_.at(path[j]).at(path[(j + 1) % path.size()])))
          return;
    if (gates.empty()) cycles_.push_back(std::move(cycle));
  }

  const Flow& flow_;
  const Flow::Engine& engine_;
  const Program& program_;
  PlaceTable& places_;
  std::map<std::string, std::map<std::string, Edge>> edges_;
  std::set<std::pair<const Location*, PlaceId>> taken_at_;  ///< by the function at hand and its callees
  std::set<std::string> written_;                           ///< locks that some function takes for itself alone
  std::vector<LockCycle> cycles_;
  Overlap overlap_{engine_};
};

}  // namespace

std::vector<LockCycle> find_lock_cycles(const Flow& flow) { return LockOrder(flow).run(); }

}  // namespace ferrule
