// Threads end: joins, in loops and on conditions, and what else waits for them.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// A join inside the natural loop of a header counts where the header is reached,
// because a loop over no threads has none to wait for.
void Interpreter::find_loops() {
  const auto joins_something = [&](unsigned index) {
    const Event& event = function_.events[index];
    const Function* callee = event.kind == Event::Kind::Call ? program_.function(event.callee) : nullptr;
    const FunctionKnowledge* known = callee ? engine_.known.function(callee->name) : nullptr;
    return known && known->does == Does::Join;
  };
  std::vector<unsigned> joins;
  for (unsigned index = 0; index < function_.events.size(); ++index)
    if (joins_something(index)) joins.push_back(index);
  if (joins.empty()) return;

  for (const auto& [tail, header] : graph_.back_edges()) {
    const std::vector<bool> body = graph_.natural_loop(tail, header);
    for (unsigned join : joins)
      if (body[graph_.block_of(join)]) loop_joins_[header].push_back(join);
  }
}

bool Interpreter::has_element(PlaceId at) const {
  while (!places_.is_root(at) && places_.step_kind(at) != Step::Kind::Element) at = places_.parent(at);
  return !places_.is_root(at);
}

void Interpreter::join_in_loop(unsigned block, State& state) {
  for (unsigned index : loop_joins_[block]) {
    const Event& event = function_.events[index];
    const Function* callee = program_.function(event.callee);
    const FunctionKnowledge* known = engine_.known.function(callee->name);
    const Place& handle = known->on && *known->on < event.args.size() ? event.args[*known->on].place : event.place;
    const PlaceId on = Follower(places_, state, results_, is_reference_).resolve(places_.intern(handle));
    if (on == no_place) continue;
    // Only a loop over many: joining one thing in a loop says nothing about the way that skips the loop.
    if (!has_element(on) && !has_element(places_.intern(handle))) continue;
    std::swap(state, state_);
    end(on, &event);
    std::swap(state, state_);
  }
}

// What a block's two-way branch looked at last, if it is a member, a global or a call: `if (state == Running)` reads
// `state`.
const Event* Interpreter::tested_by(const Block& block) const {
  if (block.successors.size() != 2) return nullptr;
  if (!block.condition && block.first == block.last) return nullptr;
  const unsigned at = block.condition ? block.condition->event : block.last - 1;
  if (at >= function_.events.size()) return nullptr;
  const Event& tested = function_.events[at];
  if (tested.kind == Event::Kind::Call) return &tested;
  const bool is_state = tested.kind == Event::Kind::Access && tested.mode == Event::Mode::Read &&
                        (!tested.place.steps.empty() || tested.place.root == Root::Global);
  return is_state ? &tested : nullptr;
}

// Does the test look at the object that has `handle`?
bool Interpreter::asks_about(const Event& tested, PlaceId handle) {
  const auto is_there = [&](const Place& place) {
    const PlaceId at = place.known() ? resolve(places_.intern(place)) : no_place;
    return at != no_place && places_.root_of(at) == places_.root_of(handle);
  };
  return is_there(tested.place) || std::any_of(tested.args.begin(), tested.args.end(),
                                               [&](const Value& argument) { return is_there(argument.place); });
}

// `if (running_) thread_.join();`: where the object says that there is no thread, none is left to wait for. Nor is one
// for the thread itself: `if (running_ && !is_own_thread()) thread_.join();`.
void Interpreter::find_optional_joins() {
  std::vector<unsigned> predecessors(function_.blocks.size());
  for (const Block& block : function_.blocks)
    for (unsigned next : block.successors) ++predecessors[next];
  for (unsigned at = 0; at < function_.blocks.size(); ++at) {
    const std::vector<unsigned>& ways = function_.blocks[at].successors;
    const Event* tested = tested_by(function_.blocks[at]);
    for (std::size_t i = 0; tested && i < ways.size(); ++i) {
      // `while (!job.done()) …;` and then the join: as long as it goes round, the thread does run.
      const bool leaves_loop = graph_.reaches(ways[1 - i], at) && !graph_.reaches(ways[i], at);
      if (predecessors[ways[i]] == 1 && !leaves_loop) optional_joins_[ways[i]] = {tested, {}};
    }
  }
}

void Interpreter::note_optional_join(unsigned block) {
  const auto optional = optional_joins_.find(block);
  if (optional == optional_joins_.end()) return;
  optional->second.joined.clear();
  for (PlaceId handle : state_.joined)
    if (!at_entry_[block].joined.contains(handle) && asks_about(*optional->second.tested, handle))
      optional->second.joined.insert(handle);
}

