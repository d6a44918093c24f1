// What a call does: by knowledge of the library, by the callee's summary, or by what its signature lets it do.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

bool Interpreter::points_to(const std::string& type_key) const {
  const Type* type = program_.type(type_key);
  return type && (type->kind == TypeKind::Pointer || type->kind == TypeKind::Reference);
}

// Locks, guards, handles and the like are not data: using them from several threads is what they are for.
bool Interpreter::is_concurrency_object(PlaceId, const std::string& type_key) const {
  const ClassKnowledge* known = engine_.class_of_type(type_key);
  return known && (known->is == Is::Lock || known->is == Is::Guard || known->is == Is::Handle ||
                   known->is == Is::Synchronized || known->is == Is::Atomic);
}

void Interpreter::call(unsigned index) {
  const Event& event = function_.events[index];
  const Type* type = program_.type(event.type);
  is_reference_[index] = type && type->kind == TypeKind::Reference;
  results_[index] = {};
  tentative_[index].reset();
  tells_[index].clear();
  if (is_reference_[index] || type == nullptr || type->kind != TypeKind::Record)
    results_[index] = {};
  else
    renew(result_place(index));

  if (event.is_indirect) {
    invoke(index, follower().settle({Value::Kind::Copy, places_.intern(event.place), nullptr, nullptr}),
           abstract_all(event.args));
    return;
  }
  const Function* callee = program_.function(event.callee);
  if (!callee) return;
  if (const FunctionKnowledge* known = engine_.known.of_call(*callee); known && applies(*known, event)) {
    known_call(index, *known, *callee);
    forget_arguments(event);
    return;
  }
  if (Flow::Engine::is_opaque(*callee)) {
    opaque_call(index, *callee);
    flag_call(index, *callee, resolve(places_.intern(event.place)));
    return;
  }
  bool done = false;
  user_lock_call(index, *callee, resolve(places_.intern(event.place)), done);
  if (done) return;
  if (event.is_virtual)
    call_virtual(index, *callee);
  else if (callee->has_body())
    call_body(index, *callee, result_place(index));
  else
    opaque_call(index, *callee);
}

// ---- knowledge

bool Interpreter::applies(const FunctionKnowledge& known, const Event& event) const {
  if (known.only_for.empty()) return true;
  const Record* first = event.args.empty() ? nullptr : program_.record_of_type(event.args.front().type, true);
  return first && std::find(known.only_for.begin(), known.only_for.end(), first->name) != known.only_for.end();
}

unsigned Interpreter::callable_of(const FunctionKnowledge& known, const Event& event) {
  if (known.callable != FunctionKnowledge::first_callable) return known.callable;
  for (unsigned i = 0; i < event.args.size(); ++i) {
    const Abstract value = follower().settle(abstract(event.args[i]));
    const ClassKnowledge* of_type = engine_.class_of_type(event.args[i].type);
    if (value.kind == Value::Kind::Function || call_operator_of(value.place, value) ||
        (of_type && of_type->is == Is::Callable))
      return i;
  }
  return static_cast<unsigned>(event.args.size());
}

void Interpreter::known_call(unsigned index, const FunctionKnowledge& known, const Function& callee) {
  const Event& event = function_.events[index];
  PlaceId on = no_place;
  if (known.on) {
    if (*known.on < event.args.size())
      on = follower().pointee(follower().settle(abstract(event.args[*known.on]))).place;
  } else {
    on = resolve(places_.intern(event.place));
  }
  if (known.does == Does::Start) {
    PlaceId handle = no_place;
    using Handle = FunctionKnowledge::Handle;
    if (known.handle == Handle::Result) handle = result_place(index);
    if (known.handle == Handle::Receiver || known.handle == Handle::This) handle = on;
    if (known.handle == Handle::Argument && known.handle_argument < event.args.size())
      handle = follower().pointee(follower().settle(abstract(event.args[known.handle_argument]))).place;
    const std::string_view sink = known.sink.empty() ? callee.name : known.sink;
    if (!known.runs.empty()) {
      if (const Function* body = run_of_object(known, callee, event))
        start(index, known, handle, sink, known.joins_on_destroy,
              {{Value::Kind::Function, no_place, body, nullptr}, {Value::Kind::Address, on, nullptr, nullptr}}, 0);
      return;
    }
    unsigned first = callable_of(known, event);
    if (!known.skip.empty() && first < event.args.size())
      if (const Type* type = program_.type(event.args[first].type); type && type->spelling.starts_with(known.skip))
        ++first;
    start(index, known, handle, sink, known.joins_on_destroy, abstract_all(event.args), first);
    return;
  }
  if (known_lock(index, known, on) || known_thread(index, known, on) || known_sync(index, known, on)) return;
  known_value(index, known, on);
}

