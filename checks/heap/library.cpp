// What calls of library functions do to the heap. Which functions do what is knowledge (checks/knowledge/data); what
// nothing is known of keeps what it is given, gives back what it keeps, and calls the callables that it gets.
#include "checks/heap/builder.h"

#include <algorithm>

namespace ferrule::heap {

bool Builder::is_callable(const Type* type) const {
  type = cells_.referred(type);
  if (!type) return false;
  if (type->kind == TypeKind::MemberPointer) return true;
  if (type->kind == TypeKind::Function) return true;
  if (type->kind == TypeKind::Pointer) {
    const Type* target = cells_.type_of(type->target);
    return target && target->kind == TypeKind::Function;
  }
  const Record* record = cells_.record_of(type);
  if (!record) return false;
  const ClassKnowledge* known = cells_.class_of(type);
  return (known && known->is == Is::Callable) || record->is_closure ||
         (!record->is_system && !record->call_operator.empty());
}

void Builder::library_call(Instance& in, unsigned number, const Function& callee) {
  const Event& event = in.function->events[number];
  const FunctionKnowledge* known = known_.function(callee.name);
  const Type* result_type = cells_.type_of(event.type);
  const NodeId receivers = event.place.known() ? address_of(where(in, event.place)) : no_node;
  const Does does = known ? known->does : Does::Nothing;
  const auto argument = [&](unsigned index) {
    return Argument{&event.args[index], &in, no_node, no_node, cells_.type_of(event.args[index].type), index};
  };
  const auto has = [&](unsigned index) { return index < event.args.size(); };
  const auto result = [&] { return result_node(in, number); };
  const Record* own_record = callee.record.empty() ? nullptr : program_.record(callee.record);
  const Type* own = own_record ? cells_.type_of(own_record->key) : nullptr;
  switch (does) {
    case Does::Start:
    case Does::CallParallel: {
      if (!known->only_for.empty()) {
        const Record* first = has(0) ? cells_.record_of(cells_.type_of(event.args.front().type)) : nullptr;
        if (!first || std::find(known->only_for.begin(), known->only_for.end(), first->name) == known->only_for.end()) {
          call_back(in, number, CallKind::Call, nullptr, no_node);
          return;
        }
      }
      if (!known->runs.empty())
        start_object(in, number, *known);
      else
        start(in, number, *known,
              known->interrupts     ? CallKind::Handler
              : does == Does::Start ? CallKind::Start
                                    : CallKind::Parallel,
              no_node);
      return;
    }
    case Does::Make: {
      const Type* made_type = event.template_types.empty() ? nullptr : cells_.type_of(event.template_types.front());
      if (made_type && made_type->kind == TypeKind::Array) made_type = cells_.type_of(made_type->target);
      Object object;
      object.kind = Object::Kind::Allocation;
      object.type = made_type ? made_type : cells_.element_type(result_type);
      object.function = in.function;
      object.index = number;
      object.context = in.context;
      const CellId cell = cells_.add_object(object);
      graph_.point(result(), cell);
      Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
      make_object(site, object.type, pointer_to(cell), site.arguments);
      return;
    }
    case Does::Allocate: {
      Object object;
      object.kind = Object::Kind::Allocation;
      object.function = in.function;
      object.index = number;
      object.context = in.context;
      graph_.point(result(), cells_.add_object(object));
      if (known->on && has(*known->on)) graph_.copy(content(argument(*known->on)), result());
      return;
    }
    case Does::Address: {
      const unsigned on = known->on.value_or(0);
      if (!has(on)) return;
      const Argument from = argument(on);
      const Type* type = cells_.referred(from.type);
      const Record* record = cells_.record_of(type);
      const bool is_holder = (type && type->kind == TypeKind::Array) || (record && record->is_system);
      const bool is_same = cells_.same(type, result_type);
      const bool refers = result_type && result_type->kind == TypeKind::Reference;
      const bool to_element =
          is_holder && !is_same && (refers || cells_.is_pointer(result_type) || cells_.is_view(result_type));
      const ClassKnowledge* of_result = cells_.class_of(result_type);
      const bool wraps = of_result && of_result->is == Is::Pointer;
      if (to_element && !wraps)
        give(type, address(from), result_type, result());
      else
        graph_.copy(address(from), result(), false);
      return;
    }
    case Does::Deref:
      if (const ClassKnowledge* of = cells_.class_of(own); of && of->holds_inside)
        graph_.copy(elements_of(receivers), result(), false);
      else
        graph_.copy(load_of(receivers, false), result(), false);
      return;
    case Does::View:
      graph_.copy(elements_of(receivers), result(), false);
      return;
    case Does::MakeGuard:
      graph_.copy(elements_of(receivers), result(), false);
      return;
    case Does::SelfPointer:
      graph_.copy(receivers, result(), false);
      return;
    case Does::InvokeReceiver: {
      Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
      call_what(site, receivers);
      return;
    }
    case Does::Invoke:
    case Does::Once:
    case Does::WithLock: {
      std::vector<Argument> all = arguments(in, event);
      if (known->callable >= all.size()) return;
      const NodeId callables = address(all[known->callable]);
      all.erase(all.begin(), all.begin() + known->callable + 1);
      if (does == Does::WithLock) {
        all.clear();
        all.emplace_back().address = elements_of(receivers);
      }
      Site& site = new_site(in, number, CallKind::Call, std::move(all), no_node);
      call_what(site, callables);
      return;
    }
    case Does::Bind:
      bind_callable(in, number);
      return;
    case Does::Later:
      call_back(in, number, CallKind::Later, own, no_node);
      return;
    case Does::Emplace:
    case Does::Insert: {
      Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
      emplace(site, own, receivers, does == Does::Emplace);
      if (event.kind == Event::Kind::Call) give(own, receivers, result_type, result());
      return;
    }
    case Does::Atomic:
      if (known->on && has(*known->on)) {
        const Argument target = argument(*known->on);
        const NodeId at = cells_.is_pointer(cells_.referred(target.type)) ? content(target) : address(target);
        for (unsigned i = 0; i < event.args.size(); ++i)
          if (i != *known->on) graph_.store(at, content(argument(i)));
        graph_.copy(load_of(at, true), result());
        return;
      }
      break;
    case Does::Nothing:
      if (known) return;
      break;
    default:
      break;
  }
  if (receivers == no_node) {
    free_function(in, number, callee);
    return;
  }
  const Record* record = own_record;
  if (!record) return;
  Site& site = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
  const ClassKnowledge* of = known_.record(record->name);
  if (!of || (of->is != Is::Callable && of->is != Is::Pointer))
    call_back(in, number, CallKind::Call, own, of && of->is == Is::Container ? elements_of(receivers) : no_node);
  const bool is_pointer = (of && of->is == Is::Pointer && !of->holds_inside) || known_.is_view(record);
  if (of && of->is == Is::Callable && !callee.is_const)
    for (const Argument& given : site.arguments) keep_callable(receivers, given);
  else if (is_pointer)
    return pointer_call(site, own, receivers, result_type, false);
  else if (!callee.is_const)
    for (const Argument& given : site.arguments) keep(own, receivers, given);
  if (!callee.is_constructor && !callee.is_destructor) give(own, receivers, result_type, result());
  // An object that a library's class makes of callables may call them whenever it is used.
  if (!of && record->is_system) {
    Site& calls = new_site(in, number, CallKind::Call, arguments(in, event), no_node);
    graph_.react(elements_of(receivers), [this, &calls](NodeId element) {
      graph_.react(element, [this, &calls](NodeId kept) {
        if (!cells_.is_cell(kept)) return;
        const bool can = cells_.object(kept).kind == Object::Kind::Function ||
                         !call_operators(cells_.record_of(cells_.type(kept)), calls.arguments.size()).empty();
        if (can) call_callable(calls, kept);
      });
    });
  }
}

// ---- threads

namespace {

constexpr unsigned no_argument = ~0u;

}  // namespace

void Builder::start(Instance& in, unsigned number, const FunctionKnowledge& known, CallKind kind, NodeId handle) {
  const Event& event = in.function->events[number];
  std::vector<Argument> all = arguments(in, event);
  unsigned first = known.callable;
  if (first == FunctionKnowledge::first_callable) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Argument& a) { return is_callable(a.type); });
    first = found == all.end() ? no_argument : static_cast<unsigned>(found - all.begin());
  } else if (!known.skip.empty() && first < all.size()) {
    const Type* type = cells_.referred(all[first].type);
    const Record* record = cells_.record_of(type);
    if ((record && record->name == known.skip) || (type && type->key.find(known.skip) != std::string::npos)) ++first;
  }
  if (first >= all.size()) return;
  const NodeId callables = address(all[first]);
  std::vector<Argument> rest(all.begin() + first + 1, all.end());
  // The thread gets copies of its arguments.
  for (Argument& argument : rest)
    if (kind == CallKind::Start && argument.value && argument.value->by_reference) {
      argument.content = content(argument);
      argument.value = nullptr;
    }
  NodeId result = no_node;
  if (known.handle == FunctionKnowledge::Handle::Result && kind == CallKind::Start) {
    const CellId made = result_node(in, number);
    result = cells_.part(made, Cells::any_element);
  }
  (void)handle;
  Site& site = new_site(in, number, kind, std::move(rest), result);
  call_what(site, callables);
}

