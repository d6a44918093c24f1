#include "checks/judge/races.h"

#include "checks/judge/exposure.h"
#include "checks/judge/flow/engine.h"
#include "checks/judge/guarding.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ferrule {
namespace {

template <class Set>
bool meets(const Set& a, const Set& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& item) { return b.contains(item); });
}

class RaceFinder {
 public:
  explicit RaceFinder(const Flow& flow)
      : engine_(flow.engine()), program_(engine_.program), places_(engine_.places), exposures_(engine_), guarding_(engine_) {
    for (const Function& function : program_.facts().functions)
      if (function.is_constructor) find_owned(function);
  }

  std::vector<Race> run() {
    const std::vector<const FunctionFlow*> flows = engine_.all();
    by_lock(flows);
    for (const FunctionFlow* flow : flows) by_thread_inside(*flow);
    by_thread_of_class(flows);
    globals_by_thread(flows);
    return chosen();
  }

 private:
  /// An access with the function whose terms its place is in.
  struct Seen {
    const FunctionFlow* flow;
    const Touch* touch;
    const Accessed& accessed() const { return touch->accessed; }
  };

  // ---- what decides about a pair

  bool conflict(const Accessed& a, const Accessed& b) const {
    if ((!a.write && !b.write) || (a.atomic && b.atomic)) return false;
    const bool a_longer = places_.depth(a.place) >= places_.depth(b.place);
    const Accessed& longer = a_longer ? a : b;
    const Accessed& shorter = a_longer ? b : a;
    if (share_a_word(a.place, b.place)) return true;
    if (!places_.has_prefix(longer.place, shorter.place) || places_.derefs_between(shorter.place, longer.place)) return false;
    if (longer.place == shorter.place) return true;
    // Elements are apart from the container that holds them: only changing the container itself touches them.
    for (PlaceId at = longer.place; at != shorter.place; at = places_.parent(at))
      if (places_.step_kind(at) == Step::Kind::Element) return shorter.write;
    return true;
  }

  // Neighbouring bit-fields are one memory location.
  bool share_a_word(PlaceId a, PlaceId b) const {
    if (a == b || places_.is_root(a) || places_.is_root(b) || places_.parent(a) != places_.parent(b)) return false;
    const Record* record = program_.record_of_field(places_.field_key(a));
    if (!record || record != program_.record_of_field(places_.field_key(b))) return false;
    const auto at = [&](PlaceId place) {
      return std::find_if(record->fields.begin(), record->fields.end(), [&](const Field& f) { return f.key == places_.field_key(place); });
    };
    auto first = at(a);
    auto last = at(b);
    if (last < first) std::swap(first, last);
    if (last == record->fields.end()) return false;
    return std::all_of(first, last + 1, [](const Field& field) { return field.is_bit_field; });
  }

  // Which element each access means, nobody knows: workers that share a container by index are the rule.
  bool perhaps_apart(PlaceId place, const Function* function) const {
    for (; !places_.is_root(place); place = places_.parent(place))
      if (places_.step_kind(place) == Step::Kind::Element && !is_packed(type_of(places_.parent(place), function))) return true;
    return false;
  }

  // std::vector<bool> keeps many elements in one word.
  bool is_packed(const Type* type) const {
    const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    if (!record || record->name != "std::vector" || record->arguments.empty()) return false;
    const Type* element = program_.type(record->arguments.front().type);
    return element && element->spelling == "bool";
  }

  static bool common_lock(const Accessed& a, const Accessed& b) {
    for (const auto& [lock, shared] : a.locks) {
      auto other = b.locks.find(lock);
      if (other == b.locks.end()) continue;
      const bool a_fits = !a.write || !shared;
      const bool b_fits = !b.write || !other->second;
      if (a_fits && b_fits) return true;
    }
    return false;
  }

  static bool ordered(const Accessed& a, const Accessed& b) {
    return meets(a.sync_before, b.sync_after) || meets(b.sync_before, a.sync_after);
  }

  bool can_race(const Accessed& a, const Accessed& b) const {
    return conflict(a, b) && !common_lock(a, b) && !ordered(a, b) && is_data(a.place) && is_data(b.place);
  }

