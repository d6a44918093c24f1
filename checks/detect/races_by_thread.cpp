// A thread makes one of the accesses while the other can happen.
#include "checks/detect/race_pairs.h"

namespace ferrule {
namespace {

class ThreadRaces : public RacePairs {
 public:
  using RacePairs::RacePairs;

  std::vector<Race> run() {
    const std::vector<const FunctionFlow*> flows = engine_.all();
    for (const FunctionFlow* flow : flows) by_thread_inside(*flow);
    by_thread_of_class(flows);
    globals_by_thread(flows);
    return std::move(races_);
  }

 private:
  // ---- a thread of this function

  void by_thread_inside(const FunctionFlow& flow) {
    const Function& function = *flow.function;
    for (const Touch& touch : flow.touches) {
      if (touch.accessed.on_thread) continue;
      for (unsigned id : touch.live)
        for (const Accessed& other : flow.started[id].accesses) {
          if (flow.started[id].pooled) continue;  // how it is waited for may not be seen
          if (touch.stale.contains(std::pair(id, places_.root_of(other.place)))) continue;
          if (callers_lock(touch, other, function) || in_same_once(touch.accessed, flow.started[id], function))
            continue;
          thread_pair(touch.accessed, other, function);
        }
    }
    borrowed_while_written(flow);
    std::set<std::pair<unsigned, unsigned>> seen;
    for (const Together& pair : flow.together) {
      if (pair.first == pair.second && !flow.started[pair.first].repeats) continue;
      if (!seen.emplace(pair.first, pair.second).second) continue;
      for (const Accessed& a : flow.started[pair.first].accesses) {
        if (pair.stale.contains(std::pair(pair.first, places_.root_of(a.place)))) continue;
        for (const Accessed& b : flow.started[pair.second].accesses) {
          const bool same = pair.first == pair.second;
          if (same && a.team && a.team == b.team && a.team->is_region)
            team_pair(b, a, function);
          else if (!same || !by_one_alone(a, b, function))
            thread_pair(b, a, function);
        }
      }
    }
  }

  void team_pair(const Accessed& a, const Accessed& b, const Function& function) {
    if (&a > &b || !conflict(a, b)) return;
    const unsigned elements = elements_in(a.place);
    if (elements_in(b.place) != elements) return;
    if (!meeting_.in_region(a, b, *a.team, elements)) return;
    const bool in_order = !(*b.where < *a.where);
    thread_pair(in_order ? a : b, in_order ? b : a, function, true);
  }

  // `if (worker == 0)`: of the threads that a loop starts, each with a number of its own, one alone comes here.
  bool by_one_alone(const Accessed& a, const Accessed& b, const Function& function) const {
    const auto counts = [&](PlaceId number) {
      return std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
        return event.kind == Event::Kind::Access && event.is_increment && places_.root_kind(number) == Root::Local &&
               event.place.root == Root::Local && event.place.index == places_.root_index(number) &&
               event.place.steps.empty() && places_.is_root(number);
      });
    };
    return std::any_of(a.zero.begin(), a.zero.end(),
                       [&](PlaceId number) { return b.zero.contains(number) && counts(number); });
  }

  // The callers hold a lock whenever they call: which, the function itself does not show. Where they start the thread,
  // or the function says that the lock is held, the pair is looked at with it.
  bool callers_lock(const Touch& mine, const Accessed& theirs, const Function& function) const {
    return std::any_of(theirs.locks.begin(), theirs.locks.end(), [&](const auto& lock) {
      return is_asserted(mine, lock.first) || (mine.accessed.hops && mine.accessed.perhaps.contains(lock.first)) ||
             (exposures_.always_locked(&function) && !mine.accessed.released.contains(lock.first) &&
              (mine.accessed.locks.empty() || exposures_.some_caller_holds(&function, lock.first)));
    });
  }

  // What runs at most once never meets a thread that it started in an earlier run: there was none.
  bool in_same_once(const Accessed& mine, const Started& theirs, const Function& function) const {
    const Function* body = exposures_.once_body(theirs.origin);
    if (!body || exposures_.once_body(&function) == body) return false;
    for (Hops at = mine.hops; at; at = at->next)
      if (exposures_.once_body(at->callee) == body) return true;
    return false;
  }

  // Before `main`, or when control first comes by: whoever else comes by then waits until it is made.
  bool is_birth_of_global(const Accessed& accessed) const {
    return places_.root_kind(accessed.place) == Root::Global && guarding_.is_birth_or_end(accessed);
  }

  static bool holds_nothing(const Accessed& accessed) {
    return accessed.locks.empty() && accessed.told.empty() && (!accessed.hops || accessed.perhaps.empty());
  }