/// A library's object whose virtual member function a thread runs.
void Builder::start_object(Instance& in, unsigned number, const FunctionKnowledge& known) {
  const Event& event = in.function->events[number];
  NodeId receivers = no_node;
  if (known.on) {
    if (*known.on >= event.args.size()) return;
    const Value& value = event.args[*known.on];
    receivers = receivers_of(Argument{&value, &in, no_node, no_node, cells_.type_of(value.type), *known.on});
  } else if (event.place.known()) {
    receivers = address_of(where(in, event.place));
  }
  Site& site = new_site(in, number, CallKind::Start, {}, no_node);
  callable_sites_[{in.function, number}] = &in;
  const std::string name = "::" + known.runs;
  graph_.react(receivers, [this, &site, name](NodeId object) {
    if (!cells_.is_cell(object)) return;
    const auto run = [&](const Record* record) {
      for (int depth = 0; record && depth < 16; ++depth) {
        for (const std::string& key : record->methods)
          if (const Function* method = program_.function(key);
              method && method->has_body() && method->params.empty() && method->name.ends_with(name)) {
            call(site, *method, no_node, object);
            return;
          }
        record = record->bases.empty() ? nullptr : program_.record_of_type(record->bases.front().type);
      }
    };
    const Record* dynamic = cells_.record_of(cells_.type(object));
    run(dynamic);
    if (dynamic && cells_.object(object).kind == Object::Kind::Outside)
      for (const Record* derived : program_.derived(dynamic->key)) run(derived);
  });
}

