#include "checks/detect/races_by_origin.h"

#include "checks/detect/library_runs.h"
#include "checks/detect/may_run_beside.h"
#include "checks/detect/order_by_sync.h"
#include "checks/flow/engine.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

namespace ferrule {

namespace {

using calls::OriginId;
using heap::CellId;

/// A lock that is surely held where one cell is accessed: exactly one cell, given the object that is accessed.
struct HeldLock {
  CellId cell = 0;
  bool is_shared = false;
  auto operator<=>(const HeldLock&) const = default;
};

/// What decides whether an access can race with another; many accesses have it in common.
struct Effect {
  CellId cell = 0;
  bool is_write = false;
  bool is_atomic = false;
  bool is_by_own_index = false;        ///< an element whose index is a variable that the function never changes
  std::set<HeldLock> locks = {};       ///< surely held
  std::set<CellId> perhaps = {};       ///< one of which is held
  bool is_once = false;                ///< in what runs at most once, and others wait for
  std::vector<OriginId> origins = {};  ///< in which it runs
  std::set<OriginId> live = {};        ///< which may run beside it
  auto operator<=>(const Effect&) const = default;
};

/// Where in the program an effect is.
struct Access {
  const heap::Copy* copy = nullptr;
  unsigned event = 0;
  const Place* place = nullptr;
  const Accessed* inside = nullptr;  ///< made by what a library's function runs at the event
};

class Finder {
 public:
  Finder(const Flow& flow, const heap::Heap& heap, RacesOf which)
      : flow_(flow),
        engine_(flow.engine()),
        program_(engine_.program),
        heap_(heap),
        which_(which),
        beside_(flow, heap),
        library_runs_(engine_) {}

  std::vector<OriginRace> find() {
    for (const heap::Copy& copy : heap_.copies())
      if (const FunctionFlow* flow = engine_.known_flow(*copy.function)) {
        collect(copy, *flow);
        if (which_ == RacesOf::MayBeOne) collect_inside(copy);
      }
    std::vector<OriginRace> races;
    for (const auto& [object, effects] : by_object_) compare(effects, races);
    const auto order = [](const OriginRace& race) {
      return std::tuple(race.first.where, race.second.where, race.is_guarded_perhaps, race.is_passed_around,
                        race.is_handed_over, !race.is_one_object, race.is_by_element, race.name);
    };
    std::sort(races.begin(), races.end(),
              [&](const OriginRace& a, const OriginRace& b) { return order(a) < order(b); });
    races.erase(std::unique(races.begin(), races.end(),
                            [](const OriginRace& a, const OriginRace& b) {
                              return a.first.where == b.first.where && a.second.where == b.second.where;
                            }),
                races.end());
    return races;
  }

 private:
  // What a body's own text accesses: library calls as the flow analysis has them, the rest as it stands in the facts.
  void collect(const heap::Copy& copy, const FunctionFlow& flow) {
    const Function& function = *copy.function;
    if (function.is_destructor && beside_.is_entry(copy)) return;
    std::set<unsigned> seen;
    for (const Touch& touch : flow.touches) {
      const Accessed& accessed = touch.accessed;
      if (accessed.hops || accessed.on_thread || accessed.in != &function || accessed.assumed) continue;
      seen.insert(touch.event);
      add(copy, touch.event, kept_.emplace_back(engine_.places.expand(accessed.place)), accessed.write,
          accessed.atomic);
    }
    for (unsigned i = 0; i < function.events.size(); ++i) {
      const Event& event = function.events[i];
      const bool is_access = event.kind == Event::Kind::Access;
      const bool is_write =
          is_access ? event.mode != Event::Mode::Read : event.kind == Event::Kind::Assign && !event.is_initialisation;
      if ((!is_access && !is_write) || seen.contains(i) || is_atomic(event.place)) continue;
      add(copy, i, event.place, is_write, false);
    }
  }

