// Objects of classes that knowledge describes: how they are made, and what goes into containers.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// What goes into a container can be found in it: callables that a thread takes out, handles that are joined later.
void Interpreter::store_insert(unsigned index, PlaceId container) {
  const Event& event = function_.events[index];
  if (container == no_place) return;
  const Function* callee = program_.function(event.callee);
  const Record* record = callee ? program_.record(callee->record) : nullptr;
  const ClassKnowledge* of_record = record ? engine_.class_of(*record) : nullptr;
  const bool is_optional = of_record && of_record->is == Is::Pointer;
  const PlaceId element = is_optional ? places_.deref(container) : places_.element(container);
  if (is_optional) end_guards_in(element);
  const std::string* element_type = record && !record->arguments.empty() ? &record->arguments.front().type : nullptr;
  const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
  if (known && known->does == Does::Emplace && element_type) {
    emplace(index, element, *element_type, event.args);
    hand_over(index, element, {Value::Kind::Object, element, nullptr, element_type});
  } else {
    const PlaceId mapped = record && event.args.size() == 2 && !callee->name.ends_with("::insert")
                               ? mapped_value(element, *record)
                               : element;
    for (const Value& argument : event.args) {
      const Abstract raw = abstract(argument);
      const Abstract value = follower().settle(raw);
      if (raw.kind == Value::Kind::Unknown || raw.kind == Value::Kind::Literal) continue;
      const PlaceId into = &argument == &event.args.back() ? mapped : element;
      relocate(resolve(raw.place), into);
      const bool copies = raw.by_reference && raw.kind == Value::Kind::Address;
      read_copied(argument);
      store(into, copies ? Abstract{Value::Kind::Copy, value.place, nullptr, value.type} : value);
      hand_over(index, into, value);
    }
  }
  if (collecting_)
    for (const auto& [at, value] : state_.points)
      if (places_.has_prefix(at, element)) inserts_.push_back({at, value});
}

// What is given by reference is read, and copied into the container.
void Interpreter::read_copied(const Value& argument) {
  if (argument.kind != Value::Kind::Address || !argument.by_reference) return;
  const ClassKnowledge* known = engine_.class_of_type(argument.type);
  if (!known || is_data(known)) record(resolve(places_.intern(argument.place)), false, function_.events[now_].where);
}

// Where a map keeps the value for a key.
PlaceId Interpreter::mapped_value(PlaceId element, const Record& map) {
  const std::string& field = engine_.mapped_field(map);
  return field.empty() || element == no_place ? element : places_.field(element, field);
}

// Constructs a `type` at `made` from arguments that a library function forwards to its constructor.
void Interpreter::emplace(unsigned index, PlaceId made, std::string_view type, const std::vector<Value>& args) {
  if (made == no_place) return;
  const Record* record = program_.record_of_type(type);
  if (!record) return;
  const std::size_t colon = record->name.rfind("::");
  const std::string constructor =
      record->name + "::" + (colon == std::string::npos ? record->name : record->name.substr(colon + 2));
  if (const FunctionKnowledge* known = engine_.known.function(constructor);
      known && known->does == Does::Start && !args.empty()) {
    start(index, *known, made, record->name, known->joins_on_destroy || engine_.class_of(*record)->joins_on_destroy,
          abstract_all(args), known->callable);
    return;
  }
  if (const ClassKnowledge* known = engine_.class_of(*record); known && known->is == Is::Guard) {
    construct_guard(args, made, known->shared);
    return;
  }
  const Function* chosen = constructor_for(*record, args);
  const FunctionFlow* flow = chosen ? engine_.flow(*chosen) : nullptr;
  if (args.size() == 1 && !flow) {
    const Abstract raw = abstract(args.front());
    const Abstract value = follower().settle(raw);
    relocate(resolve(raw.place), made);
    store(made, raw.by_reference && raw.kind == Value::Kind::Address
                    ? Abstract{Value::Kind::Copy, value.place, nullptr, raw.type}
                    : value);
    return;
  }
  if (!flow) return;
  const Follower here = follower();
  std::vector<Cursor> params;
  for (std::size_t i = 0; i < args.size(); ++i)
    params.push_back(Frame::bind(here, here.settle(abstract(args[i])), chosen->params[i].is_reference));
  run_here(index, {chosen, {made}, std::move(params)});
}

