#include "checks/rules/erased_callables.h"

#include "checks/flow/engine.h"

#include <algorithm>

namespace ferrule {
namespace {

bool hides_callable(const Type& type, const Judgement& judgement) {
  const Record* record = type.kind == TypeKind::Record ? judgement.program.record(type.record) : nullptr;
  const ClassKnowledge* known = record ? judgement.flow.engine().class_of(*record) : nullptr;
  return known && known->is == Is::Callable;
}

// Does the event put something into the object, or let somebody else do so?
bool fills(const Event& event, const Place& object, const Program& program) {
  if (event.kind == Event::Kind::Construct || event.kind == Event::Kind::Assign) return event.place == object;
  if (event.kind != Event::Kind::Call) return false;
  const Function* callee = program.function(event.callee);
  const bool is_call_of_it = callee && callee->name.ends_with("::operator()");
  if (event.place == object && !event.args.empty() && !is_call_of_it) return true;
  return std::any_of(event.args.begin(), event.args.end(), [&](const Value& argument) {
    return argument.kind == Value::Kind::Address && argument.place == object;
  });
}

}  // namespace

std::optional<CrossedPart> closure_inside(const CrossedPart& part, const Judgement& judgement) {
  const Place& object = part.value.place;
  const Function* function = judgement.program.function(part.crossing->function);
  const bool is_own = object.root == Root::Local && object.steps.empty() && part.value.kind == Value::Kind::Move;
  if (!function || !is_own || !hides_callable(*part.type, judgement)) return std::nullopt;
  const Event* filled = nullptr;
  for (const Event& event : function->events) {
    if (!fills(event, object, judgement.program)) continue;
    if (filled) return std::nullopt;
    filled = &event;
  }
  if (!filled || filled->kind != Event::Kind::Construct || filled->args.size() != 1) return std::nullopt;
  const Value& held = filled->args[0];
  if (held.kind != Value::Kind::Object || held.place.index >= function->events.size()) return std::nullopt;
  CrossedPart inside = part;
  inside.type = judgement.program.type(function->events[held.place.index].type);
  inside.value = held;
  inside.is_erased = true;
  const Record* closure = inside.type ? judgement.program.record(inside.type->record) : nullptr;
  return closure && closure->is_closure ? std::optional(inside) : std::nullopt;
}

}  // namespace ferrule
