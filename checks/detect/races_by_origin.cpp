#include "checks/detect/races_by_origin.h"

#include "checks/detect/may_run_beside.h"
#include "checks/flow/engine.h"

#include <algorithm>
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

struct Access {
  const heap::Copy* copy = nullptr;
  unsigned event = 0;
  CellId cell = 0;
  bool is_write = false;
  bool is_atomic = false;
  bool is_by_own_index = false;  ///< an element whose index is a variable that the function never changes
  std::set<HeldLock> locks = {};
};

class Finder {
 public:
  Finder(const Flow& flow, const heap::Heap& heap)
      : engine_(flow.engine()), program_(engine_.program), heap_(heap), beside_(flow, heap) {}

  std::vector<OriginRace> find() {
    for (const heap::Copy& copy : heap_.copies())
      if (const FunctionFlow* flow = beside_.flow_of(*copy.function)) collect(copy, *flow);
    std::vector<OriginRace> races;
    for (auto& [object, accesses] : by_object_) compare(accesses, races);
    const auto order = [](const OriginRace& race) {
      return std::tuple(race.first.where, race.second.where, race.name);
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
      add(copy, touch.event, engine_.places.expand(accessed.place), accessed.write, accessed.atomic);
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

  bool is_atomic(const Place& place) const {
    if (place.steps.empty() || place.steps.back().kind != Step::Kind::Field) return false;
    const Field* field = program_.field(place.steps.back().field);
    const Type* type = field ? program_.type(field->type) : nullptr;
    return type && type->kind == TypeKind::Atomic;
  }

  void add(const heap::Copy& copy, unsigned event, const Place& place, bool is_write, bool is_atomic) {
    if (place.root == Root::Global) {
      const Global* global = program_.global(place.key);
      const bool is_itself = std::none_of(place.steps.begin(), place.steps.end(),
                                          [](const Step& step) { return step.kind == Step::Kind::Deref; });
      if (global && is_itself && (global->is_thread_local || global->is_constant || global->is_system)) return;
    }
    for (const CellId cell : heap_.cells_in(copy, place)) {
      if (!is_data(cell)) continue;
      Access access{&copy, event, cell, is_write, is_atomic};
      access.is_by_own_index = is_by_own_index(*copy.function, place);
      for (const beside::Held& held : beside_.held_at(copy, event))
        if (held.cell != 0)
          access.locks.insert({held.cell, held.is_shared});
        else if (const std::optional<CellId> lock = lock_for(copy, place, cell, held.lock))
          access.locks.insert({*lock, held.is_shared});
      by_object_[heap_.object_id(cell)].push_back(std::move(access));
    }
  }

  static bool is_by_own_index(const Function& function, const Place& place) {
    if (place.root == Root::Result && place.index < function.events.size()) {
      const Event& call = function.events[place.index];
      if (call.kind == Event::Kind::Call && call.args.size() == 1 && call.args.front().key.starts_with('$'))
        return true;
    }
    return std::any_of(place.steps.begin(), place.steps.end(), [](const Step& step) {
      return step.kind == Step::Kind::Element && step.field.starts_with('$');
    });
  }

  // Elements are apart from the container that has them: only who changes the container touches them, if they move
  // then.
  bool touch(const Access& a, const Access& b) const {
    if (!heap_.may_overlap(a.cell, b.cell)) return false;
    const auto spares = [&](const Access& whole, const Access& part) {
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

  static bool share_a_lock(const Access& a, const Access& b) {
    return std::any_of(a.locks.begin(), a.locks.end(), [&](const HeldLock& held) {
      return std::any_of(b.locks.begin(), b.locks.end(), [&](const HeldLock& other) {
        const bool excludes = !(held.is_shared && a.is_write) && !(other.is_shared && b.is_write);
        return held.cell == other.cell && excludes;
      });
    });
  }

  // The origins in which the two may run at once.
  std::vector<std::pair<OriginId, OriginId>> at_once(const Access& a, const Access& b) const {
    std::vector<std::pair<OriginId, OriginId>> found;
    const std::optional<OriginId> maker = heap_.made_in(a.cell);
    for (const OriginId x : heap_.origins().of_copy(a.copy->number))
      for (const OriginId y : heap_.origins().of_copy(b.copy->number)) {
        if (!beside_.may_run_beside(*a.copy, a.event, y) && !beside_.may_run_beside(*b.copy, b.event, x)) continue;
        // Each of many threads has the objects that it makes to itself, and the elements that it alone knows by number.
        if (x == y && (maker == x || (a.is_by_own_index && b.is_by_own_index))) continue;
        found.emplace_back(x, y);
      }
    return found;
  }

  void compare(std::vector<Access>& accesses, std::vector<OriginRace>& races) const {
    // Copies of a body that do the same to one cell under the same locks in the same origins count once.
    std::map<std::tuple<const Function*, unsigned, CellId, bool, std::set<HeldLock>, std::vector<OriginId>>,
             const Access*>
        distinct;
    for (const Access& access : accesses)
      distinct.try_emplace({access.copy->function, access.event, access.cell, access.is_write, access.locks,
                            heap_.origins().of_copy(access.copy->number)},
                           &access);
    std::vector<const Access*> all;
    for (const auto& [key, access] : distinct) all.push_back(access);
    std::set<std::tuple<const Function*, unsigned, const Function*, unsigned>> told;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = i; j < all.size(); ++j) {
        const Access& a = *all[i];
        const Access& b = *all[j];
        if ((!a.is_write && !b.is_write) || (a.is_atomic && b.is_atomic)) continue;
        if (!touch(a, b) || share_a_lock(a, b)) continue;
        const auto pairs = at_once(a, b);
        if (pairs.empty() || !told.emplace(a.copy->function, a.event, b.copy->function, b.event).second) continue;
        OriginRace race{a.cell, heap_.describe(a.cell), heap_.is_some_element(a.cell) && heap_.is_some_element(b.cell),
                        side(a), side(b)};
        for (const auto& [x, y] : pairs) {
          race.first.origins.push_back(x);
          race.second.origins.push_back(y);
        }
        if (std::tie(race.second.where, race.second.is_write) < std::tie(race.first.where, race.first.is_write))
          std::swap(race.first, race.second);
        races.push_back(std::move(race));
      }
  }

  OriginAccess side(const Access& access) const {
    OriginAccess made{access.copy->function, access.event, access.copy->function->events[access.event].where,
                      access.is_write};
    for (const HeldLock& held : access.locks)
      made.locks.push_back(heap_.describe(held.cell) + (held.is_shared ? " (shared)" : ""));
    return made;
  }

  const Flow::Engine& engine_;
  const Program& program_;
  const heap::Heap& heap_;
  beside::MayRunBeside beside_;
  std::map<heap::ObjectId, std::vector<Access>> by_object_;
};

}  // namespace

std::vector<OriginRace> find_races_by_origin(const Flow& flow, const heap::Heap& heap) {
  return Finder(flow, heap).find();
}

}  // namespace ferrule
