#include "checks/program/places.h"

#include <utility>

namespace ferrule {

PlaceTable::PlaceTable() {
  nodes_.emplace_back();
  names_.emplace_back();
  name_ids_.emplace(names_.back(), 0);
}

std::uint32_t PlaceTable::name(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto known = name_ids_.find(text); known != name_ids_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(names_.size());
  name_ids_.emplace(names_.emplace_back(text), id);
  return id;
}

PlaceId PlaceTable::add(const Key& key, Node node) {
  auto [it, is_new] = ids_.try_emplace(key, static_cast<PlaceId>(nodes_.size()));
  if (is_new) {
    if (node.parent == no_place) node.root = it->second;
    nodes_.push_back(node);
  }
  return it->second;
}

PlaceId PlaceTable::root(Root root, unsigned index, std::string_view key) {
  if (root == Root::Unknown) return no_place;
  Node node;
  node.kind = root;
  node.index = index;
  node.name = name(key);
  return add({no_place, node.name, index << 4 | static_cast<unsigned>(root)}, node);
}

PlaceId PlaceTable::step(PlaceId from, Step::Kind kind, std::string_view field) {
  return named_step(from, kind, kind == Step::Kind::Field ? name(field) : 0);
}

PlaceId PlaceTable::named_step(PlaceId from, Step::Kind kind, std::uint32_t name) {
  if (from == no_place || nodes_[from].depth >= max_depth) return no_place;
  PlaceId Node::* const known = kind == Step::Kind::Deref ? &Node::pointee : &Node::element;
  if (kind != Step::Kind::Field && nodes_[from].*known != no_place) return nodes_[from].*known;
  Node node;
  node.parent = from;
  node.root = nodes_[from].root;
  node.name = name;
  node.step = kind;
  node.depth = static_cast<std::uint8_t>(nodes_[from].depth + 1);
  node.derefs = nodes_[from].derefs || kind == Step::Kind::Deref;
  const PlaceId to = add({from, name, static_cast<std::uint32_t>(kind)}, node);
  if (kind != Step::Kind::Field) nodes_[from].*known = to;
  return to;
}

PlaceId PlaceTable::intern(const Place& place) {
  PlaceId id = root(place.root, place.index, place.key);
  for (const Step& step : place.steps) id = this->step(id, step.kind, step.field);
  return id;
}

Place PlaceTable::expand(PlaceId id) const {
  Place place;
  if (id == no_place) return place;
  const Node& root = nodes_[nodes_[id].root];
  place.root = root.kind;
  place.index = root.index;
  place.key = names_[root.name];
  place.steps.resize(nodes_[id].depth);
  for (PlaceId at = id; !is_root(at); at = nodes_[at].parent)
    place.steps[nodes_[at].depth - 1u] = {nodes_[at].step, names_[nodes_[at].name]};
  return place;
}

bool PlaceTable::has_prefix(PlaceId id, PlaceId prefix) const {
  if (id == no_place || prefix == no_place) return false;
  while (nodes_[id].depth > nodes_[prefix].depth) id = nodes_[id].parent;
  return id == prefix;
}

bool PlaceTable::derefs_between(PlaceId prefix, PlaceId id) const {
  for (; id != prefix && id != no_place; id = nodes_[id].parent)
    if (!is_root(id) && nodes_[id].step == Step::Kind::Deref) return true;
  return false;
}

PlaceId PlaceTable::rebase(PlaceId id, PlaceId prefix, PlaceId other) {
  if (id == prefix) return other;
  if (is_root(id)) return no_place;
  return step_like(rebase(parent(id), prefix, other), id);
}

PlaceId PlaceTable::first_step(PlaceId id) const {
  while (nodes_[id].depth > 1) id = nodes_[id].parent;
  return id;
}

namespace {

std::string root_name(const Place& place, const Function& function, const Program& program) {
  switch (place.root) {
    case Root::Param:
      return place.index < function.params.size() ? function.params[place.index].name : "argument";
    case Root::Local:
      return place.index < function.locals.size() ? function.locals[place.index].name : "local";
    case Root::Global: {
      const Global* global = program.global(place.key);
      return global ? global->name : place.key;
    }
    case Root::Result: {
      const bool known = place.index < function.events.size();
      const Function* callee = known ? program.function(function.events[place.index].callee) : nullptr;
      return callee ? "result of '" + callee->name + "'" : "temporary";
    }
    case Root::This:
      return "this";
    case Root::Unknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string describe(const Place& place, const Function& function, const Program& program) {
  std::string text = place.root == Root::This ? "" : root_name(place, function, program);
  bool arrow = false;
  bool refers = false;  // a reference is followed without a sign in the source
  for (const Step& step : place.steps) {
    switch (step.kind) {
      case Step::Kind::Deref:
        arrow = !std::exchange(refers, false);
        break;
      case Step::Kind::Element:
        text += "[…]";
        break;
      case Step::Kind::Field: {
        const Field* field = program.field(step.field);
        refers = field && field->is_reference;
        const std::string name = field ? field->name : step.field.substr(step.field.rfind('.') + 1);
        const Record* of = program.record_of_field(step.field);
        if (of && of->is_closure) {  // a capture goes by the captured variable's name
          text = name == "this" || name == "*this" ? "" : name;
          arrow = false;
          break;
        }
        if (!text.empty()) text += arrow ? "->" : ".";
        text += name;
        arrow = false;
        break;
      }
    }
  }
  if (text.empty()) return "*this";
  return arrow ? '*' + text : text;
}

}  // namespace ferrule
