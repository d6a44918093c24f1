// What the rules about types share: the parts of a crossing, and findings that carry a verdict's reasons.
#pragma once

#include "checks/rules/rule.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule {

/// One thing that crosses: a capture, an argument, a message, a result.
struct CrossedPart {
  const Crossing* crossing = nullptr;
  const CrossingItem* item = nullptr;
  std::string name = {};  ///< for people; "" for a temporary
  const Type* type = nullptr;
  Location where = {};
  std::string field = {};  ///< key of the capture
  bool is_capture = false;
  bool is_this = false;
  Value value = {};  ///< what it is made from, in the function of the crossing, where that is known
  const Function* in_frame_of = nullptr;  ///< it lives in the frame of this coroutine, whose handle crosses
  Location suspended = {};                ///< then: where the coroutine is suspended with it
  Location declared = {};                 ///< …and where it is declared
  bool is_shared = false;  ///< a capture of a closure that is itself only referred to: its call operator is what runs
  bool is_erased = false;  ///< it is inside a callable that hides it: what it shares with others is not followed
};

/// The captures of closures one by one, nested ones too, and everything else as it is.
std::vector<CrossedPart> parts_of(const Crossing& crossing, const Program& program);

/// The same for one part.
std::vector<CrossedPart> captures_of(CrossedPart whole, const Program& program);

/// Why a part may not cross, or nullopt if it may.
struct Refusal {
  Question question = Question::Send;
  const Verdict* verdict = nullptr;
  Profile profile = Profile::Strict;
  Location used = {};  ///< where the other thread uses what it may not; set only if that is what makes it evident
};
std::optional<Refusal> refusal_of(const CrossedPart& part, const Judgement& judgement);

/// The findings of one of the two questions for all crossings; many that have one cause become one.
void find_refused_crossings(const Judgement& judgement, Question question, std::string_view rule,
                            std::vector<Finding>& findings);

/// Calls of `ferrule::assert_send` (or `assert_sync`), and of templates whose constraints demand Send (or Sync), with a
/// type that is not known to be it. In a template, the call that chose the type is to blame.
void find_failed_assertions(const Judgement& judgement, Question question, std::string_view rule,
                            std::vector<Finding>& findings);

/// Classes that derive from one that is annotated with `promise` ("requires_send") and break it.
void find_broken_promises(const Judgement& judgement, Question question, std::string_view promise,
                          std::string_view rule, std::vector<Finding>& findings);

/// Adds the reasons that lead to the verdict's answer as notes, and the cures at their leaves.
void explain(const Verdict& verdict, Finding& finding);

}  // namespace ferrule
