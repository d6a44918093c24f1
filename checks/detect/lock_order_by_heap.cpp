// Lock orders along the calls that the heap knows: through stored callbacks, elements of containers and virtual
// functions, where the flow analysis has no names for the locks.
#include "checks/detect/along_calls.h"
#include "checks/detect/lock_order.h"
#include "checks/detect/may_run_beside.h"
#include "checks/flow/engine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace ferrule {
namespace {

using calls::OriginId;
using heap::CellId;
using heap::CopyEdge;

class HeapLockOrder {
 public:
  explicit HeapLockOrder(const Flow& flow)
      : flow_(flow), engine_(flow.engine()), program_(engine_.program), heap_(engine_.heap) {}

  std::vector<LockCycle> run() {
    find_held();
    for (const heap::Copy& copy : heap_.copies())
      if (const FunctionFlow* flow = engine_.known_flow(*copy.function))
        for (const Acquisition& taken : flow->acquisitions)
          if (!taken.hops) take(copy, taken);
    find_cycles();
    return std::move(cycles_);
  }

 private:
  /// A lock is taken while another is held, which the copy or one of its callers took.
  struct Order {
    const heap::Copy* copy = nullptr;  ///< that takes the second
    CellId held = 0;                   ///< the first
    unsigned event = 0;
    const Acquisition* taken = nullptr;
    std::vector<const CopyEdge*> way = {};  ///< from the copy that took the first
    std::set<CellId> gates = {};            ///< other locks that are held on the way
  };

  // ---- which locks callers hold, some way or other

  std::optional<CellId> cell_of(const heap::Copy& copy, PlaceId lock) const {
    if (lock == no_place) return {};
    const std::vector<CellId> cells = heap_.cells_in(copy, engine_.places.expand(lock));
    return cells.size() == 1 ? std::optional(cells.front()) : std::nullopt;
  }

  std::set<CellId> held_by(const heap::Copy& copy, const Shared<Locks>& held) const {
    std::set<CellId> cells;
    for (const auto& [lock, is_shared] : held)
      if (const auto cell = cell_of(copy, lock)) cells.insert(*cell);
    return cells;
  }

  std::set<CellId> given_up(const heap::Copy& copy, const SharedPlaces& released) const {
    std::set<CellId> cells;
    for (const PlaceId lock : released) {
      const std::vector<CellId> all = heap_.cells_in(copy, engine_.places.expand(lock));
      cells.insert(all.begin(), all.end());
    }
    return cells;
  }

  void find_held() {
    for (const CopyEdge& edge : heap_.copy_edges())
      if (edge.kind == calls::CallKind::Call) ++callees_[{edge.caller, edge.event}];
    entered_.resize(heap_.copies().size());
    std::vector<unsigned> all;
    for (const heap::Copy& copy : heap_.copies()) all.push_back(copy.number);
    beside::along_calls(heap_, all, [&](const CopyEdge& edge) { return enter(edge); });
  }

  bool enter(const CopyEdge& edge) {
    if (edge.kind != calls::CallKind::Call || edge.callee->function->is_noreturn || !is_certain(edge)) return false;
    const FunctionFlow* flow = engine_.known_flow(*edge.caller->function);
    if (!flow || edge.event >= flow->moments.size() || !flow->moments[edge.event].reached) return false;
    const Moment& at = flow->moments[edge.event];
    std::set<CellId> held = held_by(*edge.caller, at.held);
    if (const auto& outer = entered_[edge.caller->number]; !outer.empty()) {
      const std::set<CellId> gone = given_up(*edge.caller, at.released);
      for (const auto& [lock, via] : outer)
        if (!gone.contains(lock)) held.insert(lock);
    }
    bool changed = false;
    for (const CellId lock : held) changed |= entered_[edge.callee->number].try_emplace(lock, &edge).second;
    return changed;
  }

  // Of several functions that a call may run, which one it is may hang together with which lock it is; whoever goes
  // through a container calls all that are in it.
  bool is_certain(const CopyEdge& edge) const {
    if (callees_.at({edge.caller, edge.event}) == 1) return true;
    const std::vector<CellId> called = heap_.cells_in(*edge.caller, edge.caller->function->events[edge.event].place);
    return !called.empty() &&
           std::all_of(called.begin(), called.end(), [&](CellId cell) { return heap_.is_some_element(cell); });
  }

  // ---- what is taken then

