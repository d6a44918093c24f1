// A lock guards the place elsewhere, and this access does not hold it.
#include "checks/detect/belief.h"
#include "checks/detect/excuses.h"
#include "checks/detect/lifetimes.h"
#include "checks/detect/race_pairs.h"

namespace ferrule {
namespace {

class LockRaces : public RacePairs {
 public:
  explicit LockRaces(const RaceContext& context)
      : RacePairs(context), sightings_(context.engine), lifetimes_(context.engine) {}

  std::vector<Race> run() {
    for (const auto& [group, all] : sightings_.groups())
      if (!is_concurrency_type(type_of(group, nullptr))) count_members(group, all);
    for (const auto& [group, all] : sightings_.groups())
      if (!is_concurrency_type(type_of(group, nullptr))) by_lock_of(group_of(group, all));
    return std::move(races_);
  }

 private:
  using All = std::vector<Sighting>;
  /// What is seen of a member or a global.
  struct Group {
    PlaceId place = no_place;
    const All& all;
    All counting = {};  ///< of them those that count
  };
  /// The lock of a group, and what is seen of it.
  struct Guard {
    PlaceId lock = no_place;
    Observations seen = {};
    double belief = 0;
    std::string name = {};                      // which of two equals it is must not depend on the order of places
    std::vector<const Sighting*> holders = {};  ///< those that count and hold it, if only to read
  };

  // ---- what counts

  // Others have the object, and the access is to plain data of it.
  bool counts(const Sighting& sighting) const {
    const Function& function = sighting.function();
    const Accessed& accessed = sighting.touch->accessed;
    if (accessed.atomic || accessed.published) return false;
    // A call that may write shows what its lock is meant for; that it does write, nobody saw.
    if (accessed.assumed && !(accessed.write && !accessed.locks.empty())) return false;
    const bool makes_or_ends = function.is_constructor || function.is_destructor;
    if (makes_or_ends && places_.root_kind(accessed.place) != Root::Param) return false;
    if (function.is_defaulted) return false;
    return !guarding_.is_birth_or_end(accessed);
  }

  // May somebody who does not hold the lock call the function on an object that others have?
  bool is_entry(const Sighting& sighting) const {
    const Function& function = sighting.function();
    if (function.is_destructor) return false;
    const Root root = places_.root_kind(sighting.touch->accessed.place);
    if (root == Root::Local || root == Root::Result)
      return false;  // the function's own, until a thread is seen to have it
    if (function.is_constructor) return !exposures_.always_locked(&function);  // its argument is what others have
    if (exposures_.any(&function) == Exposure::None) return false;
    const bool open = function.visibility == Visibility::Public || function.visibility == Visibility::None;
    if (open || engine_.address_taken.contains(&function) || !function.overrides.empty())
      return !exposures_.always_locked(&function);
    return exposures_.called_from_outside_unlocked(&function);
  }

  // Held by a callee on some ways only, which what it is told may tell apart, or by the caller, as the function says.
  bool perhaps_held(const Sighting& sighting, PlaceId lock) const {
    return may_be_held(*sighting.view, lock) || guarding_.is_given_guard(sighting.function());
  }

  bool is_ordered(const Sighting& sighting, PlaceId lock) const {
    return sighting.touch->before_start || !sighting.view->joined.empty() || lifetimes_.is_birth_or_end(sighting, lock);
  }

  // How many members a function touches of one object, with the lock held.
  void count_members(PlaceId group, const All& all) {
    if (!is_data(group)) return;
    for (const Sighting& sighting : all)
      for (const auto& [lock, shared] : sighting.view->locks)
        members_[{sighting.flow, sighting.owner, lock}].insert(group);
  }

  bool shows(PlaceId lock, PlaceId group, const Sighting& sighting) const {
    return places_.root_kind(lock) == places_.root_kind(group) && guarding_.can_guard(lock, sighting.view->place) &&
           guarding_.is_meant(lock, *sighting.view) && !guarding_.belongs_to_lock(group, lock);
  }

  // A copy, a move, a swap, a comparison: two objects of one class. That they go without is one habit, not many.
  const Function* author(const Sighting& sighting) const {
    const Function& function = *sighting.touch->accessed.in;
    const bool takes_another =
        places_.root_kind(sighting.touch->accessed.place) == Root::Param && !function.record.empty();
    return function.is_assignment || function.is_constructor || takes_another ? nullptr : &function;
  }

  Group group_of(PlaceId place, const All& all) const {
    Group group{place, all};
    std::copy_if(all.begin(), all.end(), std::back_inserter(group.counting),
                 [&](const Sighting& sighting) { return counts(sighting); });
    return group;
  }