bool Interpreter::known_thread(unsigned index, const FunctionKnowledge& known, PlaceId on) {
  const Event& event = function_.events[index];
  switch (known.does) {
    case Does::Join:
      note_join_holding(on, {}, event.where);
      note_answer_wait(on, event.where);
      for (unsigned id : state_.live)
        if (const Started& thread = into_.started[id];
            on != no_place && thread.handle != no_place &&
            (places_.has_prefix(thread.handle, on) || places_.has_prefix(on, thread.handle)))
          note_waits_holding(HeldWait::For::Thread, event.where, &thread);
      end(on, &event);
      return true;
    case Does::Detach:
      for (unsigned id : state_.live) {  // a handle that is a number is passed by value, as a pointer is
        PlaceId& handle = into_.started[id].handle;
        if (handle == on || (handle != no_place && places_.deref(handle) == on)) handle = no_place;
      }
      return true;
    case Does::TestJoinable:
      if (on != no_place) tests_handle_[index] = on;
      return true;
    case Does::Scope: {  // the callable gets a scope that joins what it spawned when the call ends
      if (event.args.empty()) return true;
      const PlaceId scope = places_.field(result_place(index), "scope");
      invoke(index, follower().settle(abstract(event.args[0])), {{Value::Kind::Address, scope, nullptr, nullptr}});
      end(scope);
      return true;
    }
    case Does::CallParallel: {
      const Function* callee = program_.function(event.callee);
      start(index, known, places_.field(result_place(index), "scope"), callee ? callee->name : "", true,
            abstract_all(event.args), callable_of(known, event));
      end(places_.field(result_place(index), "scope"));
      return true;
    }
    case Does::Send: {
      if (known.message >= event.args.size()) return true;
      Started sent;
      sent.origin = &function_;
      sent.event = index;
      sent.where = &event.where;
      if (const Function* callee = program_.function(event.callee)) sent.sink = callee->name;
      sent.checked = true;
      const Abstract message = follower().settle(abstract(event.args[known.message]));
      add_references(sent, message, &event.where, "");
      add_items(sent, {}, {message}, event.where);
      for (CrossingItem& item : sent.items) item.kind = CrossingItem::Kind::Message;
      mark_sent(abstract(event.args[known.message]), sent);
      begin(index, 0, std::move(sent));
      return true;
    }
    default:
      return false;
  }
}

bool Interpreter::known_sync(unsigned index, const FunctionKnowledge& known, PlaceId on) {
  const Event& event = function_.events[index];
  if (const auto is_lock = on == no_place ? std::nullopt : engine_.full_semaphore(on, function_)) {
    if (*is_lock && known.does == Does::AcquireSync) acquire(on, false);
    if (*is_lock && known.does == Does::ReleaseSync) unlock(on);
    if (*is_lock && known.does == Does::TrySync) tentative_[index] = Tentative{{on}, false};
    if (known.does == Does::AcquireSync || known.does == Does::ReleaseSync || known.does == Does::TrySync) return true;
  }
  const auto acquires = [&] {
    if (on != no_place) state_.acquired_sync.insert({on, cleared(on)});
  };
  const auto releases = [&] {
    if (collecting_ && on != no_place) releases_sync_.emplace_back(index, on);
  };
  switch (known.does) {
    case Does::AcquireSync:
      acquires();
      return true;
    case Does::TrySync:  // only the right answer says that it was waited for
      if (on != no_place) {
        Tentative attempt;
        attempt.synced = {on};
        tentative_[index] = attempt;
      }
      return true;
    case Does::SetCount:
    case Does::SetKind:
      return true;
    case Does::ReleaseSync:
      releases();
      return true;
    case Does::Sync:
      acquires();
      releases();
      return true;
    case Does::ShareSync:  // a promise and its future are one object as far as ordering goes
      if (on != no_place) store(result_place(index), {Value::Kind::Copy, on, nullptr, nullptr});
      return true;
    case Does::Wait: {
      bool asks = false;
      for (const Value& argument : event.args) {  // the predicate runs with the lock held, first of all before any wait
        const Abstract value = follower().settle(abstract(argument));
        if (!call_operator_of(value.place, value)) continue;
        asks = true;
        invoke(index, value, {});
      }
      // With a limit of time, the answer says whether what was waited for has come.
      const Type* answer = program_.type(event.type);
      if (asks && answer && answer->kind == TypeKind::Scalar && answer->spelling != "void" && on != no_place) {
        Tentative attempt;
        attempt.synced = {on};
        tentative_[index] = attempt;
      } else {
        acquires();
      }
      if (on != no_place) {
        waits_.insert(on);
        note_condition_wait(event, on);
        after_wait(on);
      }
      return true;
    }
    case Does::WithLock: {
      if (known.callable >= event.args.size()) return true;
      acquire(on, known.shared);
      invoke(index, follower().settle(abstract(event.args[known.callable])), {});
      unlock(on);
      return true;
    }
    case Does::Once: {
      std::vector<Abstract> args = abstract_all(event.args);
      if (known.callable >= args.size()) return true;
      if (on == no_place) on = resolve(places_.intern(event.place));
      const Abstract callable = follower().settle(args[known.callable]);
      args.erase(args.begin(), args.begin() + known.callable + 1);
      run_once(index, on, callable, args);
      return true;
    }
    case Does::Atomic: {
      acquires();
      releases();
      const Function* callee = program_.function(event.callee);
      const Type* param = callee && !callee->params.empty() ? program_.type(callee->params.front().type) : nullptr;
      const Type* target = param ? program_.type(param->target) : nullptr;
      record(on, !target || !target->is_const, event.where, true);
      if (on != no_place) tells_[index].emplace(on, SaysSet::IfTrue);
      return true;
    }
    default:
      return false;
  }
}

