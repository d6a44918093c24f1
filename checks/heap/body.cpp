// The events of one body as constraints: places, values, assignments, constructions.
#include "checks/heap/builder.h"

#include <algorithm>

namespace ferrule::heap {

namespace {

std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

}  // namespace

// ---- nodes that are made once

NodeId Builder::pointer_to(CellId cell) {
  if (cell == no_node) return no_node;
  NodeId& node = pointers_[cell];
  if (node == no_node) {
    node = cells_.add_helper();
    graph_.point(node, cell);
  }
  return node;
}

NodeId Builder::parts_of(NodeId pointers, StepId step) {
  if (pointers == no_node) return no_node;
  NodeId& node = parts_of_[pair_key(pointers, step)];
  if (node != no_node) return node;
  const NodeId made = node = cells_.add_helper();
  graph_.react(pointers, [this, made, step](NodeId cell) { graph_.point(made, cells_.part(cell, step)); });
  return made;
}

NodeId Builder::load_of(NodeId pointers, bool deep) {
  if (pointers == no_node) return no_node;
  NodeId& node = loads_[pair_key(pointers, deep ? 1 : 0)];
  if (node != no_node) return node;
  const NodeId made = node = cells_.add_helper();
  graph_.load(pointers, made, deep);
  return made;
}

// An object that holds a value for which the program has no name, so that a reference can be bound to it.
NodeId Builder::box(NodeId content, const Type* type) {
  if (content == no_node) return no_node;
  NodeId& node = boxes_[content];
  if (node != no_node) return node;
  Object object;
  object.type = cells_.referred(type);
  const CellId cell = cells_.add_object(object);
  graph_.copy(content, cell);
  return boxes_[content] = pointer_to(cell);
}

CellId Builder::function_cell(const Function* function) {
  if (!function) return no_node;
  CellId& cell = functions_[function];
  if (cell != no_node) return cell;
  Object object;
  object.kind = Object::Kind::Function;
  object.function = function;
  return cell = cells_.add_object(object);
}

// ---- places

Where Builder::root(Instance& in, const Place& place) {
  const Function& function = *in.function;
  switch (place.root) {
    case Root::This:
      return {in.self, false};
    case Root::Param:
      if (place.index >= in.params.size()) return {};
      return {in.params[place.index], !function.params[place.index].is_reference};
    case Root::Local:
      if (place.index >= in.locals.size()) return {};
      return {in.locals[place.index], !function.locals[place.index].is_reference};
    case Root::Global: {
      const Global* global = program_.global(place.key);
      CellId& cell = globals_[global ? std::string_view(global->key) : std::string_view(place.key)];
      if (cell == no_node) {
        Object object;
        object.kind = Object::Kind::Global;
        object.global = global;
        object.type = global ? cells_.type_of(global->type) : nullptr;
        cell = cells_.add_object(object);
        if (global && global->is_system) cells_.fill_from_outside(cell, object.type);
      }
      return {cell, true};
    }
    case Root::Result: {
      if (place.index >= function.events.size()) return {};
      const Event& event = function.events[place.index];
      if (event.kind == Event::Kind::Construct && event.place.known() &&
          !(event.place.root == Root::Result && event.place.index == place.index))
        return where(in, event.place);
      const NodeId node = result_node(in, place.index);
      return {node, cells_.is_cell(node)};
    }
    case Root::Unknown:
      break;
  }
  return {};
}

Where Builder::step(const Where& from, StepId step) {
  if (from.node == no_node) return {};
  return from.is_cell ? Where{cells_.part(from.node, step), true} : Where{parts_of(from.node, step), false};
}

Where Builder::loaded(const Where& from) {
  return from.is_cell ? Where{from.node, false} : Where{load_of(from.node, false), false};
}

Where Builder::where(Instance& in, const Place& place) {
  Where at = root(in, place);
  for (const Step& to : place.steps) switch (to.kind) {
      case Step::Kind::Field:
        at = step(at, cells_.field_step(to.field));
        break;
      case Step::Kind::Element:
        at = step(at, cells_.element_step(to.field));
        break;
      case Step::Kind::Deref:
        at = loaded(at);
        break;
    }
  return at;
}

// ---- values

NodeId Builder::content_at(const Where& where) { return where.is_cell ? where.node : load_of(where.node, true); }

NodeId Builder::address_of(const Where& where) { return where.is_cell ? pointer_to(where.node) : where.node; }

/// A node that holds what a value holds.
NodeId Builder::content(Instance& in, const Value& value) {
  switch (value.kind) {
    case Value::Kind::Copy:
    case Value::Kind::Move:
    case Value::Kind::Object:
      return content_at(where(in, value.place));
    case Value::Kind::Address:
    case Value::Kind::Fresh: {
      const Where target = where(in, value.place);
      if (value.kind == Value::Kind::Fresh && target.is_cell) cells_.set_allocation(target.node);
      const Type* type = cells_.type_of(value.type);
      const Type* pointee = cells_.is_pointer(type) ? cells_.type_of(type->target) : nullptr;
      const bool decays = !value.by_reference && pointee && pointee->kind != TypeKind::Array;
      return address_of(decays ? step(target, Cells::decay) : target);
    }
    case Value::Kind::Function:
      return pointer_to(function_cell(program_.function(value.key)));
    case Value::Kind::Literal:
    case Value::Kind::Unknown:
      break;
  }
  return no_node;
}

/// A node that points to where a value is: what a reference that is bound to it refers to.
NodeId Builder::address(Instance& in, const Value& value) {
  switch (value.kind) {
    case Value::Kind::Address:
      if (value.by_reference || value.type.empty()) return address_of(where(in, value.place));
      return box(content(in, value), cells_.type_of(value.type));
    case Value::Kind::Move:
    case Value::Kind::Object:
    case Value::Kind::Copy:
      return address_of(where(in, value.place));
    case Value::Kind::Function:
      return content(in, value);
    case Value::Kind::Fresh:
      return box(content(in, value), cells_.type_of(value.type));
    case Value::Kind::Literal:
    case Value::Kind::Unknown:
      break;
  }
  return no_node;
}

void Builder::put(const Where& where, NodeId content) {
  if (where.node == no_node || content == no_node) return;
  if (where.is_cell)
    graph_.copy(content, where.node);
  else
    graph_.store(where.node, content);
}

// ---- arguments

std::vector<Argument> Builder::arguments(Instance& in, const Event& event) {
  std::vector<Argument> all;
  for (unsigned i = 0; i < event.args.size(); ++i) {
    Argument& made = all.emplace_back();
    made.value = &event.args[i];
    made.of = &in;
    made.type = cells_.type_of(event.args[i].type);
    made.number = i;
  }
  return all;
}

NodeId Builder::content(const Argument& argument) {
  if (argument.value) {
    // An object that is handed over by reference, and wanted by value.
    if (argument.value->kind == Value::Kind::Address && argument.value->by_reference)
      return content_at(where(*argument.of, argument.value->place));
    return content(*argument.of, *argument.value);
  }
  if (argument.content != no_node) return argument.content;
  return load_of(argument.address, true);
}

NodeId Builder::address(const Argument& argument) {
  if (argument.value) return address(*argument.of, *argument.value);
  if (argument.address != no_node) return argument.address;
  return box(argument.content, argument.type);
}

/// A node that points to the object on which a member function runs that was given `argument` as its object: by
/// pointer, by a smart pointer, or the object itself.
NodeId Builder::receivers_of(const Argument& argument) {
  const Value* value = argument.value;
  if (value && !value->by_reference && (value->kind == Value::Kind::Address || value->kind == Value::Kind::Fresh))
    return content(argument);
  const Type* type = cells_.referred(argument.type);
  const ClassKnowledge* known = cells_.class_of(type);
  if (cells_.is_pointer(type) || (known && known->is == Is::Pointer && !known->holds_inside)) return content(argument);
  return type ? address(argument) : content(argument);
}

// ---- events

void Builder::build(Instance& in) {
  for (unsigned i = 0; i < in.function->events.size(); ++i) event(in, i);
}

void Builder::event(Instance& in, unsigned number) {
  const Event& event = in.function->events[number];
  switch (event.kind) {
    case Event::Kind::Assign:
      where(in, event.place);
      assign(in, event.place, event.value, event.is_initialisation);
      break;
    case Event::Kind::Construct:
      construct(in, number);
      break;
    case Event::Kind::Return: {
      const Type* type = cells_.type_of(in.function->result);
      const bool by_reference = type && type->kind == TypeKind::Reference;
      if (type && !cells_.can_point(type) && !by_reference) break;
      const NodeId returned = by_reference ? address(in, event.value) : content(Argument{&event.value, &in});
      graph_.copy(returned, in.result);
      break;
    }
    case Event::Kind::Call: {
      if (event.is_indirect) {
        Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
        call_what(site, address_of(where(in, event.place)));
        break;
      }
      const Function* callee = program_.function(event.callee);
      if (!callee) break;
      const FunctionKnowledge* known = known_.of_call(*callee);
      if (known || callee->is_system) {
        library_call(in, number, *callee);
        if (!callee->has_body() || known) break;
      }
      Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
      call_on(site, *callee, event.place.known() ? address_of(where(in, event.place)) : no_node, event.is_virtual);
      break;
    }
    case Event::Kind::Destroy:
      destroy(in, number);
      break;
    case Event::Kind::Access:
      where(in, event.place);  // so that there are cells to ask for
      break;
    case Event::Kind::Suspend:
      break;
  }
}

void Builder::destroy(Instance& in, unsigned number) {
  const Event& event = in.function->events[number];
  const Type* type = cells_.type_of(event.type);
  const Record* record = cells_.record_of(type);
  if (!record || !cells_.can_point(type)) return;
  const Function* callee = event.callee.empty() ? nullptr : program_.function(event.callee);
  if (!callee && !record->is_system) return;
  Site& site = new_site(in, number, CallKind::Call, {}, no_node);
  const NodeId objects = address_of(where(in, event.place));
  if (callee && !record->is_system)
    call_on(site, *callee, objects, event.is_virtual);
  else
    destroy_object(site, type, objects, false, 0);
}

/// A library's destructor ends what its object owns: what a smart pointer points to, the elements of a container.
void Builder::destroy_object(Site& site, const Type* type, NodeId objects, bool is_owned, unsigned depth) {
  constexpr unsigned deepest_owner = 4;
  type = cells_.referred(type);
  const Record* record = cells_.record_of(type);
  if (!record || depth > deepest_owner || objects == no_node || cells_.is_view(type)) return;
  if (!record->is_system) {
    const Function* destructor = record->destructor.empty() ? nullptr : program_.function(record->destructor);
    if (destructor && is_owned) call_on(site, *destructor, objects, destructor->is_virtual);
    return;
  }
  const ClassKnowledge* known = known_.record(record->name);
  const Type* element = cells_.element_type(type);
  if (known && known->is == Is::Pointer && !known->holds_inside) {
    destroy_object(site, element, load_of(objects, false), true, depth + 1);
  } else if (known && (known->is == Is::Container || known->is == Is::Pointer)) {
    destroy_object(site, element, elements_of(objects), true, depth + 1);
  } else if (!known && record->fields.size() == 2) {  // a pair: a map's element
    for (const Field& field : record->fields)
      destroy_object(site, cells_.type_of(field.type), parts_of(objects, cells_.field_step(field.key)), true,
                     depth + 1);
  }
}

void Builder::assign(Instance& in, const Place& place, const Value& value, bool initialises) {
  if (value.kind == Value::Kind::Literal || value.kind == Value::Kind::Unknown) return;
  // A reference that is bound has a node of its own, which points to what it refers to.
  if (initialises && place.steps.empty()) {
    const bool is_reference_local = place.root == Root::Local && place.index < in.function->locals.size() &&
                                    in.function->locals[place.index].is_reference;
    const Global* global = place.root == Root::Global ? program_.global(place.key) : nullptr;
    const Type* type = global ? cells_.type_of(global->type) : nullptr;
    if (is_reference_local || (type && type->kind == TypeKind::Reference)) {
      graph_.copy(address(in, value), root(in, place).node, false);
      return;
    }
  }
  if (initialises && !place.steps.empty() && place.steps.back().kind == Step::Kind::Field)
    if (const Field* field = program_.field(place.steps.back().field); field && field->is_reference) {
      put(where(in, place), address(in, value));
      return;
    }
  const Where target = where(in, place);
  put(target, content(Argument{&value, &in}));
}

void Builder::construct(Instance& in, unsigned number) {
  const Event& event = in.function->events[number];
  const Function* callee = event.callee.empty() ? nullptr : program_.function(event.callee);
  const Where made = root(in, {Root::Result, number});
  if (!callee) {
    construct_parts(in, number, made);
    return;
  }
  const Type* type = cells_.type_of(event.type);
  const Record* record = cells_.record_of(type);
  if (record && record->is_system) {
    if (!callee->has_body() && !cells_.can_point(type)) return;
    const FunctionKnowledge* known = known_.function(callee->name);
    const bool from_another = event.args.size() == 1 && cells_.same(cells_.type_of(event.args.front().type), type);
    if (known && known->does == Does::Start && !from_another) {
      start(in, number, *known, CallKind::Start, address_of(made));
      return;
    }
    Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
    library_construct(site, type, address_of(made), site.arguments);
    return;
  }
  Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
  // An inherited constructor hands on what it is given, which the event does not repeat.
  const Function& own = *in.function;
  if (event.args.empty() && own.is_constructor && own.is_defaulted && own.params.size() == callee->params.size())
    for (unsigned i = 0; i < own.params.size(); ++i) {
      Argument& argument = site.arguments.emplace_back();
      (own.params[i].is_reference ? argument.address : argument.content) = in.params[i];
      argument.type = cells_.type_of(own.params[i].type);
    }
  if (!callee->has_body()) {
    // A copy or move that the compiler writes itself, or a constructor that is in no unit.
    if (site.arguments.size() == 1 && cells_.same(site.arguments.front().type, type))
      put(made, content(site.arguments.front()));
    else if (!callee->is_defaulted)
      library_construct(site, type, address_of(made), site.arguments);
    if (!callee->is_defaulted && !callee->is_system) note(in, number, Incompleteness::Kind::NoBody);
    return;
  }
  call_on(site, *callee, address_of(made), false);
}

// A closure, an aggregate (one argument for each base and field), or a list of elements.
void Builder::construct_parts(Instance& in, unsigned number, const Where& made) {
  const Event& event = in.function->events[number];
  const Record* record = cells_.record_of(cells_.type_of(event.type));
  if (!record) return;
  const bool is_list = cells_.is_view(cells_.type_of(event.type));
  if (record->is_system && (is_list || record->fields.size() + record->bases.size() != event.args.size())) {
    for (const Argument& argument : arguments(in, event)) put(step(made, Cells::any_element), content(argument));
    return;
  }
  std::size_t next = record->is_closure || record->is_union ? 0 : record->bases.size();
  for (std::size_t i = 0; i < next && i < event.args.size(); ++i) put(made, content(Argument{&event.args[i], &in}));
  for (std::size_t i = 0; i < record->fields.size() && next < event.args.size(); ++i, ++next) {
    const Field& field = record->fields[i];
    const Argument argument{&event.args[next], &in};
    put(step(made, cells_.field_step(field.key)), field.is_reference ? address(argument) : content(argument));
  }
}

}  // namespace ferrule::heap
