#include "checks/heap/heap.h"

#include "checks/heap/builder.h"

#include <algorithm>
#include <unordered_set>

namespace ferrule::heap {

IdSet Builder::cells_at(const Instance& in, const Place& place) const {
  IdSet at;
  bool is_pointer = false;  // `at` is one node, whose pointees are the cells
  NodeId node = no_node;
  const Function& function = *in.function;
  switch (place.root) {
    case Root::This:
      node = in.self;
      is_pointer = true;
      break;
    case Root::Param:
      if (place.index >= in.params.size()) return {};
      node = in.params[place.index];
      is_pointer = function.params[place.index].is_reference;
      break;
    case Root::Local:
      if (place.index >= in.locals.size()) return {};
      node = in.locals[place.index];
      is_pointer = function.locals[place.index].is_reference;
      break;
    case Root::Global: {
      const auto found = globals_.find(place.key);
      if (found == globals_.end()) return {};
      node = found->second;
      break;
    }
    case Root::Result: {
      if (place.index >= in.results.size()) return {};
      const Event& event = function.events[place.index];
      if (event.kind == Event::Kind::Construct && event.place.known() &&
          !(event.place.root == Root::Result && event.place.index == place.index)) {
        Place whole = event.place;
        whole.steps.insert(whole.steps.end(), place.steps.begin(), place.steps.end());
        return cells_at(in, whole);
      }
      node = in.results[place.index];
      is_pointer = node != no_node && !cells_.is_cell(node);
      break;
    }
    case Root::Unknown:
      return {};
  }
  if (node == no_node) return {};
  if (is_pointer)
    at = graph_.pointees(node);
  else
    at.insert(node);
  return cells_after(std::move(at), place.steps);
}

IdSet Builder::cells_after(IdSet at, const std::vector<Step>& steps) const {
  for (const Step& step : steps) {
    IdSet next;
    if (step.kind == Step::Kind::Deref) {
      for (const CellId cell : at) next.insert_all(graph_.pointees(cell));
    } else if (const std::optional<StepId> id = cells_.find_step(step)) {
      for (const CellId cell : at)
        if (const CellId part = cells_.find_part(cell, *id); part != no_node) next.insert(part);
    }
    at = std::move(next);
  }
  return at;
}

Heap::Heap(const Program& program, const Concurrency& known) : builder_(std::make_unique<Builder>(program, known)) {
  builder_->run();
  calls_ = std::make_unique<calls::Calls>(program, *builder_);
  origins_ = std::make_unique<calls::Origins>(*builder_, *calls_);
  for (const Instance& instance : builder_->instances())
    copies_.push_back({instance.function, instance.number, builder_->context(instance.context).origin});
  for (const auto& [site, edges] : builder_->edges())
    for (const Edge& edge : edges)
      if (edge.instance < copies_.size())
        copy_edges_.push_back({&copies_[edge.caller], site.second, &copies_[edge.instance], edge.kind});
  index_keepers();
}

Heap::~Heap() = default;

// What a closure has captured and what a library's object keeps is handed on, not kept.
void Heap::index_keepers() {
  const Cells& cells = builder_->cells();
  for (CellId cell = 0; cell < node_count(); ++cell) {
    if (!cells.is_cell(cell) || pointees(cell).empty()) continue;
    const bool is_root = cells.parent(cell) == no_node;
    if (is_root && cells.object(cell).kind != Object::Kind::Global) continue;
    if (!is_root) {
      const StepInfo& step = cells.step_info(cells.step(cell));
      if (step.kind == StepInfo::Kind::Slot || (step.record && step.record->is_closure)) continue;
    }
    std::unordered_set<ObjectId> objects;
    for (const CellId pointee : pointees(cell)) objects.insert(object_id(pointee));
    for (const ObjectId object : objects) kept_in_[object].push_back(cell);
  }
}

const std::vector<CellId>& Heap::kept_in(CellId cell) const {
  static const std::vector<CellId> none;
  const auto found = kept_in_.find(object_id(cell));
  return found == kept_in_.end() ? none : found->second;
}

Location Heap::declared(CellId cell) const {
  const Cells& cells = builder_->cells();
  for (CellId at = cell; cells.parent(at) != no_node; at = cells.parent(at))
    if (const Field* field = cells.step_info(cells.step(at)).field) return field->where;
  const Object& of = object(cell);
  if (of.global) return of.global->where;
  if (!of.function) return {};
  if (of.kind != Object::Kind::Variable)
    return of.index < of.function->events.size() ? of.function->events[of.index].where : Location{};
  const unsigned index = of.index & ~Object::parameter;
  if ((of.index & Object::parameter) != 0)
    return index < of.function->params.size() ? of.function->params[index].where : Location{};
  return index < of.function->locals.size() ? of.function->locals[index].where : Location{};
}

std::string Heap::key_of(CellId cell) const {
  const Cells& cells = builder_->cells();
  for (CellId at = cell; cells.parent(at) != no_node; at = cells.parent(at))
    if (const Field* field = cells.step_info(cells.step(at)).field) return field->key;
  const Object& of = object(cell);
  return of.global ? of.global->key : "";
}

std::vector<CellId> Heap::cells(const Function& function, const Place& place) const {
  IdSet all;
  for (const Instance* in : builder_->instances_of(&function)) all.insert_all(builder_->cells_at(*in, place));
  std::vector<CellId> found;
  for (const CellId cell : all)
    if (builder_->cells().is_cell(cell)) found.push_back(cell);
  return found;
}

std::vector<CellId> Heap::cells_in(const Copy& copy, const Place& place) const {
  std::vector<CellId> found;
  for (const CellId cell : builder_->cells_at(builder_->instances()[copy.number], place))
    if (builder_->cells().is_cell(cell)) found.push_back(cell);
  return found;
}

std::vector<CellId> Heap::cells_from(CellId cell, const std::vector<Step>& steps) const {
  IdSet at;
  at.insert(cell);
  return builder_->cells_after(std::move(at), steps).ids();
}

const std::vector<CellId>& Heap::pointees(CellId cell) const { return builder_->cells().graph().pointees(cell).ids(); }

std::vector<CellId> Heap::pointees(const Function& function, const Value& value) const {
  IdSet found;
  switch (value.kind) {
    case Value::Kind::Address:
    case Value::Kind::Fresh: {
      const Cells& cells = builder_->cells();
      const Type* type = cells.type_of(value.type);
      const Type* pointee = cells.is_pointer(type) ? cells.type_of(type->target) : nullptr;
      const bool decays = !value.by_reference && pointee && pointee->kind != TypeKind::Array;
      for (const CellId cell : this->cells(function, value.place)) {
        const CellId part = decays ? cells.find_part(cell, Cells::decay) : no_node;
        found.insert(part != no_node ? part : cell);
      }
      break;
    }
    case Value::Kind::Copy:
    case Value::Kind::Move:
    case Value::Kind::Object:
      for (const CellId cell : cells(function, value.place)) found.insert_all(builder_->cells().graph().pointees(cell));
      break;
    case Value::Kind::Function:
      found = builder_->function_named(value.key);
      break;
    case Value::Kind::Literal:
    case Value::Kind::Unknown:
      break;
  }
  return found.ids();
}

bool Heap::may_overlap(CellId a, CellId b) const { return builder_->cells().overlap(a, b); }

bool Heap::may_alias(const Function& a, const Place& at_a, const Function& b, const Place& at_b) const {
  const std::vector<CellId> left = cells(a, at_a), right = cells(b, at_b);
  return std::any_of(left.begin(), left.end(), [&](CellId x) {
    return std::any_of(right.begin(), right.end(), [&](CellId y) { return may_overlap(x, y); });
  });
}

bool Heap::is_element_of(CellId part, CellId whole) const {
  const Cells& cells = builder_->cells();
  for (; cells.parent(part) != no_node; part = cells.parent(part))
    if (cells.parent(part) == whole) return cells.step_info(cells.step(part)).kind == StepInfo::Kind::Element;
  return false;
}

bool Heap::is_some_element(CellId cell) const {
  const Cells& cells = builder_->cells();
  for (CellId at = cell; cells.parent(at) != no_node; at = cells.parent(at))
    if (cells.step(at) == Cells::any_element) return true;
  return false;
}

const Object& Heap::object(CellId cell) const { return builder_->cells().object(cell); }
ObjectId Heap::object_id(CellId cell) const { return builder_->cells().object_id(cell); }
const Type* Heap::type(CellId cell) const { return builder_->cells().type(cell); }
const std::vector<Incompleteness>& Heap::incomplete() const { return builder_->incomplete(); }

bool Heap::is_partial() const {
  return std::any_of(incomplete().begin(), incomplete().end(),
                     [](const Incompleteness& of) { return of.kind == Incompleteness::Kind::Spent; });
}
std::size_t Heap::node_count() const { return builder_->cells().graph().size(); }

std::optional<calls::OriginId> Heap::made_in(CellId cell) const {
  const Object& of = object(cell);
  if (!of.function || of.kind == Object::Kind::Function) return std::nullopt;
  return builder_->context(of.context).origin;
}

bool Heap::is_single(CellId cell) const {
  const Cells& cells = builder_->cells();
  if (is_some_element(cell)) return false;
  const Object& object = cells.object(cell);
  const bool is_made = object.kind == Object::Kind::Allocation || object.kind == Object::Kind::Temporary;
  if (is_made && cells.find_part(object.cell, Cells::any_element) != no_node) return false;  // several in a row
  switch (object.kind) {
    case Object::Kind::Global:
      return !object.global || !object.global->is_thread_local;
    case Object::Kind::Function:
      return true;
    case Object::Kind::Outside:
      return false;
    case Object::Kind::Variable:
      return calls_->runs_once(*object.function);
    case Object::Kind::Temporary:
    case Object::Kind::Allocation:
      return object.function && calls_->runs_once(*object.function) &&
             !calls_->is_in_loop(*object.function, object.index);
  }
  return false;
}

std::string Heap::name(CellId cell) const {
  const Cells& cells = builder_->cells();
  for (CellId at = cell; cells.parent(at) != no_node; at = cells.parent(at))
    if (const Field* field = cells.step_info(cells.step(at)).field) return field->name;
  const std::string whole = describe(cell);
  if (object(cell).kind != Object::Kind::Variable) return whole;
  return whole.substr(whole.rfind("::") + 2);
}

std::string Heap::describe(CellId cell) const {
  const Cells& cells = builder_->cells();
  std::string path;
  for (CellId at = cell; cells.parent(at) != no_node; at = cells.parent(at)) {
    const StepInfo& step = cells.step_info(cells.step(at));
    std::string name;
    switch (step.kind) {
      case StepInfo::Kind::Field:
        name = "." + (step.field ? step.field->name : std::string(step.name));
        break;
      case StepInfo::Kind::Element:
        name = "[" + std::string(step.name) + "]";
        break;
      case StepInfo::Kind::Slot:
        name = ".(" + std::string(step.name) + ")";
        break;
    }
    path = name + path;
  }
  const Object& object = cells.object(cell);
  const std::string type = object.type ? object.type->spelling : "?";
  const std::string in = object.function ? object.function->name : "";
  switch (object.kind) {
    case Object::Kind::Variable: {
      const bool is_parameter = (object.index & Object::parameter) != 0;
      const unsigned index = object.index & ~Object::parameter;
      const Variable& variable = is_parameter ? object.function->params[index] : object.function->locals[index];
      return in + "::" + variable.name + path;
    }
    case Object::Kind::Global:
      return (object.global ? object.global->name : "?") + path;
    case Object::Kind::Temporary:
      return "temporary " + type + " in " + in + path;
    case Object::Kind::Allocation:
      return "new " + type + " in " + in + path;
    case Object::Kind::Function:
      return object.function->name;
    case Object::Kind::Outside:
      return "outside " + type + path;
  }
  return path;
}

}  // namespace ferrule::heap