void Builder::bind_callable(Instance& in, unsigned number) {
  const Event& event = in.function->events[number];
  const std::vector<Argument> all = arguments(in, event);
  if (all.empty()) return;
  Object object;
  object.function = in.function;
  object.index = number;
  object.context = in.context;
  const CellId bound = cells_.add_object(object);
  graph_.copy(content(all.front()), cells_.part(bound, cells_.slot_step("bound")));
  const NodeId callable = address(all.front());
  graph_.react(callable, [this, bound](NodeId cell) {  // a function object that is bound
    if (cells_.is_cell(cell) && is_callable(cells_.type(cell)))
      graph_.point(cells_.part(bound, cells_.slot_step("bound")), cell);
  });
  for (std::size_t i = 1; i < all.size(); ++i) {
    const CellId slot = cells_.part(bound, cells_.slot_step("argument" + std::to_string(i - 1)));
    cells_.set_type(slot, cells_.referred(all[i].type));
    graph_.copy(content(all[i]), slot);
  }
  graph_.point(result_node(in, number), bound);
}

/// Calls the callables among the arguments, with what the other arguments lead to (the elements that an algorithm's
/// iterators point to), or with `elements`. A container whose elements are such callables only keeps them.
void Builder::call_back(Instance& in, unsigned number, CallKind kind, const Type* own, NodeId elements) {
  const Event& event = in.function->events[number];
  const std::vector<Argument> all = arguments(in, event);
  for (const Argument& argument : all) {
    if (!is_callable(argument.type) || cells_.same(cells_.element_type(own), argument.type)) continue;
    std::vector<Argument> handed;
    if (elements != no_node) handed.emplace_back().address = elements;
    for (const Argument& other : all) {
      const Type* type = cells_.referred(other.type);
      if (elements != no_node || other.number == argument.number || !cells_.can_point(type)) continue;
      const Record* record = cells_.record_of(type);
      Argument& made = handed.emplace_back();
      if (own)
        made = other;
      else if (cells_.is_view(type))
        made.address = content(other);
      else if ((record && record->is_system) || (type && type->kind == TypeKind::Array))
        made.address = elements_of(address(other));
      else if (type && type->kind == TypeKind::Pointer && cells_.type_of(type->target) &&
               cells_.type_of(type->target)->key != "void")
        made.address = content(other);
      else
        made = other;
    }
    if (handed.size() == 1) handed.push_back(handed.front());
    Site& site = new_site(in, number, kind, std::move(handed), no_node);
    call_what(site, address(argument));
  }
}

}  // namespace ferrule::heap
