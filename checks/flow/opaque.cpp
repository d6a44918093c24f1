// Calls whose bodies are not there: what their signature lets them do.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

void Interpreter::opaque_call(unsigned index, const Function& callee) {
  const Event& event = function_.events[index];
  const PlaceId on = event.place.root == Root::Unknown ? no_place : resolve(places_.intern(event.place));
  const Record* record_of_callee = program_.record(callee.record);
  const ClassKnowledge* known = record_of_callee ? engine_.class_of(*record_of_callee) : nullptr;
  if (known && known->is == Is::Atomic) {
    atomic_call(index, callee, on);
    return;
  }
  if (record_of_callee &&
      (record_of_callee->name == "std::_Bit_reference" || record_of_callee->name == "std::__bit_reference")) {
    // One bit of a std::vector<bool>: what is done to the proxy is done to the word in the container.
    if (on != no_place)
      record(follower().deref({on}).place, !callee.is_const || callee.name.ends_with("::operator="), event.where);
    return;
  }
  if (on != no_place && record_of_callee && record_of_callee->is_system &&
      record_of_callee->name.ends_with("iterator") &&
      (callee.name.ends_with("::operator->") || callee.name.ends_with("::operator*"))) {
    record(on, false, event.where);
    if (const PlaceId element = follower().deref({on}).place;
        element != no_place && (is_reference_[index] || points_to(event.type)))
      results_[index] = {Value::Kind::Address, element, nullptr, nullptr};
    return;
  }
  const bool is_data = ferrule::is_data(known);
  // Of the user's own functions that cannot be seen nothing is claimed; a library's non-const member function writes.
  if (is_data && on != no_place && (Flow::Engine::is_opaque(callee) || callee.is_const)) {
    // A pointer that is given another one points to that from then on.
    const bool is_reset = known && known->is == Is::Pointer && event.args.size() == 1 &&
                          event.args[0].kind != Value::Kind::Literal && points_to(event.args[0].type);
    const bool is_assignment = callee.is_assignment || callee.name.ends_with("::operator=") || is_reset;
    record(on, !callee.is_const, event.where);
    if (!callee.is_const) {
      if (is_assignment && event.args.size() == 1) {
        const Abstract raw = abstract(event.args.front());
        const Abstract value = follower().settle(raw);
        if (raw.kind == Value::Kind::Move || raw.kind == Value::Kind::Object) relocate(resolve(raw.place), on);
        store(on, raw.kind == Value::Kind::Address && raw.by_reference
                      ? Abstract{Value::Kind::Copy, value.place, nullptr, nullptr}
                      : value);
      } else if (known && known->is == Is::Pointer) {
        end_guards_owned_by(on, record_of_callee);
        state_.forget(on, places_);
      }
    }
  } else if (is_data && on != no_place && !callee.is_static && !callee.is_constructor && !callee.is_destructor &&
             !places_.has_deref(on)) {
    record(on, true, event.where, false, false, true);  // it may write, for all that is seen
  } else if (known && known->is == Is::Handle && on != no_place && event.args.size() == 1 &&
             (callee.is_assignment || callee.name.ends_with("::operator="))) {
    relocate(resolve(abstract(event.args.front()).place), on);
  }
  if (on != no_place && !callee.is_const && !callee.is_static) forget_tests(on);
  forget_arguments(event);
  Abstract first;
  if (!event.args.empty()) {
    first = follower().settle(abstract(event.args.front()));
    // A pointer that comes back by value from an object taken by reference is the object's own (std::exchange).
    const bool by_reference = !callee.params.empty() && callee.params.front().is_reference;
    if (by_reference && !is_reference_[index] && first.kind == Value::Kind::Address)
      first = follower().settle({Value::Kind::Copy, first.place, nullptr, nullptr});
  }
  opaque_args(index, callee);
  if (on != no_place && is_data) {
    view_of(index, on);
  } else if (on == no_place && !event.args.empty() && Flow::Engine::is_opaque(callee)) {
    if (is_reference_[index] && first.kind == Value::Kind::Address)
      results_[index] = first;
    else if (points_to(event.type) && first.kind != Value::Kind::Literal)
      results_[index] = first;
  }
}

void Interpreter::atomic_call(unsigned index, const Function& callee, PlaceId on) {
  const Event& event = function_.events[index];
  const bool stores = callee.name.ends_with("::store") || callee.name.ends_with("::operator=");
  if (collecting_ && !callee.is_const && on != no_place)
    publish_by(index, on, stores && !event.args.empty() ? &event.args.front() : nullptr);
  record(on, !callee.is_const, event.where, true);
  if (on == no_place) return;
  tells_[index].emplace(on, callee.is_const ? SaysSet::IfTrueElseCleared : SaysSet::IfTrue);
  // An atomic pointer: who loads it reaches the object that was stored.
  if (callee.is_const && points_to(event.type) && !is_reference_[index]) {
    results_[index] = {Value::Kind::Copy, on, nullptr, nullptr};
  } else if (!callee.is_const) {
    if (stores && !event.args.empty())
      store(on, follower().settle(abstract(event.args.front())));
    else
      state_.points.erase(on);
  }
}

