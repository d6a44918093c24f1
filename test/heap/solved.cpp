#include "test/heap/solved.h"

#include "test/facts/parse.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ferrule::test {
namespace {

std::vector<Facts> parse(const std::vector<std::string>& units) {
  std::vector<Facts> all;
  for (std::size_t i = 0; i < units.size(); ++i) {
    std::optional<Facts> facts = facts_of_code(units[i], "unit" + std::to_string(i) + ".cpp");
    EXPECT_TRUE(facts) << "unit " << i << " does not parse";
    if (facts) all.push_back(std::move(*facts));
  }
  return all;
}

}  // namespace

Solved::Solved(const std::vector<std::string>& units) : program(parse(units)), heap(program), origins(heap.origins()) {}

std::vector<heap::CellId> Solved::cells_at(const std::string& marker) const {
  std::vector<heap::CellId> found;
  bool is_called = false;
  for (const Function& function : program.facts().functions)
    for (const Event& event : function.events) {
      const Function* callee = event.callee.empty() ? nullptr : program.function(event.callee);
      if (!callee || callee->name != marker || event.args.empty()) continue;
      is_called = true;
      for (const heap::CellId cell : heap.pointees(function, event.args.front())) found.push_back(cell);
    }
  EXPECT_TRUE(is_called) << marker << " is not called";
  return found;
}

Names Solved::at(const std::string& marker) const {
  Names names;
  for (const heap::CellId cell : cells_at(marker)) names.insert(heap.describe(cell));
  return names;
}

bool Solved::may_alias(const std::string& marker, const std::string& other) const {
  const std::vector<heap::CellId> left = cells_at(marker), right = cells_at(other);
  return std::any_of(left.begin(), left.end(), [&](heap::CellId a) {
    return std::any_of(right.begin(), right.end(), [&](heap::CellId b) { return heap.may_overlap(a, b); });
  });
}

Names Solved::run_by(const std::string& name, calls::CallKind kind) const {
  Names names;
  bool is_there = false;
  for (const Function& function : program.facts().functions) {
    if (function.name != name || !function.has_body()) continue;
    is_there = true;
    for (unsigned i = 0; i < function.events.size(); ++i)
      for (const calls::Callee& callee : heap.calls().callees(function, i))
        if (callee.kind == kind && callee.function->has_body()) names.insert(callee.function->name);
  }
  EXPECT_TRUE(is_there) << name << " is not there";
  return names;
}

Names Solved::receivers(const std::string& caller, const std::string& callee) const {
  Names names;
  for (const Function& function : program.facts().functions) {
    if (function.name != caller) continue;
    for (unsigned i = 0; i < function.events.size(); ++i)
      for (const calls::Callee& run : heap.calls().callees(function, i))
        if (run.function->name == callee)
          for (const heap::CellId cell : run.receivers) names.insert(heap.describe(cell));
  }
  return names;
}

bool Solved::incomplete(heap::Incompleteness::Kind kind) const {
  return std::any_of(heap.incomplete().begin(), heap.incomplete().end(),
                     [&](const heap::Incompleteness& entry) { return entry.kind == kind; });
}

const Function& Solved::function(const std::string& name) const {
  static const Function none;
  for (const Function& function : program.facts().functions)
    if (function.name == name && function.has_body()) return function;
  ADD_FAILURE() << name << " is not there";
  return none;
}

Names Solved::touched(const std::string& name) const {
  Names names;
  const Function& of = function(name);
  for (const Event& event : of.events)
    if (event.kind == Event::Kind::Access || event.kind == Event::Kind::Assign)
      for (const heap::CellId cell : heap.cells(of, event.place)) names.insert(heap.describe(cell));
  return names;
}

Names Solved::reached_by(const std::string& name) const {
  Names names;
  for (const Function& function : program.facts().functions)
    for (const Event& event : function.events)
      if (event.place.known())
        for (const heap::CellId cell : heap.cells(function, event.place))
          if (heap.describe(cell) == name)
            for (const calls::OriginId id : origins.reached_by(heap.object_id(cell)))
              for (const Function* body : origins.all()[id].bodies) names.insert(body->name);
  return names;
}

}  // namespace ferrule::test