  // What library functions run, as far as types tell. On which objects is not known, so what counts is what they do to
  // globals.
  void collect_inside(const heap::Copy& copy) {
    const std::vector<Event>& events = copy.function->events;
    for (unsigned i = 0; i < events.size(); ++i)
      for (const Function* run : library_runs_.at(events[i]))
        if (const FunctionFlow* flow = engine_.known_flow(*run))
          for (const Passed& passed : flow->summary.accesses)
            if (engine_.places.root_kind(passed.access->place) == Root::Global && !passed.access->assumed)
              add_inside(copy, i, *passed.access);
  }

  void add_inside(const heap::Copy& copy, unsigned event, const Accessed& accessed) {
    const Place& place = kept_.emplace_back(engine_.places.expand(accessed.place));
    if (is_unshared_global(place)) return;
    for (const CellId cell : heap_.cells(*accessed.in, place)) {
      if (!is_data(cell)) continue;
      Effect effect{cell, accessed.write, accessed.atomic};
      for (const beside::Held& lock : beside_.held_at(copy, event)) note_lock(lock, copy, place, effect);
      for (const auto& [lock, is_shared] : *accessed.locks) {
        const std::vector<CellId> locks = heap_.cells(*accessed.in, engine_.places.expand(lock));
        if (locks.size() == 1)
          effect.locks.insert({locks.front(), is_shared});
        else
          effect.perhaps.insert(locks.begin(), locks.end());
      }
      effect.origins = heap_.origins().of_copy(copy.number);
      effect.live = beside_.live_at(copy, event);
      by_object_[heap_.object_id(cell)][std::move(effect)].push_back({&copy, event, &place, &accessed});
    }
  }

  // Of its thread alone, or never changed.
  bool is_unshared_global(const Place& place) const {
    if (place.root != Root::Global) return false;
    const Global* global = program_.global(place.key);
    const bool is_itself = std::none_of(place.steps.begin(), place.steps.end(),
                                        [](const Step& step) { return step.kind == Step::Kind::Deref; });
    return global && is_itself && (global->is_thread_local || global->is_constant || global->is_system);
  }

  bool is_atomic(const Place& place) const {
    if (place.steps.empty() || place.steps.back().kind != Step::Kind::Field) return false;
    const Field* field = program_.field(place.steps.back().field);
    const Type* type = field ? program_.type(field->type) : nullptr;
    return type && type->kind == TypeKind::Atomic;
  }

  void add(const heap::Copy& copy, unsigned event, const Place& place, bool is_write, bool is_atomic) {
    if (is_unshared_global(place)) return;
    std::vector<beside::Held> held;
    std::set<OriginId> live;
    bool is_asked = false;
    for (const CellId cell : heap_.cells_in(copy, place)) {
      if (which_ == RacesOf::OneObject && !heap_.is_single(cell)) continue;
      if (!is_data(cell) || !is_shared(cell)) continue;
      if (!is_asked) {
        held = beside_.held_at(copy, event);
        live = beside_.live_at(copy, event);
        if (which_ == RacesOf::AnyCell) {
          const std::set<OriginId>& before = beside_.live_from_before(copy);
          live.insert(before.begin(), before.end());
        }
        is_asked = true;
      }
      Effect effect{cell, is_write, is_atomic, is_by_own_index(*copy.function, place)};
      // The event's own text may name the element where the place that the flow analysis made of it does not.
      if (which_ == RacesOf::MayBeOne)
        effect.is_by_own_index |= is_by_own_index(*copy.function, copy.function->events[event].place);
      for (const beside::Held& lock : held) note_lock(lock, copy, place, effect);
      effect.origins = heap_.origins().of_copy(copy.number);
      effect.live = live;
      by_object_[heap_.object_id(cell)][std::move(effect)].push_back({&copy, event, &place});
    }
  }

