// Send, Sync and Synchronized of every type, with reasons. See docs/verdicts.md.
#pragma once

#include "checks/flow/flow.h"
#include "checks/program/program.h"
#include "checks/knowledge/types.h"
#include "checks/model/verdict.h"

#include <functional>
#include <memory>
#include <string_view>

namespace ferrule {

/// The accesses that a call of a function makes, by the function's key: what Flow::accesses gives.
using AccessesOf = std::function<const std::vector<TracedAccess>&(std::string_view)>;

/// What ties the objects of a class to a thread.
struct Bond {
  knowledge::Affinity to = knowledge::Affinity::None;
  bool is_declared = false;                                 ///< the class itself, or a base, is annotated so
  const std::vector<std::string>* unless_called = nullptr;  ///< TypeRule::unless_called; null for an annotation
};

/// Derives verdicts on demand and remembers them. Recursive types are coinductive, as in Rust. Not thread-safe.
class Verdicts {
 public:
  /// All are kept by reference. `flow` gives the evidence from bodies (writes on const paths,
  /// reference counts, monitors); it may be null, and then that is left out.
  Verdicts(const Program& program, const Flow* flow, const knowledge::Types& types = knowledge::Types::builtin());

  /// With evidence and knowledge from elsewhere. `accesses` may be empty; `types` is kept by reference.
  Verdicts(const Program& program, AccessesOf accesses, const knowledge::Types& types);
  ~Verdicts();

  /// The answer with its reasons, worst first. A part that a type reaches on several ways is explained once.
  const Verdict& of(Question question, std::string_view type_key) const;

  /// The answer alone: constant time per distinct part, however often it is asked.
  Answer answer(Question question, std::string_view type_key) const;

  /// The same for a class, by its record's key.
  const Verdict& of_record(Question question, std::string_view record_key) const;

  /// What a class would be if it made no claim: for `unsound-claim`.
  const Verdict& without_claims(Question question, std::string_view record_key) const;

  /// For what a pointer or reference to the type may point to: the class and all that derive from it.
  const Verdict& of_pointee(Question question, std::string_view type_key) const;

  /// Which thread may use objects of the class: what it says of itself, what is known of it, or of the nearest base.
  Bond bond(const Record& record) const;

  struct Engine;

 private:
  std::unique_ptr<Engine> engine_;
};

/// "Send", "Sync", "Synchronized".
std::string_view name_of(Question question);

}  // namespace ferrule
