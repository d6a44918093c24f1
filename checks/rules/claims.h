// Every claim of a program, and whether it still stands: for `unsound-claim` and `ferrule claims`.
#pragma once

#include "checks/rules/rule.h"

#include <optional>
#include <vector>

namespace ferrule {

/// A claim, or a mark as not Send, not Sync or bound to its thread, on one class.
struct Claim {
  enum class State : unsigned char {
    Contradicted,  ///< code, documentation or a mark shows the opposite
    Needed,        ///< nothing else would give the answer
    NotNeeded,     ///< the answer follows without it
    Declared,      ///< a mark: nobody's proof rests on it
  };
  const Record* record;
  const Annotation* annotation;
  std::optional<Question> question = {};  ///< none for a mark
  State state = State::Declared;
  std::vector<Reason> against = {};               ///< what evidence shows the opposite
  std::vector<const Annotation*> opposites = {};  ///< the class's own marks of the opposite

  /// Where it is made.
  const Location& where() const { return annotation->where ? annotation->where : record->where; }
};

/// What an annotation claims; nothing if it claims nothing.
std::optional<Question> question_of(const Annotation& annotation);

/// In the order of the program's classes.
std::vector<Claim> claims_of(const Judgement& judgement);

}  // namespace ferrule
