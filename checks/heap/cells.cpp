#include "checks/heap/cells.h"

#include <algorithm>

namespace ferrule::heap {

namespace {

constexpr unsigned deepest = 10;

std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

bool is_constant_index(std::string_view index) {
  return !index.empty() && (index[0] == '-' || (index[0] >= '0' && index[0] <= '9'));
}

}  // namespace

Cells::Cells(const Program& program, const Concurrency& known)
    : program_(program), known_(known), graph_([this](CellId cell, StepId step) { return part(cell, step); }) {
  info_.emplace_back();
  objects_.emplace_back();
  steps_.emplace_back();
  step_names_.emplace_back();
  steps_.push_back({StepInfo::Kind::Element, "", nullptr, nullptr});  // any_element
  steps_.push_back({StepInfo::Kind::Element, "", nullptr, nullptr});  // decay
}

// ---- steps

StepId Cells::intern(StepInfo info, char tag) {
  const auto [entry, is_new] = step_ids_.try_emplace(tag + std::string(info.name), static_cast<StepId>(steps_.size()));
  if (!is_new) return entry->second;
  info.name = step_names_.emplace_back(info.name);
  if (info.kind == StepInfo::Kind::Field) {
    info.field = program_.field(info.name);
    info.record = program_.record_of_field(info.name);
  }
  steps_.push_back(info);
  if (info.kind == StepInfo::Kind::Element) constant_elements_.push_back(entry->second);
  return entry->second;
}

StepId Cells::field_step(std::string_view key) { return intern({StepInfo::Kind::Field, key}, '.'); }

StepId Cells::element_step(std::string_view index) {
  return is_constant_index(index) ? intern({StepInfo::Kind::Element, index}, '[') : any_element;
}

StepId Cells::slot_step(std::string_view name) { return intern({StepInfo::Kind::Slot, name}, '$'); }

// ---- types

const Record* Cells::record_of(const Type* type) const {
  for (int depth = 0; type && depth < 4; ++depth) {
    if (type->kind == TypeKind::Record) return program_.record(type->record);
    if (type->kind != TypeKind::Reference) return nullptr;
    type = type_of(type->target);
  }
  return nullptr;
}

const ClassKnowledge* Cells::class_of(const Type* type) const {
  const Record* record = record_of(type);
  return record ? known_.record(record->name) : nullptr;
}

const Type* Cells::referred(const Type* type) const {
  return type && type->kind == TypeKind::Reference ? type_of(type->target) : type;
}

// Of a library's class: the argument of its allocator, which knows what a map keeps, or else its first argument.
const Type* Cells::element_type(const Type* type) const {
  type = referred(type);
  if (!type) return nullptr;
  if (type->kind == TypeKind::Array || type->kind == TypeKind::Atomic) return type_of(type->target);
  const Record* record = record_of(type);
  if (!record || !record->is_system) return nullptr;
  for (const TemplateArgument& argument : record->arguments) {
    const Type* of_argument = type_of(argument.type);
    const ClassKnowledge* known = class_of(of_argument);
    if (!known || !known->names_element) continue;
    const Record* allocator = record_of(of_argument);
    if (!allocator->arguments.empty()) return type_of(allocator->arguments.front().type);
  }
  return record->arguments.empty() ? nullptr : type_of(record->arguments.front().type);
}

bool Cells::names_element(const Record* record) const {
  return record &&
         std::any_of(record->arguments.begin(), record->arguments.end(), [&](const TemplateArgument& argument) {
           const ClassKnowledge* known = class_of(type_of(argument.type));
           return known && known->names_element;
         });
}

bool Cells::can_point(const Type* type) {
  if (!type) return true;
  if (const auto found = can_point_.find(type); found != can_point_.end()) return found->second != 0;
  can_point_[type] = 1;  // of a recursive type until its other parts say otherwise
  bool can = true;
  switch (type->kind) {
    case TypeKind::Scalar:
    case TypeKind::Enum:
      can = false;
      break;
    case TypeKind::Reference:
    case TypeKind::Array:
    case TypeKind::Atomic:
      can = can_point(type_of(type->target));
      break;
    case TypeKind::Record: {
      const Record* record = program_.record(type->record);
      const ClassKnowledge* known = record ? known_.record(record->name) : nullptr;
      // Of what a library's container keeps, only the elements lead on.
      const bool is_container = known ? known->is == Is::Container || known->is == Is::Atomic : names_element(record);
      if (record && record->is_system && is_container && !known_.is_view(record)) can = can_point(element_type(type));
      break;
    }
    default:
      break;
  }
  can_point_[type] = can ? 1 : 0;
  return can;
}

bool Cells::derives_from(const Record* derived, const Record* base) const {
  if (!derived || !base) return false;
  if (derived == base) return true;
  return std::any_of(derived->bases.begin(), derived->bases.end(),
                     [&](const Base& of) { return derives_from(program_.record_of_type(of.type), base); });
}

bool Cells::is_related(const Record* a, const Record* b) const { return derives_from(a, b) || derives_from(b, a); }

bool Cells::same(const Type* a, const Type* b) const {
  a = referred(a);
  b = referred(b);
  if (!a || !b || a->kind != b->kind) return false;
  if (a == b) return true;
  if (a->kind == TypeKind::Record) return a->record == b->record;
  if (a->kind == TypeKind::Pointer) return same(type_of(a->target), type_of(b->target));
  const auto plain = [](std::string_view key) {
    if (key.starts_with("const ")) key.remove_prefix(6);
    return key;
  };
  return plain(a->key) == plain(b->key);
}

// ---- objects and parts

NodeId Cells::add_helper() {
  info_.emplace_back();
  return graph_.add_node();
}

CellId Cells::add_object(Object object) {
  const CellId cell = graph_.add_node();
  object.cell = cell;
  Info info;
  info.type = object.type;
  info.object = static_cast<ObjectId>(objects_.size());
  info.is_cell = true;
  info_.push_back(info);
  objects_.push_back(object);
  return cell;
}

CellId Cells::direct_part(CellId cell, StepId step, const Type* type) {
  const auto [entry, is_new] = parts_.try_emplace(pair_key(cell, step), no_node);
  if (!is_new) return entry->second;
  if (info_[cell].depth >= deepest) {
    ++cut_paths_;
    return entry->second = cell;
  }
  const CellId part = graph_.add_node();
  entry->second = part;
  Info info = info_[cell];
  info.parent = cell;
  info.step = step;
  info.type = type;
  ++info.depth;
  info_.push_back(info);
  graph_.adopt(cell, step, part);
  if (info.is_cell && objects_[info.object].kind == Object::Kind::Outside) fill_from_outside(part, type);
  return part;
}

// A container of the own kind, an array by its type; all else is an array of one, as `malloc` may have made it.
CellId Cells::element(CellId cell, StepId step) {
  const Type* type = referred(info_[cell].type);
  const bool is_array = type && type->kind == TypeKind::Array;
  const Record* record = record_of(type);
  const bool is_holder = record && record->is_system && !known_.is_view(record);
  const bool is_helper = !info_[cell].is_cell;
  if (is_array || is_holder || is_helper) {
    if (is_holder) step = any_element;
    const CellId part = direct_part(cell, step, element_type(type));
    if (step == any_element) {
      for (const StepId other : constant_elements_)
        if (const CellId known = made_part(cell, other); known != no_node) graph_.unify(part, known);
    } else if (const CellId any = made_part(cell, any_element); any != no_node) {
      graph_.unify(part, any);
    }
    return part;
  }
  const CellId whole = info_[cell].parent;
  const bool is_element = whole != no_node && steps_[info_[cell].step].kind == StepInfo::Kind::Element;
  if (!is_element || steps_[step].name == "0") return cell;
  return element(whole, any_element);
}

CellId Cells::holder_of_field(CellId cell, const StepInfo& step) {
  const Record* wanted = step.record;
  const Record* own = record_of(info_[cell].type);
  if (!wanted || !own || own == wanted || is_related(own, wanted)) return cell;
  // The first member of a struct is where the struct is, so C casts between pointers to either.
  std::vector<StepId> way;
  for (const Record* at = own; at && !at->fields.empty() && way.size() < 4;) {
    const Field& first = at->fields.front();
    const Record* of_first = record_of(type_of(first.type));
    way.push_back(field_step(first.key));
    if (of_first == wanted) {
      CellId inside = cell;
      for (const StepId to : way) inside = part(inside, to);
      return inside;
    }
    at = of_first;
  }
  for (CellId around = info_[cell].parent; around != no_node; around = info_[around].parent)
    if (const Record* of = record_of(info_[around].type); of && is_related(of, wanted)) return around;
  return cell;
}

CellId Cells::part(CellId cell, StepId step) {
  if (cell == no_node) return no_node;
  if (const auto known = resolved_.find(pair_key(cell, step)); known != resolved_.end()) return known->second;
  const CellId found = resolve_part(cell, step);
  resolved_[pair_key(cell, step)] = found;
  return found;
}

CellId Cells::find_part(CellId cell, StepId step) const {
  const auto found = resolved_.find(pair_key(cell, step));
  return found == resolved_.end() ? no_node : found->second;
}

std::optional<StepId> Cells::find_step(const Step& step) const {
  if (step.kind == Step::Kind::Element && !is_constant_index(step.field)) return any_element;
  const auto found = step_ids_.find((step.kind == Step::Kind::Field ? '.' : '[') + step.field);
  return found == step_ids_.end() ? std::nullopt : std::optional(found->second);
}

CellId Cells::resolve_part(CellId cell, StepId step) {
  const StepInfo info = steps_[step];
  if (info.kind == StepInfo::Kind::Slot) return direct_part(cell, step, nullptr);
  if (step == decay) {
    const Type* type = referred(info_[cell].type);
    return type && type->kind == TypeKind::Array ? element(cell, any_element) : cell;
  }
  if (info.kind == StepInfo::Kind::Element) return element(cell, step);
  if (info_[cell].is_cell) {
    const Object& object = objects_[info_[cell].object];
    if (object.kind == Object::Kind::Function) return no_node;
    // What comes from outside behind a pointer without a type is what it is used as.
    if (object.kind == Object::Kind::Outside && object.cell == cell && !record_of(object.type) && info.record)
      if (const Type* type = type_of(info.record->key)) cell = outside_object(type);
  }
  if (const Type* type = referred(info_[cell].type); type && type->kind == TypeKind::Array)
    cell = element(cell, any_element);  // through a pointer to the array
  cell = holder_of_field(cell, info);
  // A class that contains itself (in a container) is one cell at all depths.
  for (CellId at = cell; at != no_node; at = info_[at].parent)
    if (info_[at].step == step) return at;
  if (info.record && info.record->is_union) return direct_part(cell, slot_step("union " + info.record->key), nullptr);
  return direct_part(cell, step, info.field ? type_of(info.field->type) : nullptr);
}

bool Cells::overlap(CellId a, CellId b) const {
  const auto path = [&](CellId cell) {
    std::vector<CellId> way;
    for (; cell != no_node; cell = info_[cell].parent) way.push_back(cell);
    std::reverse(way.begin(), way.end());
    return way;
  };
  if (a == b) return true;
  if (info_[a].object != info_[b].object) return false;
  const std::vector<CellId> left = path(a), right = path(b);
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    const StepId x = info_[left[i]].step, y = info_[right[i]].step;
    if (x == y) continue;
    const bool both_elements = steps_[x].kind == StepInfo::Kind::Element && steps_[y].kind == StepInfo::Kind::Element;
    if (!both_elements || (x != any_element && y != any_element)) return false;
  }
  return true;
}

