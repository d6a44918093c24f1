// Objects of library classes: what goes into containers, pointers and wrappers, and what comes out of them. Types tell
// elements, keys, mapped values, iterators and the object itself apart.
#include "checks/heap/builder.h"

#include <algorithm>

namespace ferrule::heap {

/// Where in the elements of a library's object a value of the type `wanted` is kept: the element, or one of its parts.
/// Of two parts of the type the first is the key.
NodeId Builder::elements_like(const Type* own, NodeId holders, const Type* wanted, bool is_key) {
  const Type* element = cells_.element_type(own);
  const NodeId elements = elements_of(holders);
  if (!element || !wanted || cells_.same(element, wanted)) return elements;
  const Record* record = cells_.record_of(element);
  if (!record || !record->is_system) return elements;
  NodeId found = elements;
  for (const Field& field : record->fields)
    if (cells_.same(cells_.type_of(field.type), wanted)) {
      found = parts_of(elements, cells_.field_step(field.key));
      if (is_key) break;
    }
  return found;
}

void Builder::keep_callable(NodeId holders, const Argument& argument) {
  const Type* type = cells_.referred(argument.type);
  const ClassKnowledge* known = cells_.class_of(type);
  const bool is_object = cells_.record_of(type) && !(known && known->is == Is::Callable);
  graph_.store(holders, is_object ? address(argument) : content(argument));
}

/// A library's object keeps an argument.
void Builder::keep(const Type* own, NodeId holders, const Argument& argument) {
  const Type* type = cells_.referred(argument.type);
  if (type && !cells_.can_point(type)) return;
  if (own && cells_.same(own, type)) {  // assigned, moved, swapped, merged
    graph_.store(holders, content(argument));
    return;
  }
  const Type* element = cells_.element_type(own);
  if (element && !cells_.same(element, type) && cells_.is_view(type) && !cells_.class_of(type)) {
    graph_.store(elements_of(holders), load_of(content(argument), true));  // what an iterator leads to
    return;
  }
  if (element && cells_.is_view(type) && cells_.same(element, cells_.element_type(type))) {
    // A list of elements has them itself; a view leads to them.
    graph_.store(elements_of(holders), load_of(elements_of(address(argument)), true));
    graph_.store(elements_of(holders), load_of(content(argument), true));
    return;
  }
  const NodeId into = elements_like(own, holders, type, true);
  const bool is_content = !type || !argument.value || !argument.value->by_reference || cells_.same(element, type) ||
                          !cells_.record_of(type) || into != elements_of(holders);
  if (is_callable(type) && cells_.record_of(type) && !cells_.same(element, type) && !cells_.class_of(type)) {
    graph_.store(into, address(argument));
    return;
  }
  if (is_content)
    graph_.store(into, content(argument));
  else
    graph_.store(into, address(argument));
  // One kind of pair is made from another.
  const Record* from = cells_.record_of(type);
  const Record* to = cells_.record_of(element);
  if (from && to && from != to && from->is_system && from->name == to->name && from->fields.size() == to->fields.size())
    for (std::size_t i = 0; i < from->fields.size(); ++i)
      graph_.store(parts_of(into, cells_.field_step(to->fields[i].key)),
                   load_of(parts_of(address(argument), cells_.field_step(from->fields[i].key)), true));
}

/// A library's object gives back something of the type `result_type`.
void Builder::give(const Type* own, NodeId holders, const Type* result_type, NodeId result) {
  if (!result_type || result == no_node) return;
  const Type* type = cells_.referred(result_type);
  if (result_type->kind == TypeKind::Reference) {
    graph_.copy(cells_.same(own, type) ? holders : elements_like(own, holders, type), result, false);
    return;
  }
  if (!cells_.can_point(type)) return;
  if (type->kind == TypeKind::Pointer) {
    const Type* target = cells_.type_of(type->target);
    const Type* element = cells_.element_type(own);
    const NodeId like = elements_like(own, holders, target);
    const bool to_inside = !element || cells_.same(element, target) || like != elements_of(holders);
    if (to_inside) graph_.copy(like, result, false);
    if (!element || !to_inside || cells_.same(element, type)) graph_.copy(load_of(elements_of(holders), true), result);
    return;
  }
  if (cells_.same(own, type)) {
    graph_.copy(load_of(holders, true), result);
    return;
  }
  const Record* record = cells_.record_of(type);
  if (cells_.is_view(type) && !cells_.same(cells_.element_type(own), type)) {
    graph_.copy(elements_of(holders), result, false);
    return;
  }
  // An iterator and whether it is new.
  if (record && record->is_system && !record->fields.empty() && cells_.is_cell(result)) {
    const Type* first = cells_.type_of(record->fields.front().type);
    if (first && cells_.is_view(first) && !cells_.same(cells_.element_type(own), type)) {
      for (const Field& field : record->fields)
        graph_.copy(elements_of(holders), cells_.part(result, cells_.field_step(field.key)), false);
      return;
    }
  }
  const Type* element = cells_.element_type(own);
  const ClassKnowledge* known = cells_.class_of(type);
  if (!element || cells_.same(element, type) || (known && known->is == Is::Pointer && !known->holds_inside)) {
    graph_.copy(load_of(elements_like(own, holders, type), true), result);
    return;
  }
  // Another holder of the same: an optional element, the future of a promise.
  graph_.copy(load_of(holders, true), result);
}

/// A smart pointer, view or iterator: it points to what it was made from.
void Builder::pointer_call(Site& site, const Type* own, NodeId receivers, const Type* result_type,
                           bool is_constructor) {
  const bool own_is_view = cells_.is_view(own);
  for (const Argument& argument : site.arguments) {
    const Type* type = cells_.referred(argument.type);
    if (type && !cells_.can_point(type)) continue;
    const ClassKnowledge* known = cells_.class_of(type);
    const bool points = !type || type->kind != TypeKind::Record || cells_.is_view(type) ||
                        (known && known->is == Is::Pointer && !known->holds_inside);
    const Record* record = cells_.record_of(type);
    if (points)
      graph_.store(receivers, content(argument));
    else if (own_is_view && record && record->is_system && known && known->is == Is::Container)
      graph_.store(receivers, elements_of(address(argument)));
    else if (own_is_view)
      graph_.store(receivers, address(argument));
    else if (is_callable(type) && !cells_.same(cells_.element_type(own), type))
      continue;  // a deleter
  }
  if (is_constructor || !result_type) return;
  const NodeId result = result_node(*site.in, site.event);
  const Type* type = cells_.referred(result_type);
  if (result_type->kind == TypeKind::Reference) {
    graph_.copy(cells_.same(own, type) ? receivers : load_of(receivers, false), result, false);
    return;
  }
  if (!cells_.can_point(type)) return;
  const ClassKnowledge* known = cells_.class_of(type);
  const bool points = type->kind == TypeKind::Pointer || cells_.is_view(type) ||
                      (known && known->is == Is::Pointer && !known->holds_inside);
  graph_.copy(load_of(receivers, true), result);
  if (!points) graph_.copy(load_of(load_of(receivers, true), true), result);
}

/// A constructor of a library's class runs on what `made` points to.
void Builder::library_construct(Site& site, const Type* type, NodeId made, const std::vector<Argument>& arguments) {
  const Record* record = cells_.record_of(type);
  if (!record || made == no_node) return;
  const ClassKnowledge* known = known_.record(record->name);
  const bool copies = arguments.size() >= 1 && cells_.same(arguments.front().type, type);
  if (copies) {
    graph_.store(made, content(arguments.front()));
    return;
  }
  if (known && known->is == Is::Callable) {
    for (const Argument& argument : arguments) keep_callable(made, argument);
    return;
  }
  if (known && known->is == Is::Pointer && known->holds_inside) {
    if (arguments.size() == 1) make_object(site, cells_.element_type(type), elements_of(made), arguments);
    return;
  }
  if ((known && known->is == Is::Pointer) || known_.is_view(record)) {
    pointer_call(site, type, made, nullptr, true);
    return;
  }
  // One value for each member, or an object of the same kind with other arguments (pairs, tuples).
  const bool is_plain =
      record->is_system && !known && record->fields.size() == arguments.size() && record->fields.size() > 1;
  if (is_plain) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const Field& field = record->fields[i];
      const NodeId part = parts_of(made, cells_.field_step(field.key));
      if (field.is_reference)
        graph_.store(part, address(arguments[i]));
      else
        make_object(site, cells_.type_of(field.type), part, {arguments[i]});
    }
    return;
  }
  if (arguments.size() == 1) {
    const Record* from = cells_.record_of(arguments.front().type);
    if (from && from->is_system && from->name == record->name && from->fields.size() == record->fields.size() &&
        !record->fields.empty()) {
      for (std::size_t i = 0; i < from->fields.size(); ++i)
        graph_.store(parts_of(made, cells_.field_step(record->fields[i].key)),
                     load_of(parts_of(address(arguments.front()), cells_.field_step(from->fields[i].key)), true));
      return;
    }
    if (from && from->is_system && cells_.is_view(arguments.front().type) == false && cells_.class_of(type) &&
        cells_.class_of(type)->is == Is::Container &&
        cells_.same(cells_.element_type(type), cells_.element_type(arguments.front().type))) {
      // Made from another container or a list of elements.
      graph_.store(elements_of(made), load_of(elements_of(address(arguments.front())), true));
      return;
    }
  }
  for (const Argument& argument : arguments) keep(type, made, argument);
}

