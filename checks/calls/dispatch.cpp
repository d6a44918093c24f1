// What a call may run: direct, virtual, through pointers to functions and members, and callables of every kind.
#include "checks/heap/builder.h"

#include <algorithm>

namespace ferrule::heap {

Site& Builder::new_site(Instance& in, unsigned event, CallKind kind, std::vector<Argument> arguments, NodeId result) {
  Site& site = sites_.emplace_back();
  site.in = &in;
  site.event = event;
  site.kind = kind;
  site.arguments = std::move(arguments);
  site.result = result;
  return site;
}

void Builder::record_edge(Site& site, const Function& callee, unsigned instance, NodeId receivers, CellId receiver) {
  std::vector<Edge>& edges = edges_[{site.in->function, site.event}];
  auto known = std::find_if(edges.begin(), edges.end(), [&](const Edge& edge) {
    return edge.callee == &callee && edge.kind == site.kind && edge.instance == instance &&
           edge.caller == site.in->number;
  });
  if (known == edges.end()) {
    known = edges.insert(edges.end(), Edge{&callee, site.kind, instance, site.in->number});
    for (std::size_t i = 0; i < callee.params.size(); ++i)
      known->arguments.push_back(i < site.arguments.size() ? site.arguments[i].number : std::nullopt);
  }
  if (receivers != no_node) known->receivers.insert(receivers);
  if (receiver != no_node) known->receiver_cells.insert(receiver);
}

/// Runs `callee` on the objects that `receivers` points to, or on `receiver`.
void Builder::call(Site& site, const Function& callee, NodeId receivers, CellId receiver) {
  if (!callee.has_body()) {
    record_edge(site, callee, ~0u, receivers, receiver);
    // What the compiler writes itself and nobody needs to see: an assignment copies.
    const Type* own = cells_.type_of(callee.record);
    if (callee.is_defaulted && site.arguments.size() == 1 && cells_.same(site.arguments.front().type, own)) {
      const NodeId from = content(site.arguments.front());
      if (receiver != no_node) graph_.copy(from, receiver);
      if (receivers != no_node) graph_.store(receivers, from);
    }
    if (callee.is_system || callee.is_defaulted) return;
    note(*site.in, site.event, Incompleteness::Kind::NoBody);
    // What it may do with what it is given, only the outside knows.
    for (const Argument& argument : site.arguments) {
      const Type* type = cells_.referred(argument.type);
      if (type && type->kind == TypeKind::Pointer)
        graph_.copy(content(argument), cells_.outside(cells_.type_of(type->target)), false);
    }
    if (site.kind == CallKind::Call && site.event < site.in->results.size()) {
      const Type* type = cells_.type_of(callee.result);
      const NodeId result = result_node(*site.in, site.event);
      if (type && type->kind == TypeKind::Reference)
        graph_.copy(cells_.outside(type), result, false);
      else
        cells_.fill_from_outside(result, type);
    }
    return;
  }
  if (receiver == no_node && receivers != no_node && keeps_or_gives(callee)) {
    by_object_.push_back({&site, &callee});
    graph_.react(receivers, [this, &site, &callee](NodeId object) {
      if (cells_.is_cell(object)) call(site, callee, no_node, object);
    });
    return;
  }
  Instance& to = instance_for(callee, site, keeps_or_gives(callee) ? receiver : no_node);
  record_edge(site, callee, to.number, receivers, receiver);
  if (receivers != no_node) graph_.copy(receivers, to.self, false);
  if (receiver != no_node) graph_.point(to.self, receiver);
  if (site.bound.insert(to.number).second) bind(site, callee, to);
}

void Builder::bind(Site& site, const Function& callee, Instance& to) {
  for (std::size_t i = 0; i < callee.params.size() && i < site.arguments.size(); ++i) {
    const Type* type = cells_.type_of(callee.params[i].type);
    if (!callee.params[i].is_reference && type && !cells_.can_point(type)) continue;
    const Argument& argument = site.arguments[i];
    // `std::ref(x)` for a parameter `T& x`: the wrapper converts itself.
    if (const ClassKnowledge* known = cells_.class_of(argument.type);
        known && known->is == Is::Pointer && known->is_view && !cells_.same(argument.type, type)) {
      const NodeId wrapped = content(argument);
      graph_.copy(callee.params[i].is_reference ? wrapped : load_of(wrapped, true), to.params[i]);
      continue;
    }
    graph_.copy(callee.params[i].is_reference ? address(argument) : content(argument), to.params[i],
                !callee.params[i].is_reference);
  }
  const bool is_event = site.kind == CallKind::Call && site.event < site.in->results.size() &&
                        site.in->function->events[site.event].kind == Event::Kind::Call;
  const Type* type = cells_.type_of(callee.result);
  if (type && !cells_.can_point(type) && type->kind != TypeKind::Reference) return;
  if (type && type->key == "void") return;
  if (site.result != no_node)
    graph_.copy(to.result, site.result);
  else if (is_event)
    graph_.copy(to.result, result_node(*site.in, site.event));
}

void Builder::call_on(Site& site, const Function& callee, NodeId receivers, bool is_virtual) {
  if (!is_virtual) {
    call(site, callee, receivers, no_node);
    return;
  }
  callable_sites_[{site.in->function, site.event}] = site.in;
  graph_.react(receivers, [this, &site, &callee](NodeId object) { call_virtual(site, callee, object); });
}

const std::vector<const Function*>& Builder::overriders(const Function& declared) {
  const auto [entry, is_new] = overriders_.try_emplace(&declared);
  if (is_new) entry->second = program_.overriders(declared.key);
  return entry->second;
}

const Function* Builder::override_of(const Function& declared, const Record* dynamic) const {
  const auto& all = overriders_.at(&declared);
  std::vector<const Record*> open{dynamic};
  for (std::size_t i = 0; i < open.size() && i < 64; ++i) {
    const Record* at = open[i];
    if (at->key == declared.record) continue;
    for (const Function* candidate : all)
      if (candidate->record == at->key) return candidate;
    for (const Base& base : at->bases)
      if (const Record* of = program_.record_of_type(base.type)) open.push_back(of);
  }
  return &declared;
}

void Builder::call_virtual(Site& site, const Function& callee, CellId object) {
  if (!cells_.is_cell(object)) return;
  const std::vector<const Function*>& all = overriders(callee);
  const Record* dynamic = cells_.record_of(cells_.type(object));
  const Record* declared = program_.record(callee.record);
  const bool is_outside = cells_.object(object).kind == Object::Kind::Outside && cells_.parent(object) == no_node;
  const bool is_known = dynamic && declared && cells_.derives_from(dynamic, declared) && !is_outside;
  if (is_known) {
    const Function* target = override_of(callee, dynamic);
    call(site, *target, no_node, object);
    return;
  }
  // Of an object of which only a base is known, all that it may be.
  const auto may_be = [&](const Function& candidate) {
    const Record* of = program_.record(candidate.record);
    return !dynamic || !of || !declared || !cells_.is_related(dynamic, declared) || cells_.is_related(of, dynamic);
  };
  if (callee.has_body()) call(site, callee, no_node, object);
  for (const Function* candidate : all)
    if (may_be(*candidate)) call(site, *candidate, no_node, object);
}

/// Calls what lies where `callables` points to.
void Builder::call_what(Site& site, NodeId callables) {
  callable_sites_[{site.in->function, site.event}] = site.in;
  graph_.react(callables, [this, &site](NodeId callable) { call_callable(site, callable); });
}

std::vector<const Function*> Builder::call_operators(const Record* record, std::size_t arguments) const {
  for (int depth = 0; record && depth < 8; ++depth) {
    if (record->is_system) return {};
    if (!record->call_operator.empty())
      if (const Function* body = program_.function(record->call_operator)) return {body};
    std::vector<const Function*> found;
    for (const std::string& key : record->methods)
      if (const Function* method = program_.function(key);
          method && method->name.ends_with("::operator()") && method->params.size() == arguments)
        found.push_back(method);
    if (!found.empty()) return found;
    record = record->bases.empty() ? nullptr : program_.record_of_type(record->bases.front().type);
  }
  return {};
}

void Builder::call_callable(Site& site, CellId callable) {
  if (!cells_.is_cell(callable) || !site.tried.insert(callable).second) return;
  const Object& object = cells_.object(callable);
  if (object.kind == Object::Kind::Function) {
    call_function(site, *object.function);
    return;
  }
  const std::vector<const Function*> operators =
      call_operators(cells_.record_of(cells_.type(callable)), site.arguments.size());
  for (const Function* body : operators) {
    if (body->is_virtual)
      call_virtual(site, *body, callable);
    else
      call(site, *body, no_node, callable);
  }
  if (!operators.empty()) return;
  if (cells_.find_part(callable, cells_.slot_step("bound")) != no_node) call_bound(site, callable);
  // A struct that says what to call, as sigaction's does.
  if (const Record* record = cells_.record_of(cells_.type(callable));
      site.kind == CallKind::Handler && record && !cells_.class_of(cells_.type(callable)))
    for (const Field& field : record->fields) call_callable(site, cells_.part(callable, cells_.field_step(field.key)));
  // A pointer, a `std::function` or a wrapper: what it holds is called.
  graph_.react(callable, [this, &site](NodeId held) { call_callable(site, held); });
}

void Builder::call_function(Site& site, const Function& function) {
  const bool is_method =
      !function.record.empty() && !function.is_static && !function.is_constructor && !function.is_closure_body;
  if (!is_method) {
    call(site, function, no_node, no_node);
    return;
  }
  if (site.arguments.empty()) return;
  const NodeId receivers = receivers_of(site.arguments.front());
  Site& inner =
      new_site(*site.in, site.event, site.kind, {site.arguments.begin() + 1, site.arguments.end()}, site.result);
  call_on(inner, function, receivers, function.is_virtual);
}

// What `std::bind` made: its own arguments, with the call's in the place of the placeholders, and then the call's.
void Builder::call_bound(Site& site, CellId bound) {
  std::vector<Argument> arguments;
  for (unsigned i = 0;; ++i) {
    const CellId slot = cells_.find_part(bound, cells_.slot_step("argument" + std::to_string(i)));
    if (slot == no_node) break;
    const Type* type = cells_.type(slot);
    const ClassKnowledge* known = cells_.class_of(type);
    if (known && known->is_placeholder) {
      const Record* record = cells_.record_of(type);
      const unsigned long which =
          record->arguments.empty() ? 0 : std::strtoul(record->arguments.front().literal.c_str(), nullptr, 10);
      if (which >= 1 && which <= site.arguments.size()) {
        arguments.push_back(site.arguments[which - 1]);
        continue;
      }
    }
    Argument& made = arguments.emplace_back();
    made.content = slot;
    made.address = pointer_to(slot);
    made.type = type;
  }
  arguments.insert(arguments.end(), site.arguments.begin(), site.arguments.end());
  Site& inner = new_site(*site.in, site.event, site.kind, std::move(arguments), site.result);
  call_what(inner, pointer_to(cells_.find_part(bound, cells_.slot_step("bound"))));
}

// Calls on objects of which nothing is known: the callee runs all the same.
void Builder::call_without_objects() {
  for (const auto& [site, callee] : by_object_) {
    const auto found = edges_.find({site->in->function, site->event});
    const bool is_known =
        found != edges_.end() && std::any_of(found->second.begin(), found->second.end(), [&](const Edge& edge) {
          return edge.callee == callee && edge.caller == site->in->number;
        });
    if (!is_known) call(*site, *callee, no_node, no_node);
  }
}

// Calls that were looked for and never found.
void Builder::note_dead_ends() {
  for (const auto& [site, in] : callable_sites_)
    if (!edges_.contains(site)) note(*in, site.second, Incompleteness::Kind::NoCallee);
}

}  // namespace ferrule::heap
