#include "checks/rules/bound_uses.h"

#include <algorithm>

namespace ferrule {
namespace {

using knowledge::Affinity;

// The steps of `place` after the dereference of `part`: the way from the object that it leads to. Null if the place
// is not reached through it.
const Step* steps_after(const Place& place, const CrossedPart& part, const Function& body, const Program& program) {
  const Step* end = place.steps.data() + place.steps.size();
  if (part.is_capture) {
    for (const Step* step = place.steps.data(); step + 1 < end; ++step)
      if (step->field == part.field && step[1].kind == Step::Kind::Deref) return step + 2;
    return nullptr;
  }
  const Record* target = program.record_of_type(part.type->key, /*through_pointers=*/true);
  const bool runs_on_it = place.root == Root::This && !body.is_closure_body && target && body.record == target->key;
  return runs_on_it ? place.steps.data() : nullptr;
}

// Is what is reached by these steps a part of the object, made and ended with it?
bool is_part_of_object(const Step* first, const Step* end) {
  return std::all_of(first, end, [](const Step& step) { return step.kind == Step::Kind::Field; });
}

// Does the way lead into an object whose class is annotated as bound to its thread?
bool enters_annotated(const Record* target, const Step* first, const Step* end, const Judgement& judgement) {
  const auto is_annotated = [&](const Record* record) {
    return record && judgement.verdicts.bond(*record).is_declared;
  };
  if (is_annotated(target)) return true;
  for (const Step* step = first; step < end && step->kind == Step::Kind::Field; ++step) {
    const Field* field = judgement.program.field(step->field);
    if (field && is_annotated(judgement.program.record_of_type(field->type))) return true;
  }
  return false;
}

bool is_called(const std::vector<std::string>& names, const Program& program) {
  const auto calls = [&](const Event& event) {
    const Function* callee = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
    return callee && std::find(names.begin(), names.end(), callee->name) != names.end();
  };
  return std::any_of(program.facts().functions.begin(), program.facts().functions.end(), [&](const Function& function) {
    return std::any_of(function.events.begin(), function.events.end(), calls);
  });
}

// The class of a library's object that is changed here by its own member function.
const Record* changed_by_library(const Function& function, const Location& where, const Program& program) {
  for (const Event& event : function.events) {
    if (event.kind != Event::Kind::Call || event.where != where) continue;
    const Function* callee = program.function(event.callee);
    if (callee && callee->is_system && !callee->is_const && !callee->is_static) return program.record(callee->record);
  }
  return nullptr;
}

}  // namespace

std::optional<Location> bound_use(const CrossedPart& part, const Judgement& judgement) {
  const Program& program = judgement.program;
  const Record* target = program.record_of_type(part.type->key, /*through_pointers=*/true);
  for (const std::string& key : part.crossing->bodies) {
    const Function* body = program.function(key);
    if (!body) continue;
    for (const TracedAccess& access : judgement.flow.accesses(key)) {
      if (!access.is_write || access.is_atomic) continue;
      const Step* first = steps_after(access.place, part, *body, program);
      if (!first) continue;
      const Step* end = access.place.steps.data() + access.place.steps.size();
      if (enters_annotated(target, first, end, judgement)) return access.where;
      const Function* in = access.path.empty() ? body : program.function(access.path.back().function);
      const Record* changed = in ? changed_by_library(*in, access.where, program) : nullptr;
      const Bond bond = changed ? judgement.verdicts.bond(*changed) : Bond();
      const bool is_bound = bond.to == Affinity::Main || (bond.to == Affinity::Maker && is_part_of_object(first, end));
      if (is_bound && !(bond.unless_called && is_called(*bond.unless_called, program))) return access.where;
    }
  }
  return std::nullopt;
}

}  // namespace ferrule
