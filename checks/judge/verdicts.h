// Send, Sync and Synchronized of every type, with reasons. See docs/verdicts.md.
#pragma once

#include "checks/judge/program.h"
#include "checks/model/verdict.h"

#include <memory>
#include <string_view>

namespace ferrule {

class Flow;

/// Derives verdicts on demand and remembers them. Recursive types are coinductive, as in Rust. Not thread-safe.
class Verdicts {
 public:
  /// Both are kept by reference. `flow` gives the evidence from bodies (writes on const paths, reference counts,
  /// monitors); it may be null, and then those are left out.
  Verdicts(const Program& program, const Flow* flow);
  ~Verdicts();

  const Verdict& of(Question question, std::string_view type_key) const;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace ferrule