// Who gets a `const T&` reads it, though no body shows it: as Rust's borrow checker has it.
void Interpreter::assume_reads(unsigned index, const Function& callee, const Summary* summary) {
  if (!collecting_) return;
  const Event& event = function_.events[index];
  for (unsigned i = 0; i < event.args.size() && i < callee.params.size(); ++i) {
    const Type* param = program_.type(callee.params[i].type);
    const Type* target = param && param->kind == TypeKind::Reference ? program_.type(param->target) : nullptr;
    if (event.args[i].kind != Value::Kind::Address || !event.args[i].by_reference || !target || !target->is_const ||
        is_concurrency_object(no_place, event.args[i].type))
      continue;
    const auto is_of_param = [&](const Passed& seen) {
      return places_.root_kind(seen.access->place) == Root::Param && places_.root_index(seen.access->place) == i;
    };
    if (summary && std::any_of(summary->accesses.begin(), summary->accesses.end(), is_of_param)) continue;
    record(follower().settle(abstract(event.args[i])).place, false, event.where, false, false, true);
  }
}

// A function of a library that is known to read and write through some of its arguments, and to keep the others.
void Interpreter::access_arguments(unsigned index, const FunctionKnowledge& known) {
  const Event& event = function_.events[index];
  const auto among = [](const std::vector<unsigned>& some, const std::optional<unsigned>& rest, unsigned number) {
    return std::find(some.begin(), some.end(), number) != some.end() || (rest && number >= *rest);
  };
  for (unsigned i = 0; i < event.args.size(); ++i) {
    const bool reads = among(known.reads, known.reads_rest, i);
    const bool writes = among(known.writes, known.writes_rest, i);
    if (!reads && !writes) continue;
    const Abstract value = follower().settle(abstract(event.args[i]));
    if (value.kind == Value::Kind::Literal || value.kind == Value::Kind::Unknown ||
        value.kind == Value::Kind::Function || value.place == no_place ||
        is_concurrency_object(value.place, event.args[i].type))
      continue;
    const PlaceId used = value.kind == Value::Kind::Address ? value.place
                         : points_to(event.args[i].type)    ? places_.deref(value.place)
                                                            : no_place;
    if (reads) record(used, false, event.where);
    if (writes) record(used, true, event.where);
    if (writes && used != no_place) state_.points.erase(used);
  }
  if (!event.args.empty() && points_to(event.type)) {
    const Abstract first = follower().settle(abstract(event.args.front()));
    if (first.kind == Value::Kind::Address || first.kind == Value::Kind::Copy) results_[index] = first;
  }
}

/// The data behind a pointer that only a library's functions reach, if this one takes it as such.
PlaceId Interpreter::used_behind(const Function& callee, std::size_t number, const Abstract& value) {
  if (value.place == no_place || number >= callee.params.size()) return no_place;
  const Type* param = program_.type(callee.params[number].type);
  const Type* target = param && param->kind == TypeKind::Pointer ? program_.type(param->target) : nullptr;
  const ClassKnowledge* known = param ? engine_.class_of_type(param->key) : nullptr;
  if (!known || known->is != Is::Exclusive || !target || target->kind != TypeKind::Record || target->is_const)
    return no_place;
  return value.kind == Value::Kind::Address ? value.place : places_.deref(value.place);
}

void Interpreter::opaque_args(unsigned index, const Function& callee) {
  const Event& event = function_.events[index];
  const bool is_library = Flow::Engine::is_opaque(callee);
  if (!is_library) assume_reads(index, callee, nullptr);
  // A smart pointer or a view takes over a pointer without a look at what it points to.
  const Record* owner = program_.record(callee.record);
  const ClassKnowledge* owner_is = owner ? engine_.class_of(*owner) : nullptr;
  const bool keeps_pointers = owner_is && owner_is->is == Is::Pointer;
  const FunctionKnowledge* known = engine_.known.function(callee.name);
  const bool is_later =
      keeps_pointers || (known && known->does == Does::Later);  // a deleter runs when the pointer ends
  PlaceId range = no_place;
  for (std::size_t i = 0; i < event.args.size(); ++i) {
    const Abstract raw = abstract(event.args[i]);
    if (raw.kind == Value::Kind::Literal || raw.kind == Value::Kind::Unknown) continue;
    const Abstract value = follower().settle(raw);
    if (range == no_place && value.kind == Value::Kind::Address) range = value.place;
    if (value.kind == Value::Kind::Function || call_operator_of(value.place, value)) {
      // A library function that is no sink calls what it is given before it returns; an algorithm, with the elements.
      if (is_library && !is_later && callee.name != "std::function::function") {
        std::vector<Abstract> elements;
        if (range != no_place) elements.assign(2, {Value::Kind::Address, range, nullptr, nullptr});
        if (engine_.class_of_type(event.type) == nullptr || engine_.class_of_type(event.type)->is != Is::Callable)
          invoke(index, value, elements);
      }
      continue;
    }
    if (const PlaceId used = used_behind(callee, i, value); used != no_place) {
      record(used, true, event.where);
      continue;
    }
    if (!is_library) {
      if (value.kind == Value::Kind::Address) state_.points.erase(value.place);
      continue;
    }
    if (raw.kind != Value::Kind::Address || i >= callee.params.size()) continue;
    const Type* param = program_.type(callee.params[i].type);
    const Type* target = param ? program_.type(param->target) : nullptr;
    if (!target || is_concurrency_object(value.place, event.args[i].type)) continue;
    if (keeps_pointers && param->kind == TypeKind::Pointer) continue;
    const bool writes = !target->is_const;
    record(value.place, writes, event.where);
    if (writes) state_.points.erase(value.place);
  }
}

}  // namespace ferrule