  // Each side perhaps holds the lock, as a flag tells it: no pair that certainly has none in common.
  static bool perhaps_common_lock(const Accessed& a, const Accessed& b) {
    const auto perhaps_holds = [](const Accessed& accessed, PlaceId lock) {
      return accessed.locks.contains(lock) || accessed.told.contains(lock) ||
             (accessed.hops && accessed.perhaps.contains(lock));
    };
    const auto any_of = [&](const auto& locks) {
      return std::any_of(locks.begin(), locks.end(),
                         [&](PlaceId lock) { return perhaps_holds(a, lock) && perhaps_holds(b, lock); });
    };
    return any_of(a.perhaps) || any_of(a.told) || any_of(b.perhaps) || any_of(b.told);
  }

  // The bodies that can be seen do nothing with what the thread borrows; then it counts as read (strict only).
  void borrowed_while_written(const FunctionFlow& flow) {
    for (const Touch& touch : flow.touches)
      if (!touch.accessed.on_thread)
        for (unsigned id : touch.live) written_while_borrowed(touch.accessed, flow.started[id], *flow.function);
    for (const Together& pair : flow.together)
      for (const auto& [writer, borrower] : {std::pair(pair.first, pair.second), std::pair(pair.second, pair.first)})
        for (const Accessed& access : flow.started[writer].accesses)
          written_while_borrowed(access, flow.started[borrower], *flow.function);
  }

  void written_while_borrowed(const Accessed& access, const Started& borrower, const Function& function) {
    if (!access.write || !access.locks.empty() || access.unnamed_lock) return;
    for (const Reference& reference : borrower.references) {
      const std::vector<Accessed>& seen = borrower.accesses;
      if (std::any_of(seen.begin(), seen.end(),
                      [&](const Accessed& a) { return places_.has_prefix(a.place, reference.place); }))
        continue;
      Accessed borrowed;
      borrowed.place = reference.place;
      borrowed.where = reference.where;
      borrowed.in = &function;
      if (can_race(access, borrowed) && is_data(borrowed.place, &function))
        add(Race::Evidence::Thread, Profile::Strict, borrowed.place, access, borrowed, function, function);
    }
  }

  void thread_pair(const Accessed& a, const Accessed& b, const Function& function, bool meets = false) {
    const bool split = a.atomic && b.atomic;
    const bool published = a.published || b.published;
    if (!can_race(a, b) || !(split || is_data(a.place, &function, published))) return;
    if (is_birth_of_global(a) || is_birth_of_global(b)) return;
    if (!published && !meets && perhaps_apart(a, b, &function)) return;
    // Complain of the side that holds nothing, and of the write before the read.
    const bool a_first = split                                  ? splits(a, b)
                         : holds_nothing(a) != holds_nothing(b) ? holds_nothing(a)
                                                                : a.write || !b.write;
    const Accessed& first = a_first ? a : b;
    const PlaceId place = places_.depth(a.place) >= places_.depth(b.place) ? a.place : b.place;
    const bool quiet = a.assumed || b.assumed || a.unnamed_lock || b.unnamed_lock || perhaps_common_lock(a, b) ||
                       stays_put(a, b, &function);
    const Profile profile = quiet ? Profile::Strict : Profile::Default;
    add(Race::Evidence::Thread, profile, place, first, a_first ? b : a, function, function);
    races_.back().in_team = meets;
  }

  // ---- a thread that an object started works on the object

  void by_thread_of_class(const std::vector<const FunctionFlow*>& flows) {
    std::map<std::string_view, std::vector<const FunctionFlow*>> members;
    for (const FunctionFlow* flow : flows) {
      const Record* record = program_.record(flow->function->record);
      if (record && !record->is_closure) members[record->key].push_back(flow);
    }
    for (const auto& [record, of_class] : members)
      for (const FunctionFlow* starter : of_class)
        for (const Started& started : starter->summary.started)
          if (!started.pooled)
            for (const FunctionFlow* other : of_class) class_pair(*starter, started, *other);
  }

