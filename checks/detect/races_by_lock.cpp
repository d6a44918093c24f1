// A lock guards the place elsewhere, and this access does not hold it.
#include "checks/detect/race_pairs.h"

namespace ferrule {
namespace {

class LockRaces : public RacePairs {
 public:
  using RacePairs::RacePairs;

  std::vector<Race> run() {
    by_lock(engine_.all());
    return std::move(races_);
  }

 private:
  /// An access with the function whose terms its place is in.
  struct Seen {
    const FunctionFlow* flow;
    const Touch* touch;
    const Accessed& accessed() const { return touch->accessed; }
  };

  // Held by a callee on some ways only, which what it is told may tell apart, or by the caller, as the function says.
  bool perhaps_held(const Seen& seen, PlaceId lock) const {
    const bool by_flag = seen.accessed().hops && seen.accessed().perhaps.contains(lock);
    return by_flag || seen.accessed().told.contains(lock) || is_asserted(*seen.touch, lock) ||
           guarding_.is_given_guard(*seen.flow->function);
  }

  // The author says that the analysis of locks does not understand the function.
  static bool is_exempt(const Accessed& accessed) {
    bool exempt = accessed.in->locks.not_analysed;
    for (Hops at = accessed.hops; at; at = at->next) exempt |= at->callee->locks.not_analysed;
    return exempt;
  }

  bool is_entry(const Function& function) const {
    if (function.is_constructor || function.is_destructor || function.is_assignment) return false;
    if (exposures_.any(&function) == Exposure::None) return false;
    const bool open = function.visibility == Visibility::Public || function.visibility == Visibility::None;
    if (open || engine_.address_taken.contains(&function) || !function.overrides.empty())
      return !exposures_.always_locked(&function);
    return exposures_.called_from_outside_unlocked(&function);
  }

  // The group an access belongs to: a field of the class, or a global.
  PlaceId group_of(PlaceId place) const {
    if (places_.root_kind(place) == Root::Global) return places_.root_of(place);
    if (places_.root_kind(place) != Root::This || places_.is_root(place)) return no_place;
    const PlaceId first = places_.first_step(place);
    return places_.step_kind(first) == Step::Kind::Field ? first : no_place;
  }

  void by_lock(const std::vector<const FunctionFlow*>& flows) {
    std::map<PlaceId, std::vector<Seen>> groups;
    for (const FunctionFlow* flow : flows) {
      const Function& function = *flow->function;
      if (function.is_constructor || function.is_destructor || function.is_assignment) continue;
      const Record* record = program_.record(function.record);
      if (record && record->is_closure) continue;  // seen where the closure is called, or as a thread
      for (const Touch& touch : flow->touches) {
        const PlaceId group = group_of(touch.accessed.place);
        // Globals are the same in every function: each access counts once, where it is written.
        if (group == no_place || touch.accessed.atomic || touch.accessed.published || touch.accessed.assumed ||
            guarding_.is_birth_or_end(touch.accessed))
          continue;
        groups[group].push_back({flow, &touch});
      }
    }
    for (const auto& [group, seen] : groups)
      if (!is_concurrency_type(type_of(group, nullptr))) by_lock_of(group, seen);
  }

  struct Counted {
    std::set<const Location*> reads;
    std::set<const Location*> writes;
  };

  bool holds(const Accessed& accessed, PlaceId lock) const {
    auto it = accessed.locks.find(lock);
    return it != accessed.locks.end() && !(accessed.write && it->second);
  }

