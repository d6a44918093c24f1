#include "checks/detect/may_run_beside.h"

#include "checks/detect/along_calls.h"

#include <algorithm>

namespace ferrule::beside {

using calls::Origin;
using calls::OriginId;

MayRunBeside::MayRunBeside(const Flow& flow, const heap::Heap& heap) : engine_(flow.engine()), heap_(heap) {
  entries_.resize(heap_.copies().size());
  index_starts();
  index_handles();
  seed();
  spread();
}

const Moment* MayRunBeside::moment(const Function& function, unsigned event) const {
  const FunctionFlow* flow = engine_.known_flow(function);
  return flow && event < flow->moments.size() && flow->moments[event].reached ? &flow->moments[event] : nullptr;
}

bool MayRunBeside::is_entry(const heap::Copy& copy) const {
  return copy.origin == heap::Heap::outside_origin && heap_.calls().entries().contains(copy.function);
}

void MayRunBeside::index_starts() {
  for (OriginId id = 0; id < heap_.origins().all().size(); ++id) {
    const Origin& origin = heap_.origins().all()[id];
    if (origin.function) starts_[{origin.function, origin.event}].push_back(id);
  }
}

// A crossing whose body only a caller knows stands in the caller's flow, and in the heap where the thread really
// starts: then what it runs says which it is.
std::vector<OriginId> MayRunBeside::origins_of(const Started& started) const {
  if (const auto found = starts_.find({started.origin, started.event}); found != starts_.end()) return found->second;
  std::vector<OriginId> found;
  for (OriginId id = 0; id < heap_.origins().all().size(); ++id) {
    const std::vector<const Function*>& bodies = heap_.origins().all()[id].bodies;
    if (std::any_of(bodies.begin(), bodies.end(), [&](const Function* body) { return started.bodies.contains(body); }))
      found.push_back(id);
  }
  return found;
}

// A handle that is a number (pthread_t) stands for the thread behind it.
std::vector<heap::CellId> MayRunBeside::handle_cells(const heap::Copy& copy, PlaceId handle) const {
  Place place = engine_.places.expand(handle);
  std::vector<heap::CellId> cells = heap_.cells_in(copy, place);
  if (!cells.empty() || place.steps.empty() || place.steps.back().kind != Step::Kind::Deref) return cells;
  place.steps.pop_back();
  return heap_.cells_in(copy, place);
}

// Where the handles are that join each origin.
void MayRunBeside::index_handles() {
  for (const heap::Copy& copy : heap_.copies()) {
    const FunctionFlow* flow = engine_.known_flow(*copy.function);
    if (!flow) continue;
    for (const Started& started : flow->started) {
      if (started.handle == no_place) continue;
      const std::vector<heap::CellId> cells = handle_cells(copy, started.handle);
      for (const OriginId id : origins_of(started)) handles_[id].insert(cells.begin(), cells.end());
    }
  }
}

// Threads that one place starts for several objects have a handle each: whoever joins one works on its object.
bool MayRunBeside::is_joined(const heap::Copy& copy, const Moment& at, OriginId origin) const {
  const auto handles = handles_.find(origin);
  if (handles == handles_.end()) return false;
  return std::any_of(handles->second.begin(), handles->second.end(), [&](heap::CellId handle) {
    return std::any_of(at.joined.begin(), at.joined.end(), [&](PlaceId joined) {
      const std::vector<heap::CellId> cells = handle_cells(copy, joined);
      return cells.size() == 1 && heap_.may_overlap(cells.front(), handle);
    });
  });
}

// What outside code starts may run when outside code calls in again, but not while an object is made or ends.
void MayRunBeside::seed() {
  std::set<OriginId> from_outside{heap::Heap::outside_origin};
  for (bool changed = true; changed;) {
    changed = false;
    for (OriginId id = 0; id < heap_.origins().all().size(); ++id) {
      const Origin& origin = heap_.origins().all()[id];
      if (!origin.function || origin.kind == Origin::Kind::Later || origin.kind == Origin::Kind::Parallel) continue;
      for (const OriginId starter : heap_.origins().of(*origin.function))
        if (from_outside.contains(starter)) changed |= from_outside.insert(id).second;
    }
  }
  from_outside.erase(heap::Heap::outside_origin);
  for (const heap::Copy& copy : heap_.copies()) {
    const bool is_first = copy.function->name == "main" || copy.function->is_initialiser;
    if (!is_entry(copy) && !is_first) continue;
    Entry& entry = entries_[copy.number];
    entry.reached = true;
    entry.held.emplace();
    if (is_entry(copy) && !copy.function->is_constructor && !copy.function->is_destructor)
      entry.from_before = from_outside;
  }
}

std::set<OriginId> MayRunBeside::live_at(const heap::Copy& copy, unsigned event) const {
  std::set<OriginId> live = entries_[copy.number].live;
  const FunctionFlow* flow = engine_.known_flow(*copy.function);
  const Moment* at = moment(*copy.function, event);
  if (!flow || !at) return live;
  if (!at->joined.empty()) std::erase_if(live, [&](OriginId origin) { return is_joined(copy, *at, origin); });
  for (const unsigned id : at->live) {
    const std::vector<OriginId> origins = origins_of(flow->started[id]);
    live.insert(origins.begin(), origins.end());
  }
  return live;
}

std::vector<Held> MayRunBeside::held_at(const heap::Copy& copy, unsigned event) const {
  std::vector<Held> held;
  const Moment* at = moment(*copy.function, event);
  if (!at) return held;
  for (const auto& [lock, is_shared] : at->held) held.push_back({engine_.places.expand(lock), is_shared});
  if (entries_[copy.number].held)
    for (const Held& outer : *entries_[copy.number].held)
      if (outer.cell != 0 || !at->released.contains(engine_.places.intern(outer.lock))) held.push_back(outer);
  return held;
}

// In the callee's terms: through its object and its parameters, or as a global.
std::set<Held> MayRunBeside::translated(const heap::CopyEdge& edge, const std::vector<Held>& held) const {
  std::set<Held> found;
  const Event& event = edge.caller->function->events[edge.event];
  const auto rebased = [&](const Place& lock, const Place& from, Place to) -> std::optional<Place> {
    if (!from.known() || lock.root != from.root || lock.index != from.index || lock.key != from.key ||
        lock.steps.size() < from.steps.size() || !std::equal(from.steps.begin(), from.steps.end(), lock.steps.begin()))
      return std::nullopt;
    to.steps.insert(to.steps.end(), lock.steps.begin() + static_cast<std::ptrdiff_t>(from.steps.size()),
                    lock.steps.end());
    return to;
  };
  // What a closure that is made here has captured is named in its body by its fields.
  std::vector<std::pair<Place, Place>> captured;
  for (const Value& value : event.args) {
    if (value.kind != Value::Kind::Object || value.place.root != Root::Result) continue;
    if (value.place.index >= edge.caller->function->events.size()) continue;
    const Event& made = edge.caller->function->events[value.place.index];
    const Record* record = engine_.program.record_of_type(made.type);
    if (!record || record->call_operator != edge.callee->function->key) continue;
    for (std::size_t i = 0; i < made.args.size() && i < record->fields.size(); ++i) {
      const Place field = Place{Root::This}.field(record->fields[i].key);
      captured.emplace_back(made.args[i].place, made.args[i].kind == Value::Kind::Address ? field.deref() : field);
    }
  }
  for (const Held& outer : held) {
    if (outer.cell != 0 || outer.lock.root == Root::Global) {
      found.insert(outer);
      continue;
    }
    const std::vector<heap::CellId> cells = heap_.cells_in(*edge.caller, outer.lock);
    for (const heap::CellId cell : cells)
      found.insert({{}, outer.is_shared, cell, cells.size() > 1 || outer.is_perhaps, outer.is_once});
    for (const auto& [from, to] : captured)
      if (const auto own = rebased(outer.lock, from, to))
        found.insert({*own, outer.is_shared, 0, outer.is_perhaps, outer.is_once});
    if (const auto own = rebased(outer.lock, event.place, {Root::This}))
      found.insert({*own, outer.is_shared, 0, outer.is_perhaps, outer.is_once});
    for (unsigned i = 0; i < event.args.size() && i < edge.callee->function->params.size(); ++i) {
      const Value& value = event.args[i];
      Place param{Root::Param, i};
      const bool is_reference = edge.callee->function->params[i].is_reference;
      if (value.kind == Value::Kind::Address && !is_reference) param = param.deref();
      if (value.kind == Value::Kind::Address || value.kind == Value::Kind::Copy)
        if (const auto given = rebased(outer.lock, value.place, param))
          found.insert({*given, outer.is_shared, 0, outer.is_perhaps, outer.is_once});
    }
  }
  return found;
}

// What a library function runs under a lock of its own. What runs at most once runs before anybody comes by: as if
// under a lock, which whoever comes by holds from then on.
void MayRunBeside::add_locks_of_library(const heap::CopyEdge& edge, std::vector<Held>& held) const {
  const Event& event = edge.caller->function->events[edge.event];
  const Function* callee = event.callee.empty() ? nullptr : engine_.program.function(event.callee);
  const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
  const bool has_lock = known && (known->does == Does::Once || known->does == Does::WithLock);
  const Place& flag =
      has_lock && known->on && *known->on < event.args.size() ? event.args[*known->on].place : event.place;
  if (flag.known() && (has_lock || is_local_static(event)))
    held.push_back({flag, has_lock && known->shared, 0, false, !has_lock || known->does == Does::Once});
}

// A static variable of a function is made by the thread that comes by first.
bool MayRunBeside::is_local_static(const Event& event) const {
  if (event.kind != Event::Kind::Construct || event.place.root != Root::Global) return false;
  const Global* global = engine_.program.global(event.place.key);
  return global && global->is_local_static && !global->is_thread_local;
}

bool MayRunBeside::spread(const heap::CopyEdge& edge) {
  Entry& entry = entries_[edge.callee->number];
  if (edge.kind == calls::CallKind::Call && !entries_[edge.caller->number].reached) return false;
  const bool is_first =
      edge.callee->origin == heap::Heap::main_origin || edge.callee->origin == heap::Heap::outside_origin;
  std::set<OriginId> live = live_at(*edge.caller, edge.event);
  // The first thread ends an object when no other works on it any more: what it waits for by then, flow knows better.
  if (is_first && edge.callee->function->is_destructor) live.clear();
  if (edge.kind != calls::CallKind::Call)
    if (const auto own = starts_.find({edge.caller->function, edge.event}); own != starts_.end())
      for (const OriginId id : own->second) {
        // That outside code calls the starter once more for the same object is not assumed.
        if (edge.kind == calls::CallKind::Parallel)
          live.insert(id);
        else if (!heap_.origins().all()[id].many)
          live.erase(id);
      }
  const std::size_t before = entry.live.size() + entry.from_before.size();
  entry.live.insert(live.begin(), live.end());
  const std::set<OriginId>& again = entries_[edge.caller->number].from_before;
  entry.from_before.insert(again.begin(), again.end());
  bool changed = entry.live.size() + entry.from_before.size() != before || !entry.reached;
  entry.reached = true;
  // What the first thread does before it starts another needs no lock.
  if (is_first && edge.kind == calls::CallKind::Call && live.empty()) return changed;
  std::set<Held> held;
  if (edge.kind == calls::CallKind::Call) {
    std::vector<Held> outer = held_at(*edge.caller, edge.event);
    add_locks_of_library(edge, outer);
    held = translated(edge, outer);
  }
  if (!entry.held) {
    entry.held = std::move(held);
    return true;
  }
  changed |= std::erase_if(*entry.held, [&](const Held& lock) { return !held.contains(lock); }) > 0;
  return changed;
}

void MayRunBeside::spread() {
  std::vector<unsigned> all;
  for (const heap::Copy& copy : heap_.copies()) all.push_back(copy.number);
  along_calls(heap_, all, [&](const heap::CopyEdge& edge) { return spread(edge); });
}

}  // namespace ferrule::beside
