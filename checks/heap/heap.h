// What pointers may point to, in the whole program: an inclusion-based points-to analysis (Andersen 1994),
// field-sensitive and flow-insensitive, with heap cloning for functions that return what they allocate. It tells what
// *may* be: that two expressions surely mean one object follows only where `is_single` says so.
#pragma once

#include "checks/calls/calls.h"
#include "checks/calls/origins.h"
#include "checks/heap/cells.h"
#include "checks/heap/incompleteness.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule::heap {

class Builder;

/// A body as it is analysed for some of its callers.
struct Copy {
  const Function* function = nullptr;
  unsigned number = 0;
  calls::OriginId origin = 0;
};

/// One copy of a body may run another.
struct CopyEdge {
  const Copy* caller = nullptr;
  unsigned event = 0;
  const Copy* callee = nullptr;
  calls::CallKind kind = calls::CallKind::Call;
};

/// Solved when it is made; then safe to read from many threads. Cells are numbers that mean the same for the whole
/// program, and the same whatever the order of the units.
class Heap {
 public:
  /// Both are kept by reference.
  explicit Heap(const Program& program, const Concurrency& known = Concurrency::built_in());
  ~Heap();

  /// The cells where a place of a function may be, sorted; nothing if no event of the function names the place.
  std::vector<CellId> cells(const Function& function, const Place& place) const;
  /// The same for one copy of its body; and from a cell onwards.
  std::vector<CellId> cells_in(const Copy& copy, const Place& place) const;
  std::vector<CellId> cells_from(CellId cell, const std::vector<Step>& steps) const;
  /// What a cell may hold a pointer to: cells, and functions (objects of the kind Function). Sorted.
  const std::vector<CellId>& pointees(CellId cell) const;

  /// What a value that an event of the function uses may point to: of an object, what it holds itself. Sorted.
  std::vector<CellId> pointees(const Function& function, const Value& value) const;

  bool may_alias(const Function& a, const Place& at_a, const Function& b, const Place& at_b) const;
  /// Whether two cells may share storage: one is the other, or a part of it.
  bool may_overlap(CellId a, CellId b) const;

  /// Whether `part` is an element of `whole`, or in one.
  bool is_element_of(CellId part, CellId whole) const;
  /// Whether its path has an element of unknown index.
  bool is_some_element(CellId cell) const;
  /// The fields, elements and globals that may point into the cell's object, sorted.
  const std::vector<CellId>& kept_in(CellId cell) const;
  /// Of a field or of what is in it: its key; of anything else the global's, or "".
  std::string key_of(CellId cell) const;
  /// Where the field, the variable or the object is declared or made.
  Location declared(CellId cell) const;

  const Object& object(CellId cell) const;
  ObjectId object_id(CellId cell) const;
  const Type* type(CellId cell) const;
  /// Surely one object while the program runs: not one of several that an event makes, nor some element of several.
  bool is_single(CellId cell) const;

  /// For people, and for tests: "main::pool", "new Job in make_job", "outside Server", each with its path.
  std::string describe(CellId cell) const;
  /// The same as short as the text of a program has it: the field, the variable, or what was made.
  std::string name(CellId cell) const;

  const calls::Calls& calls() const { return *calls_; }
  const calls::Origins& origins() const { return *origins_; }
  /// The origin in which an object is made; none for globals, functions and what comes from outside.
  std::optional<calls::OriginId> made_in(CellId cell) const;
  const std::vector<Incompleteness>& incomplete() const;
  /// Did its budget not suffice? Then what it says may be is true, but more may be.
  bool is_partial() const;

  static constexpr calls::OriginId main_origin = 0;
  static constexpr calls::OriginId outside_origin = 1;
  /// By number.
  const std::vector<Copy>& copies() const { return copies_; }
  const std::vector<CopyEdge>& copy_edges() const { return copy_edges_; }

  /// Of the constraint graph, to measure it.
  std::size_t node_count() const;

 private:
  void index_keepers();

  std::unique_ptr<Builder> builder_;
  std::unique_ptr<calls::Calls> calls_;
  std::unique_ptr<calls::Origins> origins_;
  std::vector<Copy> copies_;
  std::vector<CopyEdge> copy_edges_;
  std::unordered_map<ObjectId, std::vector<CellId>> kept_in_;
};

}  // namespace ferrule::heap