  void by_lock_of(PlaceId group, const std::vector<Seen>& all) {
    std::map<PlaceId, Counted> locked;
    for (const Seen& seen : all)
      for (const auto& [lock, shared] : seen.accessed().locks)
        if (places_.root_kind(lock) == places_.root_kind(group) && holds(seen.accessed(), lock) &&
            shows(lock, group, seen))
          (seen.accessed().write ? locked[lock].writes : locked[lock].reads).insert(seen.accessed().where);
    if (const PlaceId declared_lock = annotated_lock(group); declared_lock != no_place) {
      for (const Seen& seen : all) stray(declared_lock, true, seen, all);
      return;
    }
    if (locked.empty()) return;
    const auto weight = [&](const auto& candidate) {
      const Counted& counted = candidate.second;
      return std::tuple(!counted.writes.empty(), has_narrow_witness(candidate.first, all),
                        counted.reads.size() + counted.writes.size());
    };
    const auto guard = std::max_element(locked.begin(), locked.end(),
                                        [&](const auto& a, const auto& b) { return weight(a) < weight(b); });
    const PlaceId lock = guard->first;
    std::set<const Location*> strays;
    // Functions whose own text has the access: those that merely call them say nothing of the author's habits.
    std::set<const Function*> careful;
    std::set<const Function*> forgetful;
    for (const Seen& seen : all)
      if (holds(seen.accessed(), lock)) {
        careful.insert(seen.accessed().in);
      } else if (is_entry(*seen.flow->function) && !perhaps_held(seen, lock)) {
        strays.insert(seen.accessed().where);
        forgetful.insert(seen.accessed().in);
      }
    const std::size_t kept = guard->second.reads.size() + guard->second.writes.size();
    // One read under a lock that was taken for something else is no evidence that the lock is meant for it.
    // Nor are reads alone, deep in a large critical section, or one access of many.
    // One function forgets a lock, or a few of many: where more do without, its authors mean something else by it.
    const bool rare = forgetful.size() == 1 || (forgetful.size() <= 8 && 2 * forgetful.size() <= careful.size());
    const bool believed = !guard->second.writes.empty() && 3 * kept >= strays.size();
    const bool strong = ((believed && has_narrow_witness(lock, all)) || is_devoted(group, lock, all)) && rare;

    for (const Seen& seen : all) stray(lock, strong, seen, all);
  }

  bool shows(PlaceId lock, PlaceId group, const Seen& seen) const {
    return guarding_.can_guard(lock, seen.accessed().place) && guarding_.is_meant(lock, seen.accessed()) &&
           !guarding_.belongs_to_guard(group, lock);
  }

  // The lock that the authors named with a thread-safety attribute.
  PlaceId annotated_lock(PlaceId group) const {
    std::optional<Place> lock;
    bool pointee = false;
    if (places_.is_root(group)) {
      if (const Global* global = program_.global(places_.root_key(group)))
        lock = global->guarded_by, pointee = global->guards_pointee;
    } else if (const Field* field = program_.field(places_.field_key(group))) {
      lock = field->guarded_by, pointee = field->guards_pointee;
    }
    if (!lock || pointee) return no_place;
    return engine_.named_lock(*lock).front();
  }

