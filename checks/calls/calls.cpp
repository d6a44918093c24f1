#include "checks/calls/calls.h"

#include "checks/heap/builder.h"
#include "checks/program/components.h"

#include <algorithm>

namespace ferrule::calls {

namespace {

/// For each block of a body, whether it may run again after it has run.
std::vector<bool> blocks_in_loops(const Function& function) {
  std::vector<std::vector<unsigned>> successors;
  for (const Block& block : function.blocks) successors.push_back(block.successors);
  std::vector<bool> in_loop(function.blocks.size(), false);
  for (const Component& component : ferrule::components(successors))
    for (const unsigned block : component.members) in_loop[block] = component.is_recursive;
  return in_loop;
}

}  // namespace

Calls::Calls(const Program& program, const heap::Builder& builder) : entries_(builder.entries()) {
  for (const auto& [site, edges] : builder.edges()) {
    std::map<std::pair<const Function*, CallKind>, Callee> merged;
    std::map<std::pair<const Function*, CallKind>, heap::IdSet> receivers;
    for (const heap::Edge& edge : edges) {
      Callee& callee = merged[{edge.callee, edge.kind}];
      callee.function = edge.callee;
      callee.kind = edge.kind;
      callee.arguments = edge.arguments;
      heap::IdSet& objects = receivers[{edge.callee, edge.kind}];
      for (const heap::NodeId node : edge.receivers) objects.insert_all(builder.cells().graph().pointees(node));
      for (const heap::CellId cell : edge.receiver_cells) objects.insert(cell);
    }
    std::vector<Callee>& found = callees_[site];
    for (auto& [key, callee] : merged) {
      for (const heap::CellId cell : receivers[key])
        if (builder.cells().is_cell(cell)) callee.receivers.push_back(cell);
      callers_[callee.function].push_back({site.first, site.second, callee.kind});
      if (callee.kind != CallKind::Call) starts_.push_back({site.first, site.second, callee.kind});
      found.push_back(std::move(callee));
    }
    std::sort(found.begin(), found.end(), [](const Callee& a, const Callee& b) {
      return std::pair(a.function->key, a.kind) < std::pair(b.function->key, b.kind);
    });
  }
  const auto by_key = [](const Caller& a, const Caller& b) {
    return std::tuple(a.function->key, a.event, a.kind) < std::tuple(b.function->key, b.event, b.kind);
  };
  for (auto& [callee, callers] : callers_) std::sort(callers.begin(), callers.end(), by_key);
  std::sort(starts_.begin(), starts_.end(), by_key);
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
  for (const Function& function : program.facts().functions)
    if (function.has_body()) loops_[&function] = blocks_in_loops(function);
  find_components(program);
  find_once(program);
}

const std::vector<Callee>& Calls::callees(const Function& function, unsigned event) const {
  static const std::vector<Callee> none;
  const auto found = callees_.find({&function, event});
  return found == callees_.end() ? none : found->second;
}

const std::vector<Caller>& Calls::callers(const Function& function) const {
  static const std::vector<Caller> none;
  const auto found = callers_.find(&function);
  return found == callers_.end() ? none : found->second;
}

bool Calls::is_in_loop(const Function& function, unsigned event) const {
  const auto found = loops_.find(&function);
  if (found == loops_.end()) return false;
  for (std::size_t i = 0; i < function.blocks.size(); ++i)
    if (event >= function.blocks[i].first && event < function.blocks[i].last) return found->second[i];
  return false;
}

void Calls::find_components(const Program& program) {
  std::vector<const Function*> functions;
  std::unordered_map<const Function*, unsigned> numbers;
  for (const Function& function : program.facts().functions)
    if (function.has_body()) {
      numbers[&function] = static_cast<unsigned>(functions.size());
      functions.push_back(&function);
    }
  std::vector<std::vector<unsigned>> successors(functions.size());
  for (const auto& [site, callees] : callees_)
    for (const Callee& callee : callees)
      if (callee.function->has_body() && callee.kind == CallKind::Call)
        successors[numbers.at(site.first)].push_back(numbers.at(callee.function));
  for (const Component& component : ferrule::components(successors)) {
    std::vector<const Function*>& made = components_.emplace_back();
    for (const unsigned member : component.members) made.push_back(functions[member]);
  }
}

// A function runs once if one event alone runs it, outside loops, of a function that runs once and is not recursive.
void Calls::find_once(const Program& program) {
  for (auto component = components_.rbegin(); component != components_.rend(); ++component) {
    const Function* function = component->front();
    if (component->size() > 1) continue;
    const std::vector<Caller>& callers = this->callers(*function);
    if (callers.empty()) {
      once_.insert(function);
      continue;
    }
    if (callers.size() > 1 || callers.front().kind == CallKind::Parallel || callers.front().function == function)
      continue;
    const Caller& caller = callers.front();
    // Starts are not in the order of components: what starts it may come later in this loop.
    if (is_in_loop(*caller.function, caller.event)) continue;
    if (once_.contains(caller.function)) once_.insert(function);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Function& function : program.facts().functions) {
      if (!function.has_body() || once_.contains(&function)) continue;
      const std::vector<Caller>& callers = this->callers(function);
      if (callers.size() != 1 || callers.front().kind == CallKind::Parallel) continue;
      const Caller& caller = callers.front();
      if (caller.function != &function && once_.contains(caller.function) &&
          !is_in_loop(*caller.function, caller.event))
        changed |= once_.insert(&function).second;
    }
  }
}

}  // namespace ferrule::calls