  Observations observe(PlaceId lock, const Group& group) {
    std::set<const Function*> holding, holding_writers, bare, bare_writers;
    Observations seen;
    for (const Sighting& sighting : group.counting) {
      const Accessed& view = *sighting.view;
      if (is_ordered(sighting, lock)) continue;
      const bool holds_it = view.locks.contains(lock);
      if (holds_it ? !shows(lock, group.place, sighting) : !is_entry(sighting) || perhaps_held(sighting, lock))
        continue;
      (holds_it ? holding : bare).insert(author(sighting));
      if (view.write) (holds_it ? holding_writers : bare_writers).insert(author(sighting));
      const auto members = members_.find({sighting.flow, sighting.owner, lock});
      if (!holds_it || members == members_.end()) continue;
      const std::size_t count = members->second.size();
      seen.fewest_members = seen.fewest_members == 0 ? count : std::min(seen.fewest_members, count);
    }
    seen.holding = holding.size();
    seen.holding_writers = holding_writers.size();
    seen.bare = bare.size();
    seen.bare_writers = bare_writers.size();
    return seen;
  }

  // ---- which lock is meant

  void by_lock_of(const Group& group) {
    if (const PlaceId lock = declared_lock(group.place); lock != no_place) {
      Guard guard{lock, observe(lock, group)};
      guard.seen.is_declared = true;
      strays(guard, group);
      return;
    }
    std::set<PlaceId> candidates;
    for (const Sighting& sighting : group.counting)
      for (const auto& [lock, shared] : sighting.view->locks)
        if (shows(lock, group.place, sighting)) candidates.insert(lock);
    Guard best;
    for (PlaceId lock : candidates) {
      Guard guard{lock, observe(lock, group)};
      guard.belief = belief(guard.seen);
      guard.name = name_of_lock(lock, group.all.front().function());
      const auto order = [](const Guard& g) {
        return std::tie(g.seen.holding_writers, g.belief, g.seen.holding, g.name);
      };
      if (guard.seen.holding != 0 && (best.lock == no_place || order(best) < order(guard))) best = std::move(guard);
    }
    if (best.lock != no_place) strays(best, group);
  }