  void note_lock(const beside::Held& held, const heap::Copy& copy, const Place& place, Effect& effect) const {
    effect.is_once |= held.is_once;
    if (held.is_perhaps && held.cell != 0)
      effect.perhaps.insert(held.cell);
    else if (held.cell != 0)
      effect.locks.insert({held.cell, held.is_shared});
    else if (const std::optional<CellId> lock = lock_for(copy, place, effect.cell, held.lock))
      effect.locks.insert({*lock, held.is_shared});
    else
      for (const CellId lock : heap_.cells_in(copy, held.lock)) effect.perhaps.insert(lock);
  }

  // What one origin alone reaches is its own.
  bool is_shared(CellId cell) const {
    const std::vector<OriginId>& origins = heap_.origins().reached_by(heap_.object_id(cell));
    return origins.size() != 1 || heap_.origins().all()[origins.front()].many;
  }

  // A number that a thread got when it was started: by value, and nothing changes it.
  bool is_given_number(const Function& function, const Value& index) const {
    if (index.kind != Value::Kind::Copy) return false;
    if (index.place.root == Root::Param) return index.place.steps.empty();
    if (index.place.root != Root::This || !function.is_closure_body || index.place.steps.size() != 1) return false;
    const Field* field = program_.field(index.place.steps.front().field);
    return field && (field->capture == Field::Capture::Copy || field->capture == Field::Capture::Init);
  }

  bool is_by_own_index(const Function& function, const Place& place) const {
    if (place.root == Root::Result && place.index < function.events.size()) {
      const Event& call = function.events[place.index];
      if (call.kind == Event::Kind::Call && call.args.size() == 1 &&
          (call.args.front().key.starts_with('$') ||
           (which_ == RacesOf::MayBeOne && is_given_number(function, call.args.front()))))
        return true;
    }
    return std::any_of(place.steps.begin(), place.steps.end(), [](const Step& step) {
      return step.kind == Step::Kind::Element && step.field.starts_with('$');
    });
  }

  // Elements are apart from the container that has them: only who changes the container touches them, if they move
  // then.
  bool touch(const Effect& a, const Effect& b) const {
    if (!heap_.may_overlap(a.cell, b.cell)) return false;
    const auto spares = [&](const Effect& whole, const Effect& part) {
      const Type* type = heap_.type(whole.cell);
      const Record* record = type ? program_.record_of_type(type->key) : nullptr;
      if (!record || !record->is_system || !heap_.is_element_of(part.cell, whole.cell)) return false;
      const ClassKnowledge* known = engine_.class_of(*record);
      return !whole.is_write || (known && known->elements_stay);
    };
    return !spares(a, b) && !spares(b, a);
  }

  bool is_data(CellId cell) const {
    const heap::Object& object = heap_.object(cell);
    if (object.kind == heap::Object::Kind::Function) return false;
    if (object.kind == heap::Object::Kind::Global && object.global && object.global->is_thread_local) return false;
    const Type* type = heap_.type(cell);
    const Record* record = type ? program_.record_of_type(type->key) : nullptr;
    return !record || ferrule::is_data(engine_.class_of(*record));
  }

  // The lock that is held when `place` means `cell`: what both have in common before they part means one object.
  std::optional<CellId> lock_for(const heap::Copy& copy, const Place& place, CellId cell, const Place& lock) const {
    const std::vector<CellId> all = heap_.cells_in(copy, lock);
    if (all.size() == 1) return all.front();
    if (place.root != lock.root || place.index != lock.index || place.key != lock.key) return std::nullopt;
    std::size_t common = 0;
    while (common < place.steps.size() && common < lock.steps.size() && place.steps[common] == lock.steps[common])
      ++common;
    Place prefix = place;
    prefix.steps.resize(common);
    const std::vector<Step> to_cell(place.steps.begin() + static_cast<std::ptrdiff_t>(common), place.steps.end());
    const std::vector<Step> to_lock(lock.steps.begin() + static_cast<std::ptrdiff_t>(common), lock.steps.end());
    std::optional<CellId> found;
    for (const CellId base : heap_.cells_in(copy, prefix)) {
      const std::vector<CellId> cells = heap_.cells_from(base, to_cell);
      if (std::find(cells.begin(), cells.end(), cell) == cells.end()) continue;
      const std::vector<CellId> locks = heap_.cells_from(base, to_lock);
      if (locks.size() != 1 || (found && *found != locks.front())) return std::nullopt;
      found = locks.front();
    }
    return found;
  }