  const Type* type_of(PlaceId place, const Function* function) const {
    if (!places_.is_root(place))
      return places_.step_kind(place) == Step::Kind::Field ? field_type(places_.field_key(place)) : nullptr;
    const unsigned index = places_.root_index(place);
    switch (places_.root_kind(place)) {
      case Root::Global: {
        const Global* global = program_.global(places_.root_key(place));
        return global ? program_.type(global->type) : nullptr;
      }
      case Root::Local: return function && index < function->locals.size() ? program_.type(function->locals[index].type) : nullptr;
      case Root::Param: return function && index < function->params.size() ? program_.type(function->params[index].type) : nullptr;
      default: return nullptr;
    }
  }
  const Type* field_type(const std::string& key) const {
    const Field* field = program_.field(key);
    return field ? program_.type(field->type) : nullptr;
  }

  bool is_concurrency_type(const Type* type) const {
    while (type && (type->kind == TypeKind::Array || type->kind == TypeKind::Reference)) type = program_.type(type->target);
    if (!type) return false;
    if (type->kind == TypeKind::Atomic) return true;
    const Record* record = type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    if (!record) return false;
    if (record->has_lock_methods || record->is_capability || record->is_scoped_capability) return true;
    const ClassKnowledge* known = engine_.class_of(*record);
    return known && known->is != Is::Pointer && known->is != Is::Callable && known->is != Is::Container;
  }

  // Locks, atomics, thread handles and constants are not what races are about.
  bool is_data(PlaceId place, const Function* function = nullptr) const {
    for (PlaceId at = place; at != no_place; at = places_.is_root(at) ? no_place : places_.parent(at)) {
      const Type* type = type_of(at, function);
      if (is_concurrency_type(type)) return false;
      if (at == place && type && type->is_const) return false;
      if (at == place && type && type->is_volatile && type->spelling.find("sig_atomic_t") != std::string::npos) return false;
    }
    return true;
  }

  // ---- for people

  std::string name_of(PlaceId place, const Function& function) const {
    return describe(places_.expand(place), function, program_);
  }

  // A lock that wraps another goes by its own name: 'mutex_', not 'mutex_.mu_'.
  std::string name_of_lock(PlaceId lock, const Function& function) const {
    const PlaceId outer = places_.is_root(lock) ? no_place : places_.parent(lock);
    const Type* type = outer == no_place ? nullptr : type_of(outer, &function);
    const Record* wrapper = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    if (!wrapper || wrapper->is_closure) return name_of(lock, function);
    const std::vector<std::string> inner = engine_.wrapped_locks(*wrapper);
    const bool wraps = std::find(inner.begin(), inner.end(), places_.field_key(lock)) != inner.end();
    return name_of(wraps ? outer : lock, function);
  }

  RaceSide side(const Accessed& accessed, const Function& root) const {
    RaceSide made;
    made.where = made.blamed = *accessed.where;
    made.function = accessed.in->name;
    made.is_write = accessed.write;
    for (const auto& [lock, shared] : accessed.locks) made.locks.push_back(name_of_lock(lock, root));
    std::sort(made.locks.begin(), made.locks.end());
    for (Hops at = accessed.hops; at; at = at->next) {
      made.on_thread |= at->starts_thread;
      const std::string callee = at->callee->is_closure_body ? "the closure" : '\'' + at->callee->name + '\'';
      made.way.push_back({*at->where, at->starts_thread ? "a thread that runs " + callee + " starts here" : callee + " is called here"});
    }
    return made;
  }

  std::string subject_of(PlaceId place, const Function& function) const {
    for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
      if (places_.step_kind(at) == Step::Kind::Field) return places_.field_key(at);
    if (places_.root_kind(place) == Root::Global) return places_.root_key(place);
    return function.key + '#' + name_of(place, function);
  }

  Location declared(PlaceId place, const Function& function) const {
    for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
      if (places_.step_kind(at) == Step::Kind::Field)
        if (const Field* field = program_.field(places_.field_key(at))) return field->where;
    const unsigned index = places_.root_index(place);
    switch (places_.root_kind(place)) {
      case Root::Global: return program_.global(places_.root_key(place))->where;
      case Root::Local: return index < function.locals.size() ? function.locals[index].where : Location{};
      case Root::Param: return index < function.params.size() ? function.params[index].where : Location{};
      default: return {};
    }
  }

  void add(Race::Evidence evidence, Profile profile, PlaceId place, const Accessed& first, const Accessed& second,
           const Function& root, const Function& second_root, std::string lock = {}) {
    Race race;
    race.evidence = evidence;
    race.profile = profile;
    race.name = name_of(place, root);
    race.subject = subject_of(place, root);
    race.declared = declared(place, root);
    race.lock = std::move(lock);
    race.first = side(first, root);
    race.second = side(second, second_root);
    races_.push_back(std::move(race));
  }

