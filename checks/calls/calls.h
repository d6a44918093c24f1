// Who may call whom: what each call may run, through pointers to functions and members, virtual functions, and
// callables that are stored, bound or handed to a library. Solved together with the heap (see checks/heap/heap.h).
#pragma once

#include "checks/calls/edges.h"
#include "checks/program/program.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ferrule::heap {
class Builder;
}

namespace ferrule::calls {

using CellId = std::uint32_t;

/// A function that an event may run.
struct Callee {
  const Function* function = nullptr;
  CallKind kind = CallKind::Call;
  std::vector<CellId> receivers = {};  ///< the objects that it may run on; none for a function without an object
  /// For each parameter, the number of the event's argument that it gets; none where a library or `bind` supplies it.
  std::vector<std::optional<unsigned>> arguments = {};
};

struct Caller {
  const Function* function = nullptr;
  unsigned event = 0;
  CallKind kind = CallKind::Call;
  auto operator<=>(const Caller&) const = default;
};

/// Immutable; safe to share. Functions are those of the program that it was made for.
class Calls {
 public:
  Calls(const Program& program, const heap::Builder& builder);

  /// What an event may run, sorted by key. Empty for what calls nothing that has a body in the program.
  const std::vector<Callee>& callees(const Function& function, unsigned event) const;
  const std::vector<Caller>& callers(const Function& function) const;

  /// Strongly connected components of the functions with bodies, callees first. Starting a thread is no call here: its
  /// body need not come before the function that starts it.
  const std::vector<std::vector<const Function*>>& components() const { return components_; }

  /// Functions that nobody in the program calls: `main`, and what is called from outside.
  const std::set<const Function*>& entries() const { return entries_; }

  bool is_in_loop(const Function& function, unsigned event) const;
  /// Whether a function runs at most once while the program runs. An entry is taken to be called once.
  bool runs_once(const Function& function) const { return once_.contains(&function); }

  /// Every event that runs something in another way than by calling it.
  const std::vector<Caller>& starts() const { return starts_; }

 private:
  void find_components(const Program& program);
  void find_once(const Program& program);

  std::map<std::pair<const Function*, unsigned>, std::vector<Callee>> callees_;
  std::unordered_map<const Function*, std::vector<Caller>> callers_;
  std::unordered_map<const Function*, std::vector<bool>> loops_;  // by block
  std::vector<std::vector<const Function*>> components_;
  std::set<const Function*> entries_;
  std::set<const Function*> once_;
  std::vector<Caller> starts_;
};

}  // namespace ferrule::calls
