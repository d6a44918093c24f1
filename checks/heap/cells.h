// Abstract storage: objects, and the cells in them, which are paths of fields and elements. Each cell is a node of the
// constraint graph; a points-to set is a set of cells.
#pragma once

#include "checks/heap/graph.h"
#include "checks/knowledge/concurrency.h"
#include "checks/program/program.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule::heap {

/// A cell or function that a pointer may point to.
using CellId = NodeId;
using ObjectId = std::uint32_t;

struct Object {
  enum class Kind : unsigned char {
    Variable,  ///< a local or parameter
    Global,
    Temporary,   ///< what an expression makes
    Allocation,  ///< what `new`, `make_unique` and their like make
    Function,
    Outside,  ///< all objects of one class that come from outside the program
  };
  static constexpr unsigned parameter = 1u << 31;  ///< in `index` of a variable that is a parameter

  Kind kind = Kind::Temporary;
  const Type* type = nullptr;          ///< null if it is not known
  const Function* function = nullptr;  ///< where it is made; the function itself for Function
  const Global* global = nullptr;
  unsigned index = 0;    ///< number of the event that makes it; of the variable for Variable
  unsigned context = 0;  ///< tells the objects of one event apart that are made for different callers
  CellId cell = no_node;
};

/// What may follow a cell: a field, an element, or a slot that stands for what a library's object keeps.
struct StepInfo {
  enum class Kind : unsigned char { Field, Element, Slot } kind = Kind::Field;
  std::string_view name;  ///< key of the field; index of the element, "" for any
  const Field* field = nullptr;
  const Record* record = nullptr;  ///< the class that has the field
};

class Cells {
 public:
  Cells(const Program& program, const Concurrency& known);

  Graph& graph() { return graph_; }
  const Graph& graph() const { return graph_; }

  CellId add_object(Object object);
  void set_type(CellId cell, const Type* type) { info_[cell].type = type; }
  /// The object is one that `new` made.
  void set_allocation(CellId cell) {
    if (Object& object = objects_[info_[cell].object]; object.kind == Object::Kind::Temporary)
      object.kind = Object::Kind::Allocation;
  }
  /// The part of `cell` that a step leads to, made when it is first asked for. A field of another class than the
  /// cell's is looked for where C programs mean it: in the first members, or in the object around the cell.
  CellId part(CellId cell, StepId step);
  /// The same without making one: no_node if nobody ever asked for it.
  CellId find_part(CellId cell, StepId step) const;

  std::optional<StepId> find_step(const Step& step) const;
  StepId field_step(std::string_view key);
  StepId element_step(std::string_view index);
  StepId slot_step(std::string_view name);
  static constexpr StepId any_element = 1;
  /// From an array to what a pointer to it points to: some element. From anything else to itself.
  static constexpr StepId decay = 2;
  const StepInfo& step_info(StepId step) const { return steps_[step]; }

  /// A node that is no cell.
  NodeId add_helper();

  bool is_cell(NodeId node) const { return node < info_.size() && info_[node].is_cell; }
  CellId parent(CellId cell) const { return info_[cell].parent; }
  StepId step(CellId cell) const { return info_[cell].step; }
  const Type* type(CellId cell) const { return info_[cell].type; }
  ObjectId object_id(CellId cell) const { return info_[cell].object; }
  const Object& object(CellId cell) const { return objects_[info_[cell].object]; }
  const std::vector<Object>& objects() const { return objects_; }
  /// Whether two cells may share storage: one is the other, or a part of it.
  bool overlap(CellId a, CellId b) const;

  /// The object of a class (or of any other type) that stands for all that come from outside.
  CellId outside_object(const Type* type);
  /// A node that points to what may come from outside as a pointer to `type`.
  NodeId outside(const Type* type);
  /// `cell` holds what may come from outside, according to its type.
  void fill_from_outside(CellId cell, const Type* type);

  // Types
  const Type* type_of(std::string_view key) const { return key.empty() ? nullptr : program_.type(key); }
  const Record* record_of(const Type* type) const;
  const ClassKnowledge* class_of(const Type* type) const;
  const Type* element_type(const Type* type) const;
  /// Whether an object of the type may lead to other objects.
  bool can_point(const Type* type);
  bool is_related(const Record* a, const Record* b) const;
  bool derives_from(const Record* derived, const Record* base) const;
  bool is_pointer(const Type* type) const { return type && type->kind == TypeKind::Pointer; }
  bool is_view(const Type* type) const { return known_.is_view(record_of(type)); }
  const Type* referred(const Type* type) const;
  bool same(const Type* a, const Type* b) const;

  const Program& program() const { return program_; }
  const Concurrency& known() const { return known_; }

  /// Cells whose path was cut since it got too deep.
  std::size_t cut_paths() const { return cut_paths_; }

 private:
  struct Info {
    CellId parent = no_node;
    StepId step = 0;
    const Type* type = nullptr;
    ObjectId object = 0;
    unsigned depth = 0;
    bool is_cell = false;
  };

  bool names_element(const Record* record) const;
  CellId resolve_part(CellId cell, StepId step);
  CellId made_part(CellId cell, StepId step) const {
    const auto found = parts_.find(std::uint64_t{cell} << 32 | step);
    return found == parts_.end() ? no_node : found->second;
  }
  CellId direct_part(CellId cell, StepId step, const Type* type);
  CellId element(CellId cell, StepId step);
  CellId holder_of_field(CellId cell, const StepInfo& step);
  StepId intern(StepInfo info, char tag);

  const Program& program_;
  const Concurrency& known_;
  Graph graph_;
  std::vector<Info> info_;
  std::vector<Object> objects_;
  std::vector<StepInfo> steps_;
  std::vector<StepId> constant_elements_;
  std::unordered_map<std::string, StepId> step_ids_;
  std::deque<std::string> step_names_;
  std::unordered_map<std::uint64_t, CellId> parts_;     // as they are
  std::unordered_map<std::uint64_t, CellId> resolved_;  // as they are asked for: perhaps of another cell
  std::unordered_map<std::string, CellId> outside_objects_;
  std::unordered_map<std::string, NodeId> outside_;
  std::unordered_map<const Type*, signed char> can_point_;
  std::size_t cut_paths_ = 0;
};

}  // namespace ferrule::heap