  static bool share_a_lock(const Effect& a, const Effect& b) {
    return std::any_of(a.locks.begin(), a.locks.end(), [&](const HeldLock& held) {
      return std::any_of(b.locks.begin(), b.locks.end(), [&](const HeldLock& other) {
        const bool excludes = !(held.is_shared && a.is_write) && !(other.is_shared && b.is_write);
        return held.cell == other.cell && excludes;
      });
    });
  }

  static bool perhaps_share_a_lock(const Effect& a, const Effect& b) {
    const auto may_hold = [](const Effect& effect, CellId lock) {
      return effect.perhaps.contains(lock) || effect.locks.contains({lock, false}) ||
             effect.locks.contains({lock, true});
    };
    return std::any_of(a.perhaps.begin(), a.perhaps.end(), [&](CellId lock) { return may_hold(b, lock); }) ||
           std::any_of(b.perhaps.begin(), b.perhaps.end(), [&](CellId lock) { return may_hold(a, lock); });
  }

  using OriginPairs = std::vector<std::pair<OriginId, OriginId>>;

  // The origins in which the two may run at once.
  OriginPairs at_once(const Effect& a, const Effect& b) const {
    OriginPairs found;
    const std::optional<OriginId> maker = heap_.made_in(a.cell);
    for (const OriginId x : a.origins)
      for (const OriginId y : b.origins) {
        if (!a.live.contains(y) && !b.live.contains(x)) continue;
        // Each of many threads has the objects that it makes to itself, and the elements that it alone knows by number.
        if (x == y && (maker == x || (a.is_by_own_index && b.is_by_own_index))) continue;
        // So has, mostly, each an object from outside: one stands for all of its class.
        if (x == y && which_ == RacesOf::MayBeOne && heap_.object(a.cell).kind == heap::Object::Kind::Outside) continue;
        found.emplace_back(x, y);
      }
    return found;
  }

  using Effects = std::map<Effect, std::vector<Access>>;

  void compare(const Effects& effects, std::vector<OriginRace>& races) {
    for (auto a = effects.begin(); a != effects.end(); ++a)
      for (auto b = a; b != effects.end(); ++b) {
        const bool conflict = (a->first.is_write || b->first.is_write) && !(a->first.is_atomic && b->first.is_atomic);
        if (!conflict || !touch(a->first, b->first) || share_a_lock(a->first, b->first)) continue;
        const OriginPairs pairs = at_once(a->first, b->first);
        if (!pairs.empty()) meet(*a, *b, pairs, races);
      }
  }

  // The pairs of places that two effects have, up to a few: more would say the same. Where one side seems to come first
  // in all of those, the others are looked through for one where it does not.
  void meet(const Effects::value_type& a, const Effects::value_type& b, const OriginPairs& pairs,
            std::vector<OriginRace>& races) {
    constexpr std::size_t most = 64;
    std::size_t told = 0;
    bool is_ordered = true;
    for (std::size_t i = 0; i < a.second.size(); ++i)
      for (std::size_t j = &a == &b ? i : 0; j < b.second.size(); ++j) {
        if (told >= most && !is_ordered) return;
        const bool hands_over = a.first.is_once != b.first.is_once || is_handed_over(a.second[i], b.second[j]);
        is_ordered &= hands_over;
        if (told < most || !hands_over) races.push_back(race(a, i, b, j, pairs, hands_over));
        ++told;
      }
  }