// Which constructor it is, the facts do not say; if only one can take these arguments it is that one.
const Function* Interpreter::constructor_for(const Record& record, const std::vector<Value>& args) const {
  const bool copies = args.size() == 1 && program_.record_of_type(args.front().type) == &record;
  const bool moves = copies && args.front().kind != Value::Kind::Address;
  const Function* chosen = nullptr;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !method->is_constructor || method->params.size() != args.size()) continue;
    if (args.size() == 1) {
      const bool from_its_own = program_.record_of_type(method->params.front().type, true) == &record;
      const bool is_copy = from_its_own && method->key == record.copy_constructor;
      if (from_its_own != copies || (from_its_own && is_copy == moves)) continue;
    }
    if (chosen) return nullptr;
    chosen = method;
  }
  return chosen && chosen->has_body() ? chosen : nullptr;
}

void Interpreter::known_construct(unsigned index, const Function& callee, PlaceId made) {
  const Event& event = function_.events[index];
  const FunctionKnowledge* does = engine_.known.function(callee.name);
  if (does && does->does == Does::Atomic && !event.args.empty()) {  // all access through it is atomic
    const PlaceId object = follower().settle(abstract(event.args.front())).place;
    if (object != no_place) record(object, true, event.where, true);
    return;
  }
  if (does && does->does == Does::Start && !event.args.empty()) {
    const Abstract first = abstract(event.args.front());
    const ClassKnowledge* of_first = engine_.class_of_type(event.args.front().type);
    if (of_first && of_first->is == Is::Handle) {  // moved from another handle
      relocate(resolve(first.place), made);
      return;
    }
    const ClassKnowledge* of_made = engine_.class_of_type(event.type);
    start(index, *does, made, callee.name.substr(0, callee.name.rfind("::")),
          does->joins_on_destroy || (of_made && of_made->joins_on_destroy), abstract_all(event.args), does->callable);
    return;
  }
  const ClassKnowledge* known = engine_.class_of_type(event.type);
  if (known && known->is == Is::Guard) {
    construct_guard(event.args, made, known->shared);
    return;
  }
  if (!event.args.empty() && (is_data(known) || known->is == Is::Handle)) {
    const Abstract raw = abstract(event.args.front());
    const Abstract value = follower().settle(raw);
    if (raw.kind == Value::Kind::Move || raw.kind == Value::Kind::Object) relocate(resolve(raw.place), made);
    const bool copies_object = raw.kind == Value::Kind::Address && raw.by_reference;
    if (known && known->is == Is::Callable && raw.kind != Value::Kind::Unknown) {
      const bool same = event.args.front().type == event.type;
      if (same)
        store(made, copies_object ? Abstract{Value::Kind::Copy, value.place, nullptr, raw.type} : value);
      else
        store(places_.field(made, "callable"),
              copies_object ? Abstract{Value::Kind::Copy, value.place, nullptr, raw.type} : value);
    } else if (copies_object) {
      const bool views = event.args.front().type != event.type && !(known && known->is == Is::Container);
      store(made, views && !(known && known->is == Is::Pointer)
                      ? Abstract{Value::Kind::Address, value.place, nullptr, nullptr}
                      : Abstract{Value::Kind::Copy, value.place, nullptr, nullptr});
    } else if (raw.kind != Value::Kind::Unknown && raw.kind != Value::Kind::Literal) {
      store(made, value);
    }
  }
  opaque_args(index, callee);
}

}  // namespace ferrule
