#include "checks/detect/order_by_sync.h"

#include "checks/detect/along_calls.h"

#include <algorithm>

namespace ferrule::beside {

using heap::CellId;

OrderBySync::OrderBySync(const Flow& flow, const heap::Heap& heap) : engine_(flow.engine()), heap_(heap) {
  entries_.resize(heap_.copies().size());
  spread();
}

const FlowGraph& OrderBySync::graph(const Function& function) {
  std::unique_ptr<FlowGraph>& made = graphs_[&function];
  if (!made) made = std::make_unique<FlowGraph>(function);
  return *made;
}

// One cell: where the heap cannot tell which object it is, it orders nothing.
std::optional<CellId> OrderBySync::cell(const heap::Copy& copy, PlaceId place) const {
  const std::vector<CellId> cells = heap_.cells_in(copy, engine_.places.expand(place));
  return cells.size() == 1 ? std::optional(cells.front()) : std::nullopt;
}

// What the body itself does around one of its events.
const OrderBySync::Around& OrderBySync::within(const heap::Copy& copy, unsigned event) {
  const auto [at, is_new] = within_.try_emplace({copy.number, event});
  if (is_new) at->second = find_within(copy, event);
  return at->second;
}

OrderBySync::Around OrderBySync::find_within(const heap::Copy& copy, unsigned event) {
  Around found;
  const FunctionFlow* flow = engine_.known_flow(*copy.function);
  if (!flow || event >= flow->moments.size()) return found;
  for (const PlaceId object : flow->moments[event].awaited)
    if (const auto at = cell(copy, object)) found.surely.insert(*at);
  const FlowGraph* shape = flow->signals.empty() ? nullptr : &graph(*copy.function);
  for (const Signal& signal : flow->signals) {
    const auto at = cell(copy, signal.object);
    if (!at) continue;
    const bool is_lock = signal.kind != Signal::Kind::Release;
    if (shape->happens_after(event, signal.event)) (is_lock ? found.locks : found.signals).insert(*at);
    if (!is_lock || !shape->happens_after(signal.event, event)) continue;
    found.perhaps.insert(*at);
    const unsigned from = shape->block_of(signal.event);
    const unsigned to = shape->block_of(event);
    const bool always =
        from == to ? signal.event < event
                   : to != copy.function->entry &&
                         (from == copy.function->entry || !shape->reaches_without(copy.function->entry, to, from));
    if (signal.kind == Signal::Kind::Lock && always) found.surely.insert(*at);
  }
  return found;
}

OrderBySync::Around OrderBySync::around(const heap::Copy& copy, unsigned event) {
  Around found = within(copy, event);
  const Entry& entry = entries_[copy.number];
  if (entry.surely) found.surely.insert(entry.surely->begin(), entry.surely->end());
  found.perhaps.insert(entry.perhaps.begin(), entry.perhaps.end());
  found.locks.insert(entry.locks.begin(), entry.locks.end());
  found.signals.insert(entry.signals.begin(), entry.signals.end());
  return found;
}

bool OrderBySync::spread(const heap::CopyEdge& edge) {
  Entry& entry = entries_[edge.callee->number];
  Around outer;
  if (edge.kind == calls::CallKind::Call) outer = around(*edge.caller, edge.event);
  bool changed = false;
  const auto add = [&](Cells& into, const Cells& more) {
    const std::size_t before = into.size();
    into.insert(more.begin(), more.end());
    changed |= into.size() != before;
  };
  add(entry.perhaps, outer.perhaps);
  add(entry.locks, outer.locks);
  add(entry.signals, outer.signals);
  if (!entry.surely) {
    entry.surely = std::move(outer.surely);
    return true;
  }
  changed |= std::erase_if(*entry.surely, [&](CellId lock) { return !outer.surely.contains(lock); }) > 0;
  return changed;
}

void OrderBySync::spread() {
  std::vector<bool> has_caller(entries_.size());
  for (const heap::CopyEdge& edge : heap_.copy_edges()) has_caller[edge.callee->number] = true;
  std::vector<unsigned> first;
  for (unsigned copy = 0; copy < entries_.size(); ++copy) {
    if (has_caller[copy]) continue;
    entries_[copy].surely.emplace();
    first.push_back(copy);
  }
  along_calls(heap_, first, [&](const heap::CopyEdge& edge) { return spread(edge); });
}

bool OrderBySync::hands_over(const heap::Copy& copy, unsigned event, const heap::Copy& to, unsigned at) {
  const Around giver = around(copy, event);
  const Around taker = around(to, at);
  return std::any_of(taker.surely.begin(), taker.surely.end(), [&](CellId object) {
    return giver.signals.contains(object) || (giver.locks.contains(object) && !giver.perhaps.contains(object));
  });
}

}  // namespace ferrule::beside