// ---- what comes from outside

CellId Cells::outside_object(const Type* type) {
  type = referred(type);
  const std::string key = !type ? "" : type->kind == TypeKind::Record ? type->record : type->key;
  if (const auto found = outside_objects_.find(key); found != outside_objects_.end()) return found->second;
  Object object;
  object.kind = Object::Kind::Outside;
  object.type = type;
  const CellId cell = add_object(object);
  outside_objects_[key] = cell;
  fill_from_outside(cell, type);
  return cell;
}

NodeId Cells::outside(const Type* type) {
  type = referred(type);
  if (type && type->kind == TypeKind::Function) return no_node;
  const std::string key = !type ? "" : type->kind == TypeKind::Record ? type->record : type->key;
  if (const auto found = outside_.find(key); found != outside_.end()) return found->second;
  const NodeId node = add_helper();
  outside_[key] = node;
  graph_.point(node, outside_object(type));
  const Record* record = record_of(type);
  if (record)
    for (const auto& [other_key, other] : std::vector(outside_.begin(), outside_.end())) {
      const Record* other_record = program_.record(other_key);
      if (!other_record || other_record == record) continue;
      if (derives_from(record, other_record)) graph_.copy(node, other, false);
      if (derives_from(other_record, record)) graph_.copy(other, node, false);
    }
  return node;
}

void Cells::fill_from_outside(CellId cell, const Type* type) {
  if (!type || cell == no_node) return;
  if (type->kind == TypeKind::Pointer || type->kind == TypeKind::Reference) {
    graph_.copy(outside(type_of(type->target)), cell, false);
    return;
  }
  const ClassKnowledge* known = class_of(type);
  const bool keeps_pointer = (known && known->is == Is::Pointer && !known->holds_inside) || is_view(type);
  if (!keeps_pointer) return;
  const Type* target = element_type(type);
  if (target && is_view(type) && target->kind == TypeKind::Pointer) target = type_of(target->target);
  graph_.copy(outside(target), cell, false);
}

}  // namespace ferrule::heap
