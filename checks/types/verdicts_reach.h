// Which state of an object a function lets out: what it returns, and what it leaves behind, refers to.
#pragma once

#include "checks/program/program.h"

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ferrule {

/// What something refers to, in a function's own terms.
struct Source {
  Root root = Root::Unknown;  ///< This, Param, or Result: a closure that has `this`
  unsigned index = 0;         ///< of the parameter
  std::string_view key = {};  ///< of the field of *this, "" for all of it; of the closure's class
  auto operator<=>(const Source&) const = default;
};
using Sources = std::set<Source>;

struct Reach {
  struct Exit {
    Source source;
    const Event* event = nullptr;
    bool is_returned = false;  ///< else it is left in a parameter or global
    auto operator<=>(const Exit&) const = default;
  };
  Sources returns = {};
  Sources keeps = {};  ///< of a constructor: what the object refers to
  std::vector<Exit> exits = {};
};

/// Computes on demand what each function lets out, the order of its statements aside. Not thread-safe.
class Reaches {
 public:
  explicit Reaches(const Program& program) : program_(program) {}

  const Reach& of(const Function& function) const;

  /// A pointer, iterator or view: it points somewhere, and owns nothing.
  bool only_points(const Type* type, unsigned depth = 0) const;

 private:
  class Body;

  /// Can a value of this type lead to something else, also through what it holds?
  bool may_refer(const Type* type, unsigned depth = 0) const;
  /// Does a value of this type that is made from a reference to a `from` refer to it, and not hold a copy?
  bool binds(const Type* type, const Type* from) const;
  bool leads_to(const Type* type, const Type* to, unsigned depth) const;

  const Program& program_;
  mutable std::unordered_map<const Function*, std::unique_ptr<Reach>> known_;
};

}  // namespace ferrule