// A test behind another: what is joined after both is behind the first as well.
void Interpreter::nest_optional_joins() {
  const std::vector<unsigned>& order = graph_.order();
  for (auto block = order.rbegin(); block != order.rend(); ++block) {
    const auto outer = optional_joins_.find(*block);
    if (outer == optional_joins_.end()) continue;
    for (unsigned next : function_.blocks[*block].successors)
      if (const auto inner = optional_joins_.find(next); inner != optional_joins_.end() && next != *block)
        outer->second.joined.insert(inner->second.joined.begin(), inner->second.joined.end());
  }
}

// `task_.join();`: a member whose class waits in it for a condition of its own, and brings nothing back but its end.
bool Interpreter::waits_for_member(const Event& event, const Summary& summary, PlaceId member) const {
  const Type* answer = program_.type(event.type);
  const bool is_member = event.kind == Event::Kind::Call && member != no_place && !places_.is_root(member) &&
                         places_.root_kind(member) == Root::This && !places_.has_deref(member);
  return is_member && event.args.empty() && (!answer || answer->spelling == "void") &&
         std::any_of(summary.waits.begin(), summary.waits.end(),
                     [&](PlaceId waited) { return places_.root_kind(waited) == Root::This; });
}

bool Interpreter::finds_optional_joins() const {
  return std::any_of(optional_joins_.begin(), optional_joins_.end(),
                     [](const auto& entry) { return !entry.second.joined.empty(); });
}

// A handle that is a number: the copy joins the thread as well as the first one does, which may be gone by then.
void Interpreter::copy_handle(PlaceId from, PlaceId to) {
  if (from == no_place || to == no_place || from == to) return;
  for (unsigned id : state_.live) {
    Started& started = into_.started[id];
    if (started.handle != from) continue;
    const Root root = places_.root_kind(to);
    // Kept in an object or a global, it stays this function's thread: who joins it, and when, is not seen from here.
    if (root == Root::Result || places_.root_kind(from) == Root::Result)
      std::tie(started.handle, started.joiner) = std::pair(to, from);
    else if (started.joiner == no_place)
      started.joiner = to;
  }
}

// The object that keeps the handle is in an array or a container: there it is found again.
void Interpreter::note_joiner(Started& started, PlaceId at, const Abstract& stored) {
  if (started.handle == no_place || started.joiner != no_place || stored.kind != Value::Kind::Address ||
      stored.place == no_place || !places_.has_prefix(started.handle, stored.place) || !has_element(at))
    return;
  started.joiner = places_.rebase(started.handle, stored.place, places_.deref(at));
}

// A number in a local variable that nothing here joins, detaches, copies or passes on: when it ends, the thread goes
// on, and nobody can wait for it any more.
bool Interpreter::is_lost(PlaceId handle) const {
  if (handle == no_place || !places_.is_root(handle) || places_.root_kind(handle) != Root::Local) return false;
  const unsigned index = places_.root_index(handle);
  const Type* type = index < function_.locals.size() ? program_.type(function_.locals[index].type) : nullptr;
  if (!type || type->kind != TypeKind::Scalar) return false;
  unsigned given = 0;
  for (const Event& event : function_.events) {
    const auto names_it = [&](const Value& value) {
      return value.place.root == Root::Local && value.place.index == index && value.kind != Value::Kind::Unknown;
    };
    const auto copies_it = [&](const Value& value) { return names_it(value) && value.kind != Value::Kind::Address; };
    if (copies_it(event.value) || std::any_of(event.args.begin(), event.args.end(), copies_it)) return false;
    if (names_it(event.value) || std::any_of(event.args.begin(), event.args.end(), names_it)) ++given;
  }
  return given == 1;
}

// Threads that a loop starts with an index, and another loop joins with one: does that leave some out?
bool Interpreter::leaves_out(const Event& join, const Started& started) const {
  if (started.origin != &function_ || started.event >= function_.events.size()) return false;
  const auto loop_of = [&](const Event& event) -> const Nest* {
    const auto counts = [&](const Place& place) {
      return std::any_of(place.steps.begin(), place.steps.end(), [&](const Step& step) {
        return step.kind == Step::Kind::Element && step.field == function_.nests[event.nest - 1].index;
      });
    };
    if (event.nest == 0 || function_.nests[event.nest - 1].index.empty()) return nullptr;
    const bool by_index =
        std::any_of(event.args.begin(), event.args.end(), [&](const Value& value) { return counts(value.place); });
    return by_index || counts(event.place) ? &function_.nests[event.nest - 1] : nullptr;
  };
  const Nest* starts = loop_of(function_.events[started.event]);
  const Nest* joins = loop_of(join);
  return starts && joins && (surely_below(starts->lower, joins->lower) || surely_below(joins->upper, starts->upper));
}