// Which constructor it is, the facts do not say of what a library function makes: any that takes these arguments.
const Function* Builder::constructor_for(const Record& record, const std::vector<Argument>& arguments) const {
  const Function* best = nullptr;
  int best_score = -1;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !method->is_constructor || method->params.size() < arguments.size()) continue;
    int score = method->params.size() == arguments.size() ? 4 : 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const Type* wanted = cells_.type_of(method->params[i].type);
      if (cells_.same(wanted, arguments[i].type)) score += 8;
      if (wanted && wanted->kind == TypeKind::Reference && arguments[i].value &&
          (arguments[i].value->kind == Value::Kind::Address) == wanted->key.ends_with(" &"))
        ++score;
    }
    if (score > best_score) {
      best = method;
      best_score = score;
    }
  }
  return best;
}

/// An object of `type` is made from `arguments` where `made` points to, as a library function does it.
void Builder::make_object(Site& site, const Type* type, NodeId made, const std::vector<Argument>& arguments) {
  const Record* record = cells_.record_of(type);
  if (!record) {
    for (const Argument& argument : arguments) graph_.store(made, content(argument));
    return;
  }
  if (record->is_system) {
    const std::size_t colon = record->name.rfind("::");
    const std::string constructor =
        record->name + "::" + (colon == std::string::npos ? record->name : record->name.substr(colon + 2));
    const FunctionKnowledge* known = known_.function(constructor);
    const bool copies = arguments.size() == 1 && cells_.same(arguments.front().type, type);
    if (known && known->does == Does::Start && !copies) {
      start(*site.in, site.event, *known, CallKind::Start, made);
      return;
    }
    Site& inner = new_site(*site.in, site.event, CallKind::Call, arguments, no_node);
    library_construct(inner, type, made, inner.arguments);
    return;
  }
  const Function* constructor = constructor_for(*record, arguments);
  if (constructor && constructor->has_body()) {
    Site& inner = new_site(*site.in, site.event, CallKind::Call, arguments, no_node);
    call_on(inner, *constructor, made, false);
    return;
  }
  if (arguments.size() == 1 && cells_.is_related(record, cells_.record_of(arguments.front().type))) {
    graph_.store(made, content(arguments.front()));
    return;
  }
  for (std::size_t i = 0; i < arguments.size() && i < record->fields.size(); ++i)
    graph_.store(parts_of(made, cells_.field_step(record->fields[i].key)),
                 record->fields[i].is_reference ? address(arguments[i]) : content(arguments[i]));
}

