// Variables whose value went elsewhere: to another thread or, which only the strict profile minds, to another variable.
#include "checks/flow/interpreter.h"

#include <algorithm>
#include <string_view>

namespace ferrule {
namespace {

std::string_view last_name(const Function* callee) {
  return callee ? std::string_view(callee->name).substr(callee->name.rfind(':') + 1) : std::string_view();
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Asks whether there is a value, which an object that was moved from can tell; who asks minds the answer.
bool only_asks(const Function* callee) {
  const std::string_view name = last_name(callee);
  if (is_one_of(name, {"operator==", "operator!=", "operator<=>"})) return true;
  return callee && callee->is_const &&
         is_one_of(name, {"operator bool", "joinable", "valid", "get", "owns_lock", "empty", "size", "use_count",
                          "has_value", "expired", "get_id", "is_valid"});
}

bool renews(const Event& event, std::string_view name) {
  return event.kind == Event::Kind::Assign || event.kind == Event::Kind::Construct ||
         is_one_of(name, {"operator=", "reset", "clear", "assign", "swap", "exchange", "emplace"});
}

bool is_changeable(const Type* reference, const Program& program) {
  const Type* target = reference && reference->kind == TypeKind::Reference ? program.type(reference->target) : nullptr;
  return target && !target->is_const && !reference->spelling.ends_with("&&");
}

}  // namespace

// Storage that can be followed by name: of this call, or a member, but no element and nothing behind a pointer.
bool Interpreter::is_tracked(PlaceId place) const {
  if (place == no_place || places_.has_deref(place)) return false;
  const Root root = places_.root_kind(place);
  if (root != Root::Local && root != Root::Param && (root != Root::This || places_.is_root(place))) return false;
  for (PlaceId at = place; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) != Step::Kind::Field) return false;
  return true;
}

// The variable, or the part of one, that was moved from and that `place` is or goes through.
PlaceId Interpreter::moved_part(PlaceId place) const {
  for (PlaceId at = place; at != no_place; at = places_.is_root(at) ? no_place : places_.parent(at))
    if (state_.sent.contains(at)) return at;
  return no_place;
}

// Is an object of this type worth nothing once it is moved from? A number is copied; what owns something gives it away.
bool Interpreter::is_spent_by_move(const Record* record, unsigned depth) const {
  if (!record || depth > 6) return false;
  if (const ClassKnowledge* known = engine_.class_of(*record); known && record->name != "std::optional")
    return known->is != Is::Other && known->is != Is::Atomic && !known->is_view;
  if (record->name == "std::basic_string") return true;
  if (record->is_system)
    return !record->name.ends_with("iterator") &&
           std::any_of(record->arguments.begin(), record->arguments.end(), [&](const TemplateArgument& argument) {
             return is_spent_by_move(program_.record_of_type(argument.type), depth + 1);
           });
  const Function* destructor = program_.function(record->destructor);
  if (destructor && !destructor->is_defaulted && !record->is_closure) return true;
  return std::any_of(
             record->fields.begin(), record->fields.end(),
             [&](const Field& field) { return is_spent_by_move(program_.record_of_type(field.type), depth + 1); }) ||
         std::any_of(record->bases.begin(), record->bases.end(),
                     [&](const Base& base) { return is_spent_by_move(program_.record_of_type(base.type), depth + 1); });
}

// Does a callee that gets `std::move(x)` take the value? By value it does; a reference it may only pass on.
bool Interpreter::takes_argument(const Function* callee, std::size_t argument) const {
  if (!callee || argument >= callee->params.size() || !callee->params[argument].is_reference) return true;
  const Type* result = program_.type(callee->result);
  if (result && result->kind == TypeKind::Reference && result->spelling.ends_with("&&")) return false;
  if (Flow::Engine::is_opaque(*callee) || !callee->has_body() || callee->is_defaulted)
    return !last_name(callee).starts_with("try_") && !only_asks(callee);
  const auto takes = [&](const Value& value) {
    return value.kind == Value::Kind::Move && value.place.root == Root::Param && value.place.index == argument;
  };
  return std::any_of(callee->events.begin(), callee->events.end(), [&](const Event& event) {
    return takes(event.value) || std::any_of(event.args.begin(), event.args.end(), takes);
  });
}

// `value` goes to another thread: the variables it was moved from are not ours any more.
void Interpreter::mark_sent(const Abstract& value, const Started& started) {
  const Sent sent{started.where, &program_.function(function_.events[now_].callee)->name, true};
  const auto mark = [&](PlaceId variable) {
    if (is_tracked(variable)) state_.sent[variable] = sent;
  };
  if (value.kind == Value::Kind::Move) mark(resolve(value.place));
  if (value.kind != Value::Kind::Object && value.kind != Value::Kind::Move) return;
  for (const auto& [variable, into] : state_.moved_into)
    if (into == value.place) mark(variable);
}

// What this event moved from, if it did not go to another thread.
void Interpreter::mark_taken(unsigned index) {
  const Event& event = function_.events[index];
  if (event.kind == Event::Kind::Return || event.kind == Event::Kind::Suspend) return;
  const Function* callee = program_.function(event.callee);
  const bool into_temporary = event.kind == Event::Kind::Construct && event.place.root == Root::Unknown && callee;
  const auto take = [&](const Place& place, const Record* record) {
    const PlaceId variable = places_.intern(place);
    if (is_tracked(variable) && is_spent_by_move(record))
      state_.sent.try_emplace(variable, Sent{&event.where, nullptr, true, into_temporary});
  };
  if (event.value.kind == Value::Kind::Move && !(event.is_initialisation && event.value.by_reference))
    take(event.value.place, program_.record_of_type(event.value.type));
  for (std::size_t i = 0; i < event.args.size(); ++i)
    if (event.args[i].kind == Value::Kind::Move && takes_argument(callee, i))
      take(event.args[i].place, program_.record_of_type(event.args[i].type));
  if (event.kind != Event::Kind::Call || !callee || !callee->consumes_object) return;
  const Type* result = program_.type(callee->result);
  if (!result || result->kind != TypeKind::Reference) take(event.place, program_.record(callee->record));
}

void Interpreter::renew_sent(PlaceId place) {
  std::erase_if(state_.sent, [&](const auto& entry) { return places_.has_prefix(entry.first, place); });
}

void Interpreter::use_sent(PlaceId moved, const Location& where) {
  const Sent sent = state_.sent.at(moved);
  state_.sent.erase(moved);  // once is enough
  if (!collecting_) return;
  SentUse found;
  found.name = describe(places_.expand(moved), function_, program_);
  found.sent = sent.where;
  if (sent.sink) found.sink = *sent.sink;
  found.used = &where;
  found.always = sent.always;
  into_.sent_uses.push_back(std::move(found));
}

// Any mention of a variable that was moved from is a use, except giving it a new value and its end.
void Interpreter::check_sent(unsigned index) {
  if (state_.sent.empty()) return;
  const Event& event = function_.events[index];
  if (event.kind == Event::Kind::Destroy) return;
  const Function* callee = program_.function(event.callee);
  const std::string_view name = last_name(callee);
  const auto mention = [&](const Value& value, bool may_be_set) {
    if (value.kind == Value::Kind::Object || value.place.root == Root::Unknown) return;
    const PlaceId place = places_.intern(value.place);
    if (may_be_set) renew_sent(place);
    const PlaceId moved = moved_part(place);
    if (moved == no_place) return;
    Sent& sent = state_.sent.at(moved);
    if (sent.into_temporary && value.kind == Value::Kind::Move)
      sent.into_temporary = false;
    else if (!sent.sink && only_asks(callee))
      state_.sent.erase(moved);
    else
      use_sent(moved, event.where);
  };
  for (std::size_t i = 0; i < event.args.size(); ++i) {
    const Type* param = callee && i < callee->params.size() ? program_.type(callee->params[i].type) : nullptr;
    const PlaceId moved = moved_part(places_.intern(event.args[i].place));
    const bool is_ours = moved != no_place && !state_.sent.at(moved).sink;
    const bool sees_all = callee && callee->has_body() && !Flow::Engine::is_opaque(*callee);
    mention(event.args[i], is_changeable(param, program_) && (is_ours || !sees_all));
  }
  mention(event.value, false);
  if (event.place.root == Root::Unknown || event.kind == Event::Kind::Return) return;
  const PlaceId place = places_.intern(event.place);
  const PlaceId moved = moved_part(place);
  const bool may_set_parts = event.kind == Event::Kind::Call && callee && !callee->is_const;
  if (renews(event, name) || (may_set_parts && moved == no_place)) {
    renew_sent(place);
    if (moved == no_place || moved == place) return;
  }
  if (moved == no_place) return;
  if (!state_.sent.at(moved).sink && only_asks(callee))
    state_.sent.erase(moved);
  else if (event.kind == Event::Kind::Access || event.kind == Event::Kind::Call || event.kind == Event::Kind::Assign)
    use_sent(moved, event.where);
}

}  // namespace ferrule