  void take(const heap::Copy& copy, const Acquisition& taken) {
    const auto lock = cell_of(copy, taken.lock);
    if (!lock) return;
    std::map<CellId, const CopyEdge*> held;
    for (const CellId own : held_by(copy, taken.held)) held.emplace(own, nullptr);
    if (const auto& outer = entered_[copy.number]; !outer.empty()) {
      const std::set<CellId> gone = given_up(copy, taken.released);
      for (const auto& [other, via] : outer)
        if (!gone.contains(other)) held.emplace(other, via);
    }
    for (const auto& [other, via] : held) {
      Order order{&copy, other, event_of(copy, taken), &taken, {}, held_by(copy, taken.held)};
      if (via && !find_way(other, order)) continue;
      order.gates.erase(other);
      order.gates.erase(*lock);
      if (other == *lock)
        take_twice(other, order);
      else
        orders_[other][*lock].push_back(std::move(order));
    }
  }

  static unsigned event_of(const heap::Copy& copy, const Acquisition& taken) {
    const std::vector<Event>& events = copy.function->events;
    const auto found =
        std::find_if(events.begin(), events.end(), [&](const Event& event) { return &event.where == taken.where; });
    return found == events.end() ? 0 : static_cast<unsigned>(found - events.begin());
  }

  // From the copy back to the one that took the lock.
  bool find_way(CellId lock, Order& order) const {
    const heap::Copy* at = order.copy;
    for (std::size_t calls = 0; calls < heap_.copies().size(); ++calls) {
      const auto via = entered_[at->number].find(lock);
      if (via == entered_[at->number].end()) return false;
      const CopyEdge* edge = via->second;
      order.way.insert(order.way.begin(), edge);
      const std::set<CellId> own =
          held_by(*edge->caller, engine_.known_flow(*edge->caller->function)->moments[edge->event].held);
      order.gates.insert(own.begin(), own.end());
      if (own.contains(lock)) return true;
      at = edge->caller;
    }
    return false;
  }

  const ClassKnowledge* knowledge_of(CellId lock) const {
    const Type* type = heap_.type(lock);
    const Record* record = type ? program_.record_of_type(type->key) : nullptr;
    return record ? engine_.class_of(*record) : nullptr;
  }

  void take_twice(CellId lock, const Order& order) {
    const ClassKnowledge* known = knowledge_of(lock);
    if (order.way.empty() || !heap_.is_single(lock) || !known || !known->blocks_holder || order.taken->shared ||
        engine_.has_own_kind(order.taken->lock) || is_lock_itself(*order.copy->function))
      return;
    LockCycle cycle;
    cycle.steps.push_back(step(lock, lock, order));
    cycle.subject = name(lock) + '@' + order.copy->function->key;
    cycle.profile = is_told(order) ? Profile::Strict : Profile::Default;
    taken_twice_.insert(*order.taken->where);
    cycles_.push_back(std::move(cycle));
  }

  // A function that takes the lock on some ways only may be told by a constant to do without.
  static bool is_told(const Order& order) {
    const auto gets_constant = [](const CopyEdge* edge) {
      const std::vector<Value>& args = edge->caller->function->events[edge->event].args;
      return std::any_of(args.begin(), args.end(),
                         [](const Value& value) { return value.kind == Value::Kind::Literal; });
    };
    return order.taken->told ||
           (order.taken->conditional && std::any_of(order.way.begin(), order.way.end(), gets_constant));
  }

  bool is_lock_itself(const Function& function) const {
    const Record* record = program_.record(function.record);
    return record && record->has_lock_methods;
  }

  // ---- cycles

  void find_cycles() {
    for (const auto& [from, out] : orders_)
      for (const auto& [to, orders] : out) {
        std::vector<CellId> path{from, to};
        extend(path);
      }
  }

  // Of up to four locks, each cycle from its smallest.
  void extend(std::vector<CellId>& path) {
    constexpr std::size_t most = 4;
    const auto out = orders_.find(path.back());
    if (out == orders_.end()) return;
    if (out->second.contains(path.front())) {
      add_cycle(path);
      return;
    }
    if (path.size() == most) return;
    for (const auto& [next, orders] : out->second) {
      if (next < path.front() || std::find(path.begin(), path.end(), next) != path.end()) continue;
      path.push_back(next);
      extend(path);
      path.pop_back();
    }
  }

  // Of several objects that one place makes, two orders may be of two pairs, unless the locks are of two classes.
  bool are_surely_meant(const std::vector<CellId>& path) const {
    std::set<std::string> keys;
    for (const CellId lock : path)
      if (!keys.insert(heap_.key_of(lock)).second || heap_.is_some_element(lock) || is_lock_in_lock(lock)) return false;
    return std::all_of(path.begin(), path.end(), [&](CellId lock) { return heap_.is_single(lock); });
  }

  bool is_lock_in_lock(CellId lock) const {
    const Record* record = program_.record_of_field(heap_.key_of(lock));
    return record && record->has_lock_methods;
  }