  // ---- a lock guards it elsewhere

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

  // A pointer that the constructor sets to a new object.
  void find_owned(const Function& constructor) {
    for (const Event& event : constructor.events)
      if (event.kind == Event::Kind::Assign && event.is_initialisation && event.value.kind == Value::Kind::Fresh &&
          event.place.root == Root::This && event.place.steps.size() == 1)
        owned_.insert(event.place.steps.front().field);
  }

  // A raw or shared pointer does not say whose the object is; a sole owner's object is part of the class.
  bool follows_foreign_pointer(PlaceId place) const {
    for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at)) {
      if (places_.step_kind(at) != Step::Kind::Deref) continue;
      const PlaceId pointer = places_.parent(at);
      if (!places_.is_root(pointer) && places_.step_kind(pointer) == Step::Kind::Field && owned_.contains(places_.field_key(pointer)))
        continue;
      const Type* type = places_.is_root(pointer) ? nullptr : type_of(pointer, nullptr);
      const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
      if (!record || record->name != "std::unique_ptr") return true;
    }
    return false;
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
        if (group == no_place || touch.accessed.atomic || guarding_.is_birth_or_end(touch.accessed)) continue;
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
        if (places_.root_kind(lock) == places_.root_kind(group) && holds(seen.accessed(), lock) && shows(lock, group, seen))
          (seen.accessed().write ? locked[lock].writes : locked[lock].reads).insert(seen.accessed().where);
    if (const PlaceId declared_lock = annotated_lock(group); declared_lock != no_place) {
      for (const Seen& seen : all) stray(declared_lock, true, seen, all);
      return;
    }
    if (locked.empty()) return;
    const auto guard = std::max_element(locked.begin(), locked.end(), [](const auto& a, const auto& b) {
      const auto weight = [](const Counted& c) { return std::pair(!c.writes.empty(), c.reads.size() + c.writes.size()); };
      return weight(a.second) < weight(b.second);
    });
    const PlaceId lock = guard->first;
    std::set<const Location*> strays;
    std::set<const Function*> careful;
    std::set<const Function*> forgetful;
    for (const Seen& seen : all)
      if (holds(seen.accessed(), lock)) {
        careful.insert(seen.flow->function);
      } else if (is_entry(*seen.flow->function)) {
        strays.insert(seen.accessed().where);
        forgetful.insert(seen.flow->function);
      }
    const std::size_t kept = guard->second.reads.size() + guard->second.writes.size();
    // One read under a lock that was taken for something else is no evidence that the lock is meant for it.
    // Nor are reads alone, deep in a large critical section, or one access of many.
    // One function forgets a lock, perhaps two: where many do without, its authors mean something else by it.
    const bool rare = forgetful.size() <= 3 || 2 * forgetful.size() <= careful.size();
    const bool believed = !guard->second.writes.empty() && 3 * kept >= strays.size();
    const bool strong = (believed || is_devoted(group, lock, all)) && rare;

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
      if (const Global* global = program_.global(places_.root_key(group))) lock = global->guarded_by, pointee = global->guards_pointee;
    } else if (const Field* field = program_.field(places_.field_key(group))) {
      lock = field->guarded_by, pointee = field->guards_pointee;
    }
    if (!lock || pointee) return no_place;
    return engine_.named_lock(*lock).front();
  }

  // Does some function take the lock for nothing but this?
  bool is_devoted(PlaceId group, PlaceId lock, const std::vector<Seen>& all) const {
    return std::any_of(all.begin(), all.end(), [&](const Seen& seen) {
      if (!holds(seen.accessed(), lock)) return false;
      const std::vector<Touch>& touches = seen.flow->touches;
      return std::all_of(touches.begin(), touches.end(), [&](const Touch& touch) {
        const PlaceId other = group_of(touch.accessed.place);
        return other == group || other == no_place || !touch.accessed.locks.contains(lock) || !is_data(other);
      });
    });
  }

  void stray(PlaceId lock, bool strong, const Seen& seen, const std::vector<Seen>& all) {
    const Accessed& accessed = seen.accessed();
    const Function& function = *seen.flow->function;
    if (holds(accessed, lock) || !is_data(accessed.place) || !guarding_.can_guard(lock, accessed.place)) return;
    if (!is_entry(function) && !accessed.on_thread) return;
    if (accessed.on_thread && !is_entry(function) && !function.is_constructor && exposures_.any(&function) == Exposure::None) return;
    if (seen.touch->before_start || !accessed.joined.empty()) return;
    const Seen* partner = nullptr;
    for (const Seen& other : all) {
      if (!holds(other.accessed(), lock) || !conflict(accessed, other.accessed()) || common_lock(accessed, other.accessed()))
        continue;
      if (!partner || (other.accessed().write && !partner->accessed().write)) partner = &other;
    }
    const bool annotated = annotated_lock(group_of(accessed.place)) == lock;
    if (!partner && !annotated) return;
    const bool gave_up = accessed.released.contains(lock);  // deliberately, a few lines above
    const bool other_lock = accessed.locks.size() > accessed.locks.count(lock);
    const bool foreign = follows_foreign_pointer(accessed.place);
    const bool strict = !strong || (gave_up && !annotated) || (other_lock && !annotated) || foreign;
    const Seen& other = partner ? *partner : seen;
    add(Race::Evidence::Lock, strict ? Profile::Strict : Profile::Default, accessed.place, accessed, other.accessed(), function,
        *other.flow->function, name_of_lock(lock, function));
    if (!partner) races_.back().second = {};
    races_.back().root = function.key;
    races_.back().first.blamed = in_own_text(accessed);
  }

  // An access in a helper is the fault of the function that calls it without the lock: others call it with the lock.
  static Location in_own_text(const Accessed& accessed) {
    for (Hops at = accessed.hops; at; at = at->next)
      if (!at->callee->is_closure_body) return *at->where;
    return *accessed.where;
  }

  // ---- a thread of this function

  void by_thread_inside(const FunctionFlow& flow) {
    const Function& function = *flow.function;
    for (const Touch& touch : flow.touches) {
      if (touch.accessed.on_thread) continue;
      for (unsigned id : touch.live)
        for (const Accessed& other : flow.started[id].accesses) {
          if (touch.stale.contains(std::pair(id, places_.root_of(other.place)))) continue;
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
        for (const Accessed& b : flow.started[pair.second].accesses) thread_pair(b, a, function);
      }
    }
  }

  // The bodies that can be seen do nothing with what the thread borrows; then it counts as read (strict only).
  void borrowed_while_written(const FunctionFlow& flow) {
    for (const Touch& touch : flow.touches) {
      if (!touch.accessed.write || touch.accessed.on_thread || !touch.accessed.locks.empty()) continue;
      for (unsigned id : touch.live)
        for (const Reference& reference : flow.started[id].references) {
          const std::vector<Accessed>& seen = flow.started[id].accesses;
          if (std::any_of(seen.begin(), seen.end(), [&](const Accessed& a) { return places_.has_prefix(a.place, reference.place); }))
            continue;
          Accessed borrowed;
          borrowed.place = reference.place;
          borrowed.where = reference.where;
          borrowed.in = flow.function;
          if (can_race(touch.accessed, borrowed) && is_data(borrowed.place, flow.function))
            add(Race::Evidence::Thread, Profile::Strict, borrowed.place, touch.accessed, borrowed, *flow.function, *flow.function);
        }
    }
  }

  void thread_pair(const Accessed& a, const Accessed& b, const Function& function) {
    if (!can_race(a, b) || !is_data(a.place, &function)) return;
    const bool apart = perhaps_apart(a.place, &function) && perhaps_apart(b.place, &function);
    if (apart) return;
    // Complain of the side that holds nothing, and of the write before the read.
    const bool a_first = a.locks.empty() != b.locks.empty() ? a.locks.empty() : a.write || !b.write;
    const Accessed& first = a_first ? a : b;
    const PlaceId place = places_.depth(a.place) >= places_.depth(b.place) ? a.place : b.place;
    add(Race::Evidence::Thread, Profile::Default, place, first, a_first ? b : a, function, function);
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
          for (const FunctionFlow* other : of_class) class_pair(*starter, started, *other);
  }

  void class_pair(const FunctionFlow& starter, const Started& started, const FunctionFlow& other) {
    const Function& function = *other.function;
    if (function.is_constructor || function.is_assignment) return;
    const bool open = function.visibility == Visibility::Public || function.visibility == Visibility::None;
    if (function.is_destructor) {
      if (started.handle == no_place || !other.summary.joined.contains(joined_base(started.handle))) return;
    } else if (!open || exposures_.outside(&function) == Exposure::None) {
      return;
    }
    const bool seen_called = exposures_.has_sites(&function) || function.is_destructor;
    for (const Touch& touch : other.touches) {
      const Accessed& mine = touch.accessed;
      if (mine.on_thread || places_.root_kind(mine.place) != Root::This || after_join(mine, started.handle)) continue;
      if (&other == &starter && touch.live.empty()) continue;
      if (exposures_.outside(starter.function) == Exposure::None && touch.before_start) continue;
      for (const Accessed& theirs : started.accesses) {
        if (places_.root_kind(theirs.place) != Root::This || !can_race(mine, theirs)) continue;
        if (perhaps_apart(mine.place, &function) && perhaps_apart(theirs.place, &function)) continue;
        const bool quiet = follows_foreign_pointer(mine.place) || (!seen_called && !mine.write);
        add(Race::Evidence::Thread, quiet ? Profile::Strict : Profile::Default, mine.place, mine, theirs, function,
            *starter.function);
      }
    }
  }

  PlaceId joined_base(PlaceId handle) const {
    while (!places_.is_root(handle) && places_.step_kind(handle) == Step::Kind::Element) handle = places_.parent(handle);
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
    return std::any_of(started.accesses.begin(), started.accesses.end(),
                       [&](const Accessed& a) { return places_.root_kind(a.place) == Root::Global; });
  }

  void globals_by_thread(const std::vector<const FunctionFlow*>& flows) {
    std::map<const Function*, std::set<Running>> at_entry;
    for (bool changed = true; changed;) {
      changed = false;
      for (const FunctionFlow* flow : flows)
        for (const CallSite& site : flow->sites) {
          if (site.on_new_thread) continue;
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

  void globals_against(const FunctionFlow& flow, const Started& thread) {
    for (const Accessed& theirs : thread.accesses) {
      if (places_.root_kind(theirs.place) != Root::Global) continue;
      for (const Touch& touch : flow.touches)
        if (!touch.accessed.on_thread && !touch.accessed.hops) thread_pair(touch.accessed, theirs, *flow.function);
      for (const Started& started : flow.started)
        for (const Accessed& mine : started.accesses)
          if (places_.root_kind(mine.place) == Root::Global) thread_pair(mine, theirs, *flow.function);
    }
  }

  // ---- at most one a place and function, the best evidence first

  std::vector<Race> chosen() {
    std::stable_sort(races_.begin(), races_.end(), [](const Race& a, const Race& b) {
      const auto order = [](const Race& r) {
        return std::tuple(r.subject, r.profile, r.evidence, r.first.function, !r.first.is_write, r.first.way.size(), r.first.where,
                          r.second.way.size(), !r.second.is_write, r.second.where, r.name);
      };
      return order(a) < order(b);
    });
    std::vector<Race> kept;
    std::map<std::pair<std::string, std::string>, std::size_t> without_lock;  // (function, lock): one finding
    std::set<std::pair<std::string, std::string>> seen;
    std::set<std::pair<std::string, std::pair<Location, Location>>> pairs;
    for (Race& race : races_) {
      const auto places = std::minmax(race.first.where, race.second.where);
      const bool other_side_is_blamed = race.first.function != race.second.function &&
                                        seen.contains({race.subject, race.second.function});
      if (other_side_is_blamed) continue;
      if (!seen.emplace(race.subject, race.first.function).second) continue;
      if (!pairs.emplace(race.subject, std::pair(places.first, places.second)).second) continue;
      if (race.evidence == Race::Evidence::Lock) {
        const auto key = std::pair(race.root + (race.profile == Profile::Strict ? "?" : ""), race.lock);
        const auto [it, is_new] = without_lock.try_emplace(key, kept.size());
        if (!is_new) {
          fold(kept[it->second], std::move(race));
          continue;
        }
      }
      kept.push_back(std::move(race));
    }
    for (Race& race : kept) std::sort(race.others.begin(), race.others.end());
    return kept;
  }

  // The first in the text stands for all that the function touches without the lock.
  static void fold(Race& into, Race race) {
    const auto order = [](const Race& r) { return std::tuple(r.first.blamed, r.first.where, r.name); };
    if (order(race) < order(into)) {
      race.others = std::move(into.others);
      std::swap(into, race);
    }
    into.others.push_back({race.first.blamed, '\'' + race.name + "' is " + (race.first.is_write ? "written" : "read") + " without it, too"});
  }

  const Flow::Engine& engine_;
  const Program& program_;
  PlaceTable& places_;
  Exposures exposures_;
  Guarding guarding_;
  std::set<std::string> owned_;  // keys of pointer fields whose object is the class's own
  std::vector<Race> races_;
};

}  // namespace

std::vector<Race> find_races(const Flow& flow) { return RaceFinder(flow).run(); }

}  // namespace ferrule