/// Something goes into a container: an element, the arguments that one is made from, or a key and a value.
void Builder::emplace(Site& site, const Type* own, NodeId holders, bool constructs) {
  const Type* element = cells_.element_type(own);
  const Record* pair = cells_.record_of(element);
  std::vector<Argument> arguments = site.arguments;
  if (constructs) {
    if (!arguments.empty() && cells_.is_view(arguments.front().type) && !cells_.class_of(arguments.front().type) &&
        !cells_.same(element, arguments.front().type))
      arguments.erase(arguments.begin());  // where to put it
    make_object(site, element, elements_of(holders), arguments);
    return;
  }
  const bool is_keyed = pair && pair->is_system && pair->fields.size() == 2 && arguments.size() >= 2 &&
                        !cells_.is_view(arguments.front().type);
  if (is_keyed) {
    const NodeId elements = elements_of(holders);
    make_object(site, cells_.type_of(pair->fields[0].type), parts_of(elements, cells_.field_step(pair->fields[0].key)),
                {arguments.front()});
    make_object(site, cells_.type_of(pair->fields[1].type), parts_of(elements, cells_.field_step(pair->fields[1].key)),
                {arguments.begin() + 1, arguments.end()});
    return;
  }
  for (const Argument& argument : arguments) keep(own, holders, argument);
}

