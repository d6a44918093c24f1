#include "checks/calls/origins.h"

#include "checks/heap/builder.h"
#include "checks/program/components.h"

#include <algorithm>
#include <set>

namespace ferrule::calls {

namespace {

Origin::Kind kind_of(CallKind kind) {
  switch (kind) {
    case CallKind::Parallel:
      return Origin::Kind::Parallel;
    case CallKind::Later:
      return Origin::Kind::Later;
    case CallKind::Handler:
      return Origin::Kind::Handler;
    case CallKind::Call:
    case CallKind::Start:
      break;
  }
  return Origin::Kind::Thread;
}

bool add_all(std::vector<OriginId>& into, const std::vector<OriginId>& from) {
  const std::size_t before = into.size();
  std::vector<OriginId> both;
  std::set_union(into.begin(), into.end(), from.begin(), from.end(), std::back_inserter(both));
  into = std::move(both);
  return into.size() != before;
}

}  // namespace

Origins::Origins(const heap::Builder& builder, const Calls& calls) {
  for (const heap::StartedAt& started : builder.origins())
    origins_.push_back({kind_of(started.kind), started.function, started.event});
  origins_[heap::Builder::main_origin].kind = Origin::Kind::Main;
  origins_[heap::Builder::outside_origin].kind = Origin::Kind::Outside;
  origins_[heap::Builder::shared_origin].kind = Origin::Kind::Shared;
  spread(builder);
  find_many(calls);
  find_reached(builder);
}

// What an origin starts with, and on along the calls. A copy of a body that is for one origin runs in that one; those
// for several run in the origins of their callers.
void Origins::spread(const heap::Builder& builder) {
  const std::size_t count = builder.instances().size();
  of_instance_.resize(count);
  std::vector<std::vector<unsigned>> callees(count);
  for (const heap::Instance& instance : builder.instances()) {
    const OriginId origin = builder.context(instance.context).origin;
    if (origin != heap::Builder::shared_origin) of_instance_[instance.number] = {origin};
    const bool is_first = instance.function->name == "main" || instance.function->is_initialiser;
    const bool is_entry = builder.entries().contains(instance.function);
    if ((origin == heap::Builder::main_origin && is_first) || (origin == heap::Builder::outside_origin && is_entry))
      origins_[origin].bodies.push_back(instance.function);
  }
  for (const auto& [site, edges] : builder.edges())
    for (const heap::Edge& edge : edges) {
      if (edge.instance >= count) continue;
      if (edge.kind == CallKind::Call) {
        callees[edge.caller].push_back(edge.instance);
        continue;
      }
      if (const std::optional<OriginId> id = builder.origin_at(site.first, site.second, edge.kind)) {
        add_all(of_instance_[edge.instance], {*id});
        origins_[*id].bodies.push_back(edge.callee);
      }
    }
  const auto by_key = [](const Function* a, const Function* b) { return a->key < b->key; };
  for (Origin& origin : origins_) {
    std::sort(origin.bodies.begin(), origin.bodies.end(), by_key);
    origin.bodies.erase(std::unique(origin.bodies.begin(), origin.bodies.end()), origin.bodies.end());
  }
  const std::vector<Component> components = ferrule::components(callees);
  for (auto component = components.rbegin(); component != components.rend(); ++component) {
    std::vector<OriginId> all;
    for (const unsigned member : component->members) add_all(all, of_instance_[member]);
    for (const unsigned member : component->members) {
      of_instance_[member] = all;
      for (const unsigned callee : callees[member])
        if (builder.context(builder.instances()[callee].context).origin == heap::Builder::shared_origin)
          add_all(of_instance_[callee], all);
    }
  }
  for (const heap::Instance& instance : builder.instances())
    add_all(of_[instance.function], of_instance_[instance.number]);
}

void Origins::find_many(const Calls& calls) {
  for (Origin& origin : origins_) {
    if (!origin.function) continue;
    origin.many = origin.kind == Origin::Kind::Parallel || calls.is_in_loop(*origin.function, origin.event) ||
                  !calls.runs_once(*origin.function);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (Origin& origin : origins_) {
      if (!origin.function || origin.many) continue;
      const std::vector<OriginId>& starters = of(*origin.function);
      origin.many = std::any_of(starters.begin(), starters.end(), [&](OriginId id) { return origins_[id].many; });
      changed |= origin.many;
    }
  }
}

void Origins::find_reached(const heap::Builder& builder) {
  for (const heap::Instance& instance : builder.instances()) {
    const std::vector<OriginId>& origins = of_instance_[instance.number];
    std::set<heap::ObjectId> objects;
    for (const Event& event : instance.function->events)
      if (event.place.known())
        for (const heap::CellId cell : builder.cells_at(instance, event.place))
          if (builder.cells().is_cell(cell)) objects.insert(builder.cells().object_id(cell));
    for (const heap::ObjectId object : objects) add_all(reached_[object], origins);
  }
}

const std::vector<OriginId>& Origins::of(const Function& function) const {
  static const std::vector<OriginId> none;
  const auto found = of_.find(&function);
  return found == of_.end() ? none : found->second;
}

const std::vector<OriginId>& Origins::reached_by(unsigned object_id) const {
  static const std::vector<OriginId> none;
  const auto found = reached_.find(object_id);
  return found == reached_.end() ? none : found->second;
}

}  // namespace ferrule::calls
