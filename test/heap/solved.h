// A snippet, parsed and solved, with questions in the terms of its source.
#pragma once

#include "checks/heap/heap.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ferrule::test {

using Names = std::set<std::string>;

class Solved {
 public:
  /// Each text is a unit. Fails the test if one does not parse.
  explicit Solved(const std::vector<std::string>& units);
  explicit Solved(const std::string& unit) : Solved(std::vector<std::string>{unit}) {}

  /// What the first argument of calls of `marker` may point to, as Heap::describe says it: `void at(const void*);`
  Names at(const std::string& marker) const;
  /// The names of what the bodies of the functions of this name call, without starts.
  Names calls(const std::string& function) const { return run_by(function, calls::CallKind::Call); }
  Names starts(const std::string& function) const { return run_by(function, calls::CallKind::Start); }
  Names run_by(const std::string& function, calls::CallKind kind) const;
  /// The objects that a function may run on when something of the name `caller` runs it.
  Names receivers(const std::string& caller, const std::string& callee) const;
  bool incomplete(heap::Incompleteness::Kind kind) const;

  const Function& function(const std::string& name) const;
  /// Whether what two markers get may be the same.
  bool may_alias(const std::string& marker, const std::string& other) const;
  /// The places that a function's accesses name, as the heap describes them.
  Names touched(const std::string& function) const;
  /// The bodies of the origins that may reach the global.
  Names reached_by(const std::string& global) const;

  Program program;
  heap::Heap heap;
  const calls::Origins& origins;

 private:
  std::vector<heap::CellId> cells_at(const std::string& marker) const;
};

}  // namespace ferrule::test