void Interpreter::known_value(unsigned index, const FunctionKnowledge& known, PlaceId on) {
  const Event& event = function_.events[index];
  switch (known.does) {
    case Does::Deref: {
      const Cursor object = on == no_place ? Cursor{} : follower().deref({on});
      record(on, false, event.where);
      if (is_reference_[index] && object.place != no_place)
        results_[index] = {Value::Kind::Address, object.place, nullptr, nullptr};
      else if (points_to(event.type) && object.place != no_place)
        results_[index] = {Value::Kind::Address, object.place, nullptr, nullptr};
      else if (on != no_place)
        store(result_place(index), {Value::Kind::Copy, on, nullptr, nullptr});
      return;
    }
    case Does::Address:
      if (on != no_place) {
        results_[index] = {Value::Kind::Address, on, nullptr, nullptr};
        is_reference_[index] = is_reference_[index] || !points_to(event.type);
        if (!points_to(event.type)) {  // std::ref makes an object that points
          is_reference_[index] = false;
          store(result_place(index), {Value::Kind::Address, on, nullptr, nullptr});
        }
      }
      return;
    case Does::SelfPointer:
      if (on != no_place) store(result_place(index), {Value::Kind::Address, on, nullptr, nullptr});
      return;
    case Does::Make: {
      const PlaceId object = places_.deref(result_place(index));
      if (!event.template_types.empty()) emplace(index, object, event.template_types.front(), event.args);
      results_[index] = {Value::Kind::Object, result_place(index), nullptr, nullptr};
      return;
    }
    case Does::Read:
      if (const Function* callee = program_.function(event.callee); callee && callee->name.ends_with("::use_count"))
        counted_.insert(on);
      record(on, false, event.where);
      view_of(index, on);
      return;
    case Does::Fence:
      sole_ = counted_;
      return;
    case Does::View:
      view_of(index, on);
      return;
    case Does::InvokeReceiver:
      record(on, false, event.where);  // what it holds is looked up
      if (on != no_place)
        invoke(index, follower().settle({Value::Kind::Copy, on, nullptr, nullptr}), abstract_all(event.args));
      return;
    case Does::Invoke: {
      std::vector<Abstract> args = abstract_all(event.args);
      if (known.callable >= args.size()) return;
      const Abstract callable = follower().settle(args[known.callable]);
      args.erase(args.begin(), args.begin() + known.callable + 1);
      invoke(index, callable, args);
      return;
    }
    case Does::Bind: {
      const std::vector<Abstract> args = abstract_all(event.args);
      for (std::size_t i = 0; i < args.size(); ++i)
        store(places_.field(result_place(index), "bound" + std::to_string(i)), follower().settle(args[i]));
      return;
    }
    case Does::Insert:
    case Does::Emplace:
      record(on, true, event.where);
      store_insert(index, on);
      view_of(index, on);
      return;
    case Does::Later:
    case Does::Allocate:
      opaque_call(index, *program_.function(event.callee));
      return;
    case Does::UseState:
      record(places_.root(Root::Global, 0, known.state), !known.shared, event.where);
      opaque_call(index, *program_.function(event.callee));
      return;
    case Does::Access:
      access_arguments(index, known);
      return;
    case Does::Remove:
      note_removal(event);
      opaque_call(index, *program_.function(event.callee));
      return;
    case Does::ThreadOwn:  // what it points to has a name of its own: no other thread reaches it
      return;
    case Does::Link:
      record(on, true, event.where);
      return;
    case Does::Clear:
      note_removal(event);
      record(on, true, event.where);
      end_if([&](const Started& started) {
        return started.joins_on_destroy && places_.has_prefix(started.handle, places_.element(on));
      });
      return;
    default:
      return;
  }
}