void Interpreter::end(PlaceId handle, const Event* by) {
  if (handle == no_place) return;
  while (!places_.is_root(handle) && places_.step_kind(handle) == Step::Kind::Element) handle = places_.parent(handle);
  if (by && std::any_of(state_.live.begin(), state_.live.end(), [&](unsigned id) {
        const Started& started = into_.started[id];
        return started.handle != no_place && places_.has_prefix(started.handle, handle) && leaves_out(*by, started);
      }))
    return;
  state_.joined.insert(handle);
  // Waiting for a future is waiting for its promise.
  if (const Abstract* source = follower().lookup(handle); source && source->place != no_place)
    state_.acquired_sync.insert(source->place);
  end_if([&](const Started& started) {
    if (started.owner != no_place && places_.has_prefix(handle, started.owner))
      return true;  // the executor's own thread
    const auto joins = [&](PlaceId own) {
      return own != no_place && (places_.has_prefix(own, handle) || places_.has_prefix(handle, own));
    };
    return joins(started.handle) || joins(started.joiner);
  });
}

void Interpreter::end_if(const std::function<bool(const Started&)>& ends) {
  std::erase_if(state_.live, [&](unsigned id) { return ends(into_.started[id]); });
  std::erase_if(state_.stale, [&](const auto& entry) { return !state_.live.contains(entry.first); });
}

// Blocking on a condition of an executor, or of the object that the thread works for, is how programs wait for it.
void Interpreter::after_wait(PlaceId waited) {
  const PlaceId object = places_.is_root(waited) ? waited : places_.parent(waited);
  end_if([&](const Started& started) {
    if (started.owner != no_place && (places_.has_prefix(waited, started.owner) || started.owner == object))
      return true;
    if (started.handle != no_place) return false;
    return std::any_of(started.references.begin(), started.references.end(), [&](const Reference& reference) {
      return places_.has_prefix(waited, reference.place) || places_.has_prefix(reference.place, object);
    });
  });
}

// Does a base of the class whose destructor this is wait in its own for a thread that it keeps?
bool Interpreter::base_joins() const {
  const Record* record = program_.record(function_.record);
  return record && std::any_of(record->bases.begin(), record->bases.end(), [&](const Base& base) {
           const Record* of = program_.record_of_type(base.type);
           const Function* destructor = of ? program_.function(of->destructor) : nullptr;
           const FunctionFlow* flow = destructor ? engine_.flow(*destructor) : nullptr;
           return flow && !flow->summary.joined.empty();
         });
}

// The lock that the wait gives back is no obstacle; another one is, if whoever tells the condition needs it.
void Interpreter::note_condition_wait(const Event& event, PlaceId condition) {
  if (!collecting_ || !is_exported(condition)) return;
  const Function* callee = program_.function(event.callee);
  if (callee && !callee->name.ends_with("wait")) return;  // it ends by itself, after a time
  std::set<PlaceId> given_back;
  for (const Value& argument : event.args) {
    const PlaceId at = follower().settle(abstract(argument)).place;
    given_back.insert(at);
    if (const auto guard = state_.guards.find(at); guard != state_.guards.end())
      given_back.insert(guard->second.locks.begin(), guard->second.locks.end());
  }
  ConditionWait wait{condition, {}, &event.where, false};
  bool gives_back_known = false;
  for (const auto& [lock, shared] : state_.held) {
    gives_back_known |= given_back.contains(lock);
    if (!given_back.contains(lock) && is_exported(lock) && !assumed_.contains(lock) && !engine_.is_flag_lock(lock))
      wait.locks.insert(lock);
  }
  if (gives_back_known && !wait.locks.empty()) into_.condition_waits.push_back(std::move(wait));
}

// `future_.get()`: who keeps the promise must not need a lock that is held here.
void Interpreter::note_answer_wait(PlaceId future, const Location& where) {
  const Abstract* promise = collecting_ && future != no_place ? follower().lookup(future) : nullptr;
  if (!promise || !is_exported(promise->place)) return;
  ConditionWait wait{promise->place, {}, &where, true};
  for (const auto& [lock, shared] : state_.held)
    if (is_exported(lock) && !assumed_.contains(lock) && !engine_.is_flag_lock(lock)) wait.locks.insert(lock);
  if (!wait.locks.empty()) into_.condition_waits.push_back(std::move(wait));
}

void Interpreter::note_conditions_told() {
  for (const auto& [event, condition] : releases_sync_) {
    if (!is_exported(condition)) continue;
    ConditionTold told{condition, assumed_, &function_.events[event].where};
    for (const auto& [taken, lock] : acquires_)
      if (graph_.happens_after(taken, event)) told.locks.insert(lock);
    into_.conditions_told.push_back(std::move(told));
  }
}

}  // namespace ferrule