/// A library function that is no member: what it returns comes from its arguments, and what it may write gets what it
/// reads of the same type (swap, exchange, copy, memcpy).
void Builder::free_function(Instance& in, unsigned number, const Function& callee) {
  const Event& event = in.function->events[number];
  const std::vector<Argument> all = arguments(in, event);
  call_back(in, number, CallKind::Call, nullptr, no_node);
  const Type* result_type = cells_.type_of(event.type);
  struct Reached {
    const Argument* argument;
    const Type* type;
    NodeId at;  // points to what the function reaches through the argument
    bool may_write;
  };
  std::vector<Reached> reached;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Type* type = cells_.referred(all[i].type);
    const Type* param = i < callee.params.size() ? cells_.type_of(callee.params[i].type) : nullptr;
    if (param && param->kind == TypeKind::Reference) {
      const Type* target = cells_.type_of(param->target);
      if (cells_.can_point(type)) reached.push_back({&all[i], type, address(all[i]), target && !target->is_const});
    } else if (type && (type->kind == TypeKind::Pointer || cells_.is_view(type))) {
      const Type* target = type->kind == TypeKind::Pointer ? cells_.type_of(type->target) : nullptr;
      const Type* param_target = param && param->kind == TypeKind::Pointer ? cells_.type_of(param->target) : target;
      const bool is_text =
          target && target->kind == TypeKind::Scalar && target->key != "void" && target->key != "const void";
      if (!is_text)
        reached.push_back({&all[i], target ? target : type, content(all[i]), !param_target || !param_target->is_const});
    }
  }
  for (const Reached& to : reached) {
    if (!to.may_write) continue;
    for (const Reached& from : reached)
      if (from.argument != to.argument && cells_.same(from.type, to.type)) graph_.store(to.at, load_of(from.at, true));
    for (const Argument& value : all)
      if (&value != to.argument && cells_.same(value.type, to.type)) graph_.store(to.at, content(value));
  }
  if (!result_type || result_type->key == "void") return;
  const Type* type = cells_.referred(result_type);
  const bool refers = result_type->kind == TypeKind::Reference;
  if (!refers && !cells_.can_point(type)) return;
  const NodeId result = result_node(in, number);
  const Record* record = cells_.record_of(type);
  // `make_pair`, `make_tuple`: one value for each member.
  if (!refers && record && record->is_system && record->fields.size() == all.size() && all.size() > 1 &&
      !cells_.class_of(type) && !cells_.is_view(type)) {
    Site& site = new_site(in, number, CallKind::Call, all, no_node);
    library_construct(site, type, pointer_to(result), site.arguments);
    return;
  }
  bool found = false;
  for (const Argument& argument : all) {
    const Type* of = cells_.referred(argument.type);
    if (is_callable(of) || !cells_.can_point(of)) continue;
    if (refers) {
      if (cells_.same(of, type) || !cells_.record_of(of))
        graph_.copy(address(argument), result, false);
      else if (cells_.record_of(of)->is_system)
        give(of, address(argument), result_type, result);
      else
        continue;
    } else if (cells_.same(of, type) || !cells_.record_of(of) || !cells_.record_of(type)) {
      graph_.copy(content(argument), result);
    } else {
      const ClassKnowledge* known = cells_.class_of(type);
      const bool wraps = known && (known->is == Is::Pointer || known->is_view);
      graph_.copy(wraps && !cells_.is_view(of) && !(cells_.class_of(of) && cells_.class_of(of)->is == Is::Pointer)
                      ? address(argument)
                      : content(argument),
                  result);
    }
    found = true;
  }
  if (!found) {
    if (refers)
      graph_.copy(cells_.outside(type), result, false);
    else
      cells_.fill_from_outside(result, type);
  }
}

}  // namespace ferrule::heap