  // The lock that the authors named with a thread-safety attribute.
  PlaceId declared_lock(PlaceId group) const {
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

  // ---- who strays

  void strays(Guard& guard, const Group& group) {
    for (const Sighting& sighting : group.counting)
      if (sighting.view->locks.contains(guard.lock) && !is_ordered(sighting, guard.lock))
        guard.holders.push_back(&sighting);
    for (const Sighting& sighting : group.counting) stray(guard, sighting, group.all);
  }

  void stray(const Guard& guard, const Sighting& sighting, const All& all) {
    const Accessed& view = *sighting.view;
    const Function& function = sighting.function();
    const PlaceId lock = guard.lock;
    if (view.assumed || holds(view, lock) || !is_data(view.place) || !guarding_.can_guard(lock, view.place)) return;
    const bool entered = is_entry(sighting);
    const bool from_outside = function.is_constructor || exposures_.any(&function) != Exposure::None;
    if (!entered && !(view.on_thread && from_outside)) return;
    if (is_ordered(sighting, lock) || is_reset_after_wait(lock, sighting, all)) return;
    const bool shared_only = view.locks.contains(lock);
    if (shared_only && !is_whole_member(view.place)) return;
    const Sighting* partner = partner_of(guard, sighting);
    if (!partner && !guard.seen.is_declared) return;
    const Excuse excuse = excuse_of(guard, sighting, all);
    const bool is_strict = excuse != Excuse::None || !is_believed(guard.seen);
    const Sighting& other = partner ? *partner : sighting;
    const Accessed& access = sighting.touch->accessed;
    add(Race::Evidence::Lock, is_strict ? Profile::Strict : Profile::Default, access.place, access,
        other.touch->accessed, function, other.function(), name_of_lock(lock, function));
    Race& race = races_.back();
    if (!partner) race.second = {};
    race.root = function.key;
    race.is_held_shared = shared_only;
    race.belief = in_words(guard.seen);
    race.doubt = excuse != Excuse::None ? std::string(in_words(excuse))
                 : is_strict            ? "only " + in_words(guard.seen)
                                        : "";
    race.first.blamed = in_own_text(access);
  }

  // What the access may meet: a write, if there is one.
  const Sighting* partner_of(const Guard& guard, const Sighting& stray) const {
    const Accessed& view = *stray.view;
    const bool holds_shared = view.locks.contains(guard.lock);
    const Sighting* partner = nullptr;
    for (const Sighting* other : guard.holders) {
      const Accessed& theirs = *other->view;
      if (!(holds_shared || holds(theirs, guard.lock)) || (partner && !theirs.write) || !conflict(view, theirs) ||
          common_lock(view, theirs) || (ordered(view, theirs) && !is_raised_again(*other, stray)) ||
          on_one_thread(view, theirs))
        continue;
      partner = other;
      if (theirs.write) break;
    }
    return partner;
  }

  // A flag orders the first write before who has seen it, not a second one: unless the writer looks at the flag, too.
  bool is_raised_again(const Sighting& writer, const Sighting& reader) const {
    const Accessed& write = writer.touch->accessed;
    if (!write.write || write.hops || comes_before(*reader.view, *writer.view)) return false;
    const std::vector<Touch>& touches = writer.flow->touches;
    return std::all_of(write.sync_after.begin(), write.sync_after.end(), [&](PlaceId flag) {
      const auto is_of_flag = [&](const Touch& touch) { return touch.accessed.atomic && touch.accessed.place == flag; };
      const auto looks = [&](const Touch& touch) {
        return is_of_flag(touch) && !touch.accessed.write &&
               leads_to(writer.function(), touch.event, writer.touch->event);
      };
      return std::any_of(touches.begin(), touches.end(), is_of_flag) &&
             std::none_of(touches.begin(), touches.end(), looks);
    });
  }

  // Not what an element or a pointer leads to: whose that is, the lock of the whole need not say.
  bool is_whole_member(PlaceId place) const {
    for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
      if (places_.step_kind(at) != Step::Kind::Field) return false;
    return true;
  }

  Excuse excuse_of(const Guard& guard, const Sighting& stray, const All& all) const {
    const Accessed& view = *stray.view;
    const auto in = engine_.flows.find(view.in);
    const FunctionFlow* own = in == engine_.flows.end() ? nullptr : in->second.get();
    if (is_not_analysed(view)) return Excuse::NotAnalysed;
    if (may_be_held(view, guard.lock)) return Excuse::MayBeHeld;
    if (guarding_.is_given_guard(stray.function())) return Excuse::GuardGiven;
    if (is_taken_out(stray, guard.lock, all)) return Excuse::TakenOut;
    if (follows_foreign_pointer(view.place)) return Excuse::ForeignObject;
    if (is_moved_from(stray, places_, program_)) return Excuse::MovedFrom;
    if (guard.seen.is_declared) return Excuse::None;
    if (is_given_up(view, guard.lock, own)) return Excuse::GivenUp;
    if (holds_other_lock(view, guard.lock, places_)) return Excuse::OtherLock;
    return Excuse::None;
  }

  // Who alone writes a member, always with the lock, may read it without: both are done by one thread.
  bool on_one_thread(const Accessed& a, const Accessed& b) const {
    const Function* thread = exposures_.sole_thread(a.in);
    return thread && exposures_.sole_thread(b.in) == thread;
  }

  // `{ lock; quit_ = true; } task_.join(); quit_ = false;`: whom the function told under the lock it waited for since.
  bool is_reset_after_wait(PlaceId lock, const Sighting& sighting, const All& all) const {
    const Accessed& reset = *sighting.view;
    return reset.write && std::any_of(all.begin(), all.end(), [&](const Sighting& told) {
             const Accessed& before = *told.view;
             return told.flow == sighting.flow && told.owner == sighting.owner && before.in == reset.in &&
                    before.place == reset.place && before.write && holds(before, lock) &&
                    told.touch->event <= sighting.touch->event &&
                    std::any_of(reset.sync_before.begin(), reset.sync_before.end(), [&](PlaceId waited) {
                      return places_.root_kind(waited) == Root::This && !places_.has_deref(waited) &&
                             !before.sync_before.contains(waited);
                    });
           });
  }

  // An access in a helper is the fault of the function that calls it without the lock: others call it with the lock.
  static Location in_own_text(const Accessed& accessed) {
    for (Hops at = accessed.hops; at; at = at->next)
      if (!at->callee->is_closure_body) return *at->where;
    return *accessed.where;
  }

  const Sightings sightings_;
  const Lifetimes lifetimes_;
  std::map<std::tuple<const FunctionFlow*, PlaceId, PlaceId>, std::set<PlaceId>> members_;  // (function, owner, lock)
};

}  // namespace

std::vector<Race> races_by_lock(const RaceContext& context) { return LockRaces(context).run(); }

}  // namespace ferrule