  void add_cycle(const std::vector<CellId>& path) {
    if (*std::min_element(path.begin(), path.end()) != path.front() || !are_surely_meant(path)) return;
    std::vector<const Order*> chosen;
    if (!choose(path, chosen)) return;
    LockCycle cycle;
    const auto is_taken_twice = [&](const Order* order) { return taken_twice_.contains(*order->taken->where); };
    if (std::any_of(chosen.begin(), chosen.end(), is_taken_twice)) return;  // one cause, one finding
    for (std::size_t i = 0; i < path.size(); ++i) {
      cycle.steps.push_back(step(path[i], path[(i + 1) % path.size()], *chosen[i]));
      cycle.subject += heap_.key_of(path[i]) + ' ';
      if (is_told(*chosen[i])) cycle.profile = Profile::Strict;
    }
    cycles_.push_back(std::move(cycle));
  }

  // One order a step, that all can be at once, with no gate in common.
  bool choose(const std::vector<CellId>& path, std::vector<const Order*>& chosen) {
    if (chosen.size() == path.size()) {
      std::set<CellId> common = chosen.front()->gates;
      for (const Order* order : chosen)
        std::erase_if(common, [&](CellId gate) { return !order->gates.contains(gate); });
      return common.empty();
    }
    const CellId from = path[chosen.size()], to = path[(chosen.size() + 1) % path.size()];
    for (const Order& order : orders_.at(from).at(to)) {
      if (!std::all_of(chosen.begin(), chosen.end(), [&](const Order* other) { return may_overlap(*other, order); }))
        continue;
      chosen.push_back(&order);
      if (choose(path, chosen)) return true;
      chosen.pop_back();
    }
    return false;
  }

  bool may_overlap(const Order& a, const Order& b) {
    const std::vector<calls::Origin>& all = heap_.origins().all();
    const auto is_started = [&](OriginId id) { return all[id].function != nullptr; };
    // A program that has locks but no threads is a part of one that has.
    if (std::none_of(all.begin(), all.end(), [](const calls::Origin& origin) { return origin.function; })) return true;
    if (!beside_) beside_.emplace(flow_, heap_);
    const std::set<OriginId> by_a = beside_->live_at(*a.copy, a.event), by_b = beside_->live_at(*b.copy, b.event);
    for (const OriginId x : heap_.origins().of_copy(a.copy->number))
      for (const OriginId y : heap_.origins().of_copy(b.copy->number)) {
        if (by_a.contains(y) || by_b.contains(x) || (x == y && x == heap::Heap::outside_origin)) return true;
        if (x == heap::Heap::main_origin && is_offered(a) && is_started(y)) return true;
        if (y == heap::Heap::main_origin && is_offered(b) && is_started(x)) return true;
      }
    return false;
  }

  // A public function of a class that has a lock may be called at any time: that this program does so before its
  // threads start, or after they end, is not the class's doing.
  bool is_offered(const Order& order) const {
    const Function& holder = order.way.empty() ? *order.copy->function : *order.way.front()->caller->function;
    return holder.visibility == Visibility::Public && !holder.is_constructor && !holder.is_destructor &&
           !holder.is_closure_body && !holder.is_static &&
           program_.record_of_field(heap_.key_of(order.held)) == program_.record(holder.record);
  }

  // ---- for people

  std::string name(CellId lock) const {
    const Record* record = program_.record_of_field(heap_.key_of(lock));
    return record ? record->name + "::" + heap_.name(lock) : heap_.name(lock);
  }

  LockStep step(CellId held, CellId taken, const Order& order) const {
    LockStep made;
    made.held = name(held);
    made.taken = name(taken);
    made.where = *order.taken->where;
    for (const CopyEdge* edge : order.way) {
      const Function& callee = *edge->callee->function;
      made.way.push_back({edge->caller->function->events[edge->event].where,
                          (callee.is_closure_body ? "the closure" : '\'' + callee.name + '\'') +
                              " is called here, holding '" + made.held + '\''});
    }
    return made;
  }

  const Flow& flow_;
  const Flow::Engine& engine_;
  const Program& program_;
  const heap::Heap& heap_;
  std::map<std::pair<const heap::Copy*, unsigned>, unsigned> callees_;  // how many, by caller and event
  std::vector<std::map<CellId, const CopyEdge*>> entered_;              // by copy: locks, and the call that brings each
  std::map<CellId, std::map<CellId, std::vector<Order>>> orders_;       // by the lock that is held, and that is taken
  std::optional<beside::MayRunBeside> beside_;                          // made when first asked
  std::set<Location> taken_twice_;
  std::vector<LockCycle> cycles_;
};

}  // namespace

std::vector<LockCycle> lock_cycles_by_heap(const Flow& flow) { return HeapLockOrder(flow).run(); }

}  // namespace ferrule