  void class_pair(const FunctionFlow& starter, const Started& started, const FunctionFlow& other) {
    const Function& function = *other.function;
    if (function.is_constructor || function.is_assignment) return;
    const bool open = function.visibility == Visibility::Public || function.visibility == Visibility::None;
    if (function.is_destructor) {
      if (started.handle == no_place || !other.summary.joined.contains(joined_base(started.handle))) return;
    } else if (!open || (exposures_.outside(&function) == Exposure::None &&
                         !(starter.function->is_constructor && exposures_.called_on_fresh(&function)))) {
      return;
    }
    if (exposures_.only_before(&function, starter.function)) return;
    const bool seen_called = exposures_.has_sites(&function) || function.is_destructor;
    for (const Touch& touch : other.touches) {
      const Accessed& mine = touch.accessed;
      if (mine.on_thread || places_.root_kind(mine.place) != Root::This || after_join(mine, started.handle)) continue;
      if (&other == &starter && touch.live.empty()) continue;
      if (exposures_.outside(starter.function) == Exposure::None && touch.before_start) continue;
      for (const Accessed& theirs : started.accesses) {
        if (places_.root_kind(theirs.place) != Root::This || !can_race(mine, theirs)) continue;
        if (callers_lock(touch, theirs, function) || in_same_once(mine, started, function)) continue;
        const auto waits_for = [&](PlaceId flag) { return exposures_.only_after(&function, flag); };
        if (std::any_of(theirs.sync_after.begin(), theirs.sync_after.end(), waits_for)) continue;
        const bool published = mine.published || theirs.published;
        if (!published && perhaps_apart(mine, theirs, &function)) continue;
        if (mine.atomic && theirs.atomic) {
          if (splits(mine, theirs))
            add(Race::Evidence::Thread, Profile::Default, mine.place, mine, theirs, function, *starter.function);
          else
            add(Race::Evidence::Thread, Profile::Default, mine.place, theirs, mine, *starter.function, function);
          continue;
        }
        const bool calm = mine.assumed || theirs.assumed || mine.unnamed_lock || theirs.unnamed_lock ||
                          perhaps_common_lock(mine, theirs) || stays_put(mine, theirs, &function);
        const bool quiet = calm        ? true
                           : published ? false
                                       : follows_foreign_pointer(mine.place) || (!seen_called && !mine.write);
        add(Race::Evidence::Thread, quiet ? Profile::Strict : Profile::Default, mine.place, mine, theirs, function,
            *starter.function);
      }
    }
  }

  PlaceId joined_base(PlaceId handle) const {
    while (!places_.is_root(handle) && places_.step_kind(handle) == Step::Kind::Element)
      handle = places_.parent(handle);
    return handle;
  }
  bool after_join(const Accessed& accessed, PlaceId handle) const {
    if (handle == no_place) return false;
    return std::any_of(accessed.joined.begin(), accessed.joined.end(), [&](PlaceId joined) {
      return places_.has_prefix(handle, joined) || places_.has_prefix(joined, handle);
    });
  }

  // ---- globals: which threads may run when a function is entered

  struct Running {
    const FunctionFlow* flow;
    unsigned id;
    auto operator<=>(const Running&) const = default;
  };

  bool has_global_accesses(const Started& started) const {
    return !started.pooled && std::any_of(started.accesses.begin(), started.accesses.end(), [&](const Accessed& a) {
      return places_.root_kind(a.place) == Root::Global;
    });
  }

  void globals_by_thread(const std::vector<const FunctionFlow*>& flows) {
    std::map<const Function*, std::set<Running>> at_entry;
    for (bool changed = true; changed;) {
      changed = false;
      for (const FunctionFlow* flow : flows)
        for (const CallSite& site : flow->sites) {
          // Under a lock: the caller's own accesses, with those that it makes down here, know which one.
          if (site.on_new_thread || !site.held.empty()) continue;
          std::set<Running>& into = at_entry[site.callee];
          const std::size_t before = into.size();
          for (unsigned id : site.live)
            if (has_global_accesses(flow->started[id])) into.insert({flow, id});
          const std::set<Running> of_caller = at_entry[flow->function];
          into.insert(of_caller.begin(), of_caller.end());
          changed |= into.size() != before;
        }
    }
    for (const FunctionFlow* flow : flows) {
      const std::set<Running>& running = at_entry[flow->function];
      for (const Running& thread : running) globals_against(*flow, thread.flow->started[thread.id]);
    }
  }

  // Which lock its caller gave it, the caller knows.
  bool is_under_given_lock(const Accessed& accessed) const {
    return std::any_of(accessed.locks.begin(), accessed.locks.end(),
                       [&](const auto& lock) { return places_.root_kind(lock.first) == Root::Param; });
  }

  void globals_against(const FunctionFlow& flow, const Started& thread) {
    const Function* body = exposures_.once_body(thread.origin);
    if (body && exposures_.once_body(flow.function) == body) return;  // it starts the thread later, once
    for (const Accessed& theirs : thread.accesses) {
      if (places_.root_kind(theirs.place) != Root::Global) continue;
      for (const Touch& touch : flow.touches)
        if (!touch.accessed.on_thread && !touch.accessed.hops && !is_under_given_lock(touch.accessed))
          thread_pair(touch.accessed, theirs, *flow.function);
      for (const Started& started : flow.started)
        for (const Accessed& mine : started.accesses)
          if (places_.root_kind(mine.place) == Root::Global) thread_pair(mine, theirs, *flow.function);
    }
  }

  Teams teams_;
  Meeting meeting_{engine_.known, teams_};
};

}  // namespace

std::vector<Race> races_by_thread(const RaceContext& context) { return ThreadRaces(context).run(); }

}  // namespace ferrule