  // A critical section that spans half of the class says of none of its members that the lock is meant for it: set-up
  // and hand-over happen to hold it. Somewhere the lock is taken for a few members, with this one among them.
  bool has_narrow_witness(PlaceId lock, const std::vector<Seen>& all) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Seen& seen) { return holds(seen.accessed(), lock) && width(*seen.flow, lock) <= 8; });
  }

  // How many members a function touches with the lock held.
  std::size_t width(const FunctionFlow& flow, PlaceId lock) {
    const auto [it, is_new] = widths_.try_emplace({&flow, lock});
    if (is_new) {
      std::set<PlaceId> members;
      for (const Touch& touch : flow.touches)
        if (touch.accessed.locks.contains(lock))
          if (const PlaceId group = group_of(touch.accessed.place); group != no_place && is_data(group))
            members.insert(group);
      it->second = members.size();
    }
    return it->second;
  }

  // Does some function take the lock for nothing but this?
  bool is_devoted(PlaceId group, PlaceId lock, const std::vector<Seen>& all) const {
    return std::any_of(all.begin(), all.end(), [&](const Seen& seen) {
      if (!holds(seen.accessed(), lock)) return false;
      const std::vector<Touch>& touches = seen.flow->touches;
      return std::all_of(touches.begin(), touches.end(), [&](const Touch& touch) {
        const PlaceId other = group_of(touch.accessed.place);
        return other == group || other == no_place || !touch.accessed.locks.contains(lock) || !is_data(other) ||
               touch.accessed.assumed;
      });
    });
  }

  void stray(PlaceId lock, bool strong, const Seen& seen, const std::vector<Seen>& all) {
    const Accessed& accessed = seen.accessed();
    const Function& function = *seen.flow->function;
    if (holds(accessed, lock) || !is_data(accessed.place) || !guarding_.can_guard(lock, accessed.place)) return;
    if (!is_entry(function) && !accessed.on_thread) return;
    if (accessed.on_thread && !is_entry(function) && !function.is_constructor &&
        exposures_.any(&function) == Exposure::None)
      return;
    if (seen.touch->before_start || !accessed.joined.empty() || is_reset_after_wait(lock, seen, all)) return;
    const Seen* partner = nullptr;
    for (const Seen& other : all) {
      if (!holds(other.accessed(), lock) || !conflict(accessed, other.accessed()) ||
          common_lock(accessed, other.accessed()) || ordered(accessed, other.accessed()) ||
          on_one_thread(accessed, other.accessed()))
        continue;
      if (!partner || (other.accessed().write && !partner->accessed().write)) partner = &other;
    }
    const bool annotated = annotated_lock(group_of(accessed.place)) == lock;
    if (!partner && !annotated) return;
    const bool gave_up = accessed.released.contains(lock);  // deliberately, a few lines above
    const bool other_lock = accessed.locks.size() > accessed.locks.count(lock);
    const bool foreign = follows_foreign_pointer(accessed.place);
    const bool strict = !strong || is_exempt(accessed) || perhaps_held(seen, lock) || taken_out(seen, lock, all) ||
                        (gave_up && !annotated) || (other_lock && !annotated) || foreign;
    const Seen& other = partner ? *partner : seen;
    add(Race::Evidence::Lock, strict ? Profile::Strict : Profile::Default, accessed.place, accessed, other.accessed(),
        function, *other.flow->function, name_of_lock(lock, function));
    if (!partner) races_.back().second = {};
    races_.back().root = function.key;
    races_.back().first.blamed = in_own_text(accessed);
  }

  // Who alone writes a member, always with the lock, may read it without: both are done by one thread.
  bool on_one_thread(const Accessed& a, const Accessed& b) const {
    const Function* thread = exposures_.sole_thread(a.in);
    return thread && exposures_.sole_thread(b.in) == thread;
  }

  // `{ lock; quit_ = true; } task_.join(); quit_ = false;`: whom the function told under the lock it waited for since.
  bool is_reset_after_wait(PlaceId lock, const Seen& seen, const std::vector<Seen>& all) const {
    const Accessed& reset = seen.accessed();
    return reset.write && std::any_of(all.begin(), all.end(), [&](const Seen& told) {
             const Accessed& before = told.accessed();
             return told.flow == seen.flow && before.in == reset.in && before.place == reset.place && before.write &&
                    holds(before, lock) && told.touch->event <= seen.touch->event &&
                    std::any_of(reset.sync_before.begin(), reset.sync_before.end(), [&](PlaceId waited) {
                      return places_.root_kind(waited) == Root::This && !places_.has_deref(waited) &&
                             !before.sync_before.contains(waited);
                    });
           });
  }

  // A function of its own takes the value out under the lock and goes on with it alone, or makes room for it before:
  // nobody else holds the lock for it.
  bool taken_out(const Seen& seen, PlaceId lock, const std::vector<Seen>& all) const {
    return std::all_of(all.begin(), all.end(), [&](const Seen& other) {
      if (!holds(other.accessed(), lock)) return true;
      return other.flow == seen.flow && (seen.accessed().write || other.touch->event < seen.touch->event);
    });
  }

  // An access in a helper is the fault of the function that calls it without the lock: others call it with the lock.
  static Location in_own_text(const Accessed& accessed) {
    for (Hops at = accessed.hops; at; at = at->next)
      if (!at->callee->is_closure_body) return *at->where;
    return *accessed.where;
  }

  std::map<std::pair<const FunctionFlow*, PlaceId>, std::size_t> widths_;
};

}  // namespace

std::vector<Race> races_by_lock(const RaceContext& context) { return LockRaces(context).run(); }

}  // namespace ferrule
