// Objects whose virtual member function a library's thread runs: QThread::run, Poco::Runnable::run and their like.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {
namespace {

// The record of what is at `place`, as far as variables and fields are declared.
const Record* record_at(const Place& place, const Function& function, const Program& program) {
  std::string type;
  std::size_t steps = place.steps.size();
  while (steps > 0 && place.steps[steps - 1].kind == Step::Kind::Deref) --steps;
  if (steps > 0 && place.steps[steps - 1].kind == Step::Kind::Field) {
    if (const Field* field = program.field(place.steps[steps - 1].field)) type = field->type;
  } else if (steps > 0) {
    return nullptr;
  } else if (place.root == Root::This) {
    return program.record(function.record);
  } else if (place.root == Root::Local && place.index < function.locals.size()) {
    type = function.locals[place.index].type;
  } else if (place.root == Root::Param && place.index < function.params.size()) {
    type = function.params[place.index].type;
  } else if (place.root == Root::Global) {
    if (const Global* global = program.global(place.key)) type = global->type;
  } else if (place.root == Root::Result && place.index < function.events.size()) {
    type = function.events[place.index].type;
  }
  const Record* record = program.record_of_type(type, true);
  if (record && record->is_system && !record->arguments.empty() && steps < place.steps.size())  // a smart pointer
    record = program.record_of_type(record->arguments.front().type, true);
  return record;
}

// Its own, or the nearest that a base has.
const Function* member_named(const Record& record, std::string_view name, const Program& program, unsigned depth = 0) {
  for (const std::string& key : record.methods) {
    const Function* method = program.function(key);
    if (method && method->has_body() && method->name.ends_with(name)) return method;
  }
  for (const Base& base : record.bases)
    if (const Record* of = program.record_of_type(base.type); of && depth < 8)
      if (const Function* method = member_named(*of, name, program, depth + 1)) return method;
  return nullptr;
}

}  // namespace

const Function* Interpreter::run_of_object(const FunctionKnowledge& known, const Function& callee,
                                           const Event& event) const {
  const bool by_argument = known.on && *known.on < event.args.size();
  const Place& place = by_argument ? event.args[*known.on].place : event.place;
  const std::string name = "::" + known.runs;
  const Record* record = record_at(place, function_, program_);
  if (!record && by_argument && *known.on < callee.params.size())
    record = program_.record_of_type(callee.params[*known.on].type, true);
  if (!record) return nullptr;
  if (const Function* own = member_named(*record, name, program_)) return own;
  const Function* only = nullptr;  // a pointer to a base: what runs is sure where one class alone derives from it
  for (const Record* derived : program_.derived(record->key))
    if (const Function* own = member_named(*derived, name, program_); own && own != only) {
      if (only) return nullptr;
      only = own;
    }
  return only;
}

}  // namespace ferrule
