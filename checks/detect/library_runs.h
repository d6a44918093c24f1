// The user's own code that a library's function runs inside a call, as far as types tell: constructors, copies,
// destructors, comparisons and hashes of what it keeps or works on. Bodies of library templates are not read, so this
// is what may run, not what does.
#pragma once

#include "checks/flow/engine.h"

#include <map>
#include <set>
#include <vector>

namespace ferrule {

class LibraryRuns {
 public:
  explicit LibraryRuns(const Flow::Engine& engine);

  /// With bodies; sorted by key.
  std::vector<const Function*> at(const Event& event) const;

 private:
  struct Uses {
    bool makes = false;
    bool ends = false;
    bool compares = false;
  };
  struct ByKey {
    bool operator()(const Function* a, const Function* b) const { return a->key < b->key; }
  };
  using Functions = std::set<const Function*, ByKey>;

  bool only_gives_access(const Event& event, const Function& callee) const;
  void add_type(const std::string& type, const Uses& uses, unsigned depth, Functions& into) const;
  void add_members(const Record& record, const Uses& uses, Functions& into) const;

  const Flow::Engine& engine_;
  const Program& program_;
  std::map<std::string_view, std::vector<const Function*>> free_operators_;  // by the key of an operand's class
};

}  // namespace ferrule