  OriginRace race(const Effects::value_type& a, std::size_t i, const Effects::value_type& b, std::size_t j,
                  const OriginPairs& pairs, bool hands_over) const {
    OriginRace made;
    made.cell = a.first.cell;
    made.name = heap_.describe(made.cell);
    made.is_by_element = heap_.is_some_element(a.first.cell) && heap_.is_some_element(b.first.cell);
    made.is_one_object = heap_.is_single(a.first.cell) && heap_.is_single(b.first.cell);
    made.is_guarded_perhaps = perhaps_share_a_lock(a.first, b.first);
    made.is_passed_around = is_passed_around(a.first.cell) || is_passed_around(b.first.cell);
    made.is_handed_over = hands_over;
    made.first = side(a.first, a.second[i]);
    made.second = side(b.first, b.second[j]);
    for (const auto& [x, y] : pairs) {
      made.first.origins.push_back(x);
      made.second.origins.push_back(y);
    }
    if (std::tie(made.second.where, made.second.is_write) < std::tie(made.first.where, made.first.is_write))
      std::swap(made.first, made.second);
    return made;
  }

  // Threads that one place starts mostly get an element each, and what waits in a queue is somebody's alone.
  bool is_passed_around(CellId cell) const {
    const std::vector<CellId>& kept = heap_.kept_in(cell);
    return std::any_of(kept.begin(), kept.end(),
                       [&](CellId keeper) { return heap_.is_some_element(keeper) || is_guarded(keeper); });
  }

  // One lock is held wherever the program touches it, in several origins.
  bool is_guarded(CellId keeper) const {
    const auto effects = by_object_.find(heap_.object_id(keeper));
    if (effects == by_object_.end()) return false;
    std::optional<std::set<HeldLock>> common;
    std::set<OriginId> origins;
    for (const auto& [effect, accesses] : effects->second) {
      if (!heap_.may_overlap(effect.cell, keeper)) continue;
      origins.insert(effect.origins.begin(), effect.origins.end());
      if (!common)
        common = effect.locks;
      else
        std::erase_if(*common, [&](const HeldLock& lock) { return !effect.locks.contains(lock); });
    }
    const bool is_shared = origins.size() > 1 || (!origins.empty() && heap_.origins().all()[*origins.begin()].many);
    return common && !common->empty() && is_shared;
  }

  bool is_handed_over(const Access& a, const Access& b) {
    if (!order_) order_.emplace(flow_, heap_);
    return order_->hands_over(*a.copy, a.event, *b.copy, b.event) ||
           order_->hands_over(*b.copy, b.event, *a.copy, a.event);
  }

  OriginAccess side(const Effect& effect, const Access& access) const {
    OriginAccess made{access.copy->function, access.event,  access.copy->function->events[access.event].where,
                      effect.is_write,       *access.place, access.copy};
    for (const beside::Held& held : beside_.held_at(*access.copy, access.event))
      if (!held.is_perhaps)
        made.locks.push_back(held.cell == 0 ? ferrule::describe(held.lock, *access.copy->function, program_)
                                            : heap_.name(held.cell));
    std::sort(made.locks.begin(), made.locks.end());
    if (access.inside) {
      made.function = access.inside->in;
      made.event = access.inside->event;
      made.run_by_library = made.where;
      made.where = *access.inside->where;
    }
    made.locks.erase(std::unique(made.locks.begin(), made.locks.end()), made.locks.end());
    return made;
  }

  const Flow& flow_;
  const Flow::Engine& engine_;
  const Program& program_;
  const heap::Heap& heap_;
  RacesOf which_;
  beside::MayRunBeside beside_;
  LibraryRuns library_runs_;
  std::optional<beside::OrderBySync> order_;  // made when first asked
  std::deque<Place> kept_;
  std::map<heap::ObjectId, Effects> by_object_;
};

}  // namespace

std::vector<OriginRace> find_races_by_origin(const Flow& flow, const heap::Heap& heap, RacesOf which) {
  return Finder(flow, heap, which).find();
}

}  // namespace ferrule
