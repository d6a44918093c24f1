// What crosses with a coroutine's handle: the values in the frames behind it, instead of the handle that says nothing.
#pragma once

#include "checks/rules/type_findings.h"

#include <unordered_map>

namespace ferrule {

/// Calls by the key of the callee. Built once for a run of a rule.
class CallIndex {
 public:
  struct Call {
    const Function* caller = nullptr;
    const Event* event = nullptr;
  };
  explicit CallIndex(const Program& program);
  const std::vector<Call>& of(std::string_view callee) const;

 private:
  std::unordered_map<std::string_view, std::vector<Call>> calls_;
};

/// Does an object of this type stand for a coroutine: a handle, or a class that has one?
bool holds_coroutine(const Type& type, const Program& program);

/// A call that made a coroutine.
struct CoroutineCall {
  const Function* caller = nullptr;
  const Event* event = nullptr;
  const Function* coroutine = nullptr;  ///< null: its body is not in sight
};

/// The calls that made the coroutine that `part` (whose type holds one) may be, as far as they can be found.
std::vector<CoroutineCall> coroutine_calls(const CrossedPart& part, const Program& program, const CallIndex& calls);

/// The values in the frames of all coroutines that `part` (whose type holds one) may be, as parts of the same crossing,
/// each at the call that made the coroutine. A coroutine that cannot be found is itself a part there.
std::vector<CrossedPart> frame_parts(const CrossedPart& part, const Program& program, const CallIndex& calls);

}  // namespace ferrule