// The result, if it can point, points into `viewed`.
void Interpreter::view_of(unsigned index, PlaceId viewed) {
  if (viewed == no_place) return;
  const Event& event = function_.events[index];
  const Type* type = program_.type(event.type);
  if (!type || type->kind == TypeKind::Scalar || type->kind == TypeKind::Enum) return;
  const Function* callee = program_.function(event.callee);
  const Record* record = callee ? program_.record(callee->record) : nullptr;
  const bool by_key = record && (callee->name.ends_with("::operator[]") || callee->name.ends_with("::at"));
  const PlaceId element = by_key ? mapped_value(places_.element(viewed), *record) : places_.element(viewed);
  if (is_reference_[index] || type->kind == TypeKind::Pointer)
    results_[index] = {Value::Kind::Address, element, nullptr, nullptr};
  else
    store(result_place(index), {Value::Kind::Address, element, nullptr, nullptr});
}

// ---- calls with bodies

void Interpreter::call_body(unsigned index, const Function& callee, PlaceId result) {
  const Event& event = function_.events[index];
  const FunctionFlow* flow = engine_.flow(callee);
  if (!flow) return;
  if (engine_.is_unsettled(*flow)) {  // no way back out of the recursion is known yet
    state_.reached = false;
    return;
  }
  const Follower here = follower();
  const bool constructs = event.kind == Event::Kind::Construct;
  const PlaceId receiver = constructs && event.place.root == Root::Unknown ? result_place(index) : no_place;
  const Cursor self = receiver != no_place ? Cursor{receiver} : here.follow(places_.intern(event.place));
  std::vector<Cursor> params;
  for (std::size_t i = 0; i < event.args.size(); ++i) {
    const bool by_reference = i < callee.params.size() && callee.params[i].is_reference;
    params.push_back(Frame::bind(here, here.settle(abstract(event.args[i])), by_reference));
  }
  assume_reads(index, callee, &flow->summary);
  if (collecting_) {
    CallSite site;
    site.callee = &callee;
    site.receiver = self.place;
    site.has_receiver = !callee.record.empty() && !callee.is_static;
    if (!site.has_receiver)
      for (const Cursor& param : params)
        for (PlaceId given : {param.place, param.target})
          if (given != no_place) site.given.push_back(given);
    site.where = &event.where;
    site.live = state_.live;
    site.held = Shared<Locks>::like(state_.held, last_.locks);
    site.synced = SharedPlaces::like(state_.acquired_sync, last_.sync_before);
    into_.sites.push_back(std::move(site));
  }
  Frame frame(here, self, std::move(params), result);
  if (!state_.held.empty())
    for (PlaceId handle : frame.map(flow->summary.joined))
      note_join_holding(handle, frame.map(flow->summary.released), event.where);
  import(flow->summary, callee, frame, &event.where);
  unsigned which = 0;
  for (const Started& started : flow->summary.started) import_started(started, callee, frame, index, ++which);
  hand_to_executors(index, flow->summary, callee, frame);
  import_state(flow->summary, frame, result, callee);
  if (waits_for_member(event, flow->summary, self.place)) state_.acquired_sync.insert(self.place);
}

// The functions that a virtual call may run: those of the objects that the heap knows there, else all that override.
std::vector<const Function*> Interpreter::dispatched(unsigned index, const Function& callee) const {
  std::vector<const Function*> bodies;
  for (const calls::Callee* known : engine_.callees(function_, index, calls::CallKind::Call))
    bodies.push_back(known->function);
  if (!bodies.empty() && !engine_.heap.is_partial()) return bodies;
  bodies = program_.overriders(callee.key);
  if (callee.has_body()) bodies.push_back(&callee);
  std::erase_if(bodies, [](const Function* function) { return !function->has_body(); });
  return bodies;
}

// Any of several may run: what one of them does may happen, what all of them do surely does.
void Interpreter::call_virtual(unsigned index, const Function& callee) {
  const std::vector<const Function*> bodies = dispatched(index, callee);
  if (bodies.empty()) opaque_call(index, callee);
  one_of(bodies, [&](const Function* body) { call_body(index, *body, result_place(index)); });
}

}  // namespace ferrule
