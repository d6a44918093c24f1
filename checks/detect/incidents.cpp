#include "checks/detect/incidents.h"

#include "checks/flow/engine.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace ferrule {

std::vector<UseAfterSend> find_uses_after_send(const Flow& flow) {
  std::vector<UseAfterSend> found;
  for (const FunctionFlow* of : flow.engine().all())
    for (const SentUse& use : of->sent_uses)
      found.push_back({use.name, use.sink, *use.sent, *use.used, use.always, of->function->key + '#' + use.name});
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return std::tie(a.used, a.name) < std::tie(b.used, b.name); });
  return found;
}

// A member function joins, holding a lock, the thread that another started and that takes the lock.
static void find_joins_of_members(const Flow::Engine& engine, std::vector<LockAcrossWait>& found) {
  const PlaceTable& places = engine.places;
  std::map<std::string_view, std::vector<const Started*>> started;
  for (const FunctionFlow* of : engine.all())
    for (const Started& thread : of->summary.started)
      if (thread.handle != no_place && places.root_kind(thread.handle) == Root::This)
        started[of->function->record].push_back(&thread);
  for (const FunctionFlow* of : engine.all())
    for (const HeldJoin& join : of->held_joins) {
      if (places.root_kind(join.handle) != Root::This) continue;
      const std::vector<const Started*>& threads = started[of->function->record];
      const auto waits_for = [&](const Started* thread) {
        return thread->locks.contains(join.lock) &&
               (places.has_prefix(thread->handle, join.handle) || places.has_prefix(join.handle, thread->handle));
      };
      const auto thread = std::find_if(threads.begin(), threads.end(), waits_for);
      if (thread == threads.end()) continue;
      const std::string lock = describe(places.expand(join.lock), *of->function, engine.program);
      found.push_back({lock, *join.where, *(*thread)->where, {}, of->function->key + '#' + lock});
    }
}

// Whoever could end the wait must first take a lock that the waiter holds.
void find_waits_for_conditions(const Flow::Engine& engine, std::vector<LockAcrossWait>& found) {
  std::map<std::pair<std::string_view, PlaceId>, std::vector<const ConditionTold*>> told;  // by class and condition
  const auto class_of = [](const FunctionFlow& of) { return std::string_view(of.function->record); };
  const auto in_class = [&](PlaceId place) { return engine.places.root_kind(place) == Root::This; };
  for (const FunctionFlow* of : engine.all())
    for (const ConditionTold& one : of->conditions_told)
      if (!of->function->is_destructor)
        told[{in_class(one.condition) ? class_of(*of) : std::string_view(), one.condition}].push_back(&one);
  for (const FunctionFlow* of : engine.all())
    for (const ConditionWait& wait : of->condition_waits) {
      const auto tellers = told.find({in_class(wait.condition) ? class_of(*of) : std::string_view(), wait.condition});
      if (tellers == told.end()) continue;
      for (PlaceId lock : wait.locks) {
        const bool needed = std::all_of(tellers->second.begin(), tellers->second.end(),
                                        [&](const ConditionTold* one) { return one->locks.contains(lock); });
        if (!needed) continue;
        const std::string name = describe(engine.places.expand(lock), *of->function, engine.program);
        LockAcrossWait made{name, *wait.where, {}, {}, of->function->key + '#' + name};
        made.told = *tellers->second.front()->where;
        made.for_answer = wait.is_answer;
        found.push_back(std::move(made));
      }
    }
}

// Is there a guard in what this type is made of, owns or refers to?
bool has_guard(const Flow::Engine& engine, const Type* type, unsigned depth = 0) {
  if (!type || depth > 4) return false;
  if (type->kind != TypeKind::Record) return has_guard(engine, engine.program.type(type->target), depth + 1);
  const Record* record = engine.program.record(type->record);
  const ClassKnowledge* known = record ? engine.class_of(*record) : nullptr;
  if (known && known->is == Is::Guard) return true;
  if (!record || record->is_closure) return false;
  const auto has = [&](const std::string& key) { return has_guard(engine, engine.program.type(key), depth + 1); };
  if (record->is_system)
    return std::any_of(record->arguments.begin(), record->arguments.end(),
                       [&](const TemplateArgument& argument) { return has(argument.type); });
  return std::any_of(record->fields.begin(), record->fields.end(), [&](const Field& field) { return has(field.type); });
}

// Guards that a coroutine's variables contain, own or refer to: strict, as nobody sees whether they hold a lock then.
void find_guards_in_frame(const Flow::Engine& engine, const Function& coroutine, std::vector<LockAcrossWait>& found) {
  const std::vector<Event>& events = coroutine.events;
  const auto look_at = [&](Root root, unsigned index, const Variable& variable) {
    const Type* type = engine.program.type(variable.type);
    const ClassKnowledge* known = engine.class_of_type(variable.type);
    const bool is_plain = type && type->kind == TypeKind::Record && known && known->is == Is::Guard;
    if (is_plain || !has_guard(engine, type)) return;
    const auto names = [&](const Place& place) { return place.root == root && place.index == index; };
    const auto names_it = [&](const Event& event) {
      return names(event.place) || names(event.value.place) ||
             std::any_of(event.args.begin(), event.args.end(), [&](const Value& value) { return names(value.place); });
    };
    const auto gives_up = [&](const Event& event) {
      const Function* callee = event.kind == Event::Kind::Call ? engine.program.function(event.callee) : nullptr;
      const bool gives = callee && names(event.place) &&
                         (callee->name.ends_with("::reset") || callee->name.ends_with("::unlock") ||
                          callee->name.ends_with("::release") || callee->name.ends_with("::operator="));
      return gives || std::any_of(event.args.begin(), event.args.end(), [&](const Value& value) {
               return value.kind == Value::Kind::Move && names(value.place);
             });
    };
    bool is_there = root == Root::Param;
    const Event* suspends = nullptr;
    for (const Event& event : events) {
      if (event.kind == Event::Kind::Suspend && is_there && !suspends) suspends = &event;
      if (!names_it(event)) continue;
      if (suspends) {
        const std::string subject = coroutine.key + '#' + variable.name;
        found.push_back({variable.name, suspends->where, {}, {}, subject, Profile::Strict});
        return;
      }
      is_there = event.kind != Event::Kind::Destroy && !gives_up(event);
    }
  };
  for (unsigned i = 0; i < coroutine.locals.size(); ++i) look_at(Root::Local, i, coroutine.locals[i]);
  for (unsigned i = 0; i < coroutine.params.size(); ++i) look_at(Root::Param, i, coroutine.params[i]);
}

std::vector<LockAcrossWait> find_locks_across_waits(const Flow& flow) {
  const Flow::Engine& engine = flow.engine();
  std::vector<LockAcrossWait> found;
  for (const FunctionFlow* of : engine.all())
    for (const HeldWait& wait : of->held_waits) {
      const std::string lock = describe(engine.places.expand(wait.lock), *of->function, engine.program);
      found.push_back(
          {lock, *wait.where, wait.started ? *wait.started : Location{}, {}, of->function->key + '#' + lock});
    }
  for (const FunctionFlow* of : engine.all())
    if (of->function->is_coroutine) find_guards_in_frame(engine, *of->function, found);
  find_joins_of_members(engine, found);
  find_waits_for_conditions(engine, found);
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return std::tie(a.where, a.lock) < std::tie(b.where, b.lock); });
  return found;
}

std::vector<DiscardedGuard> find_discarded_guards(const Flow& flow) {
  const Flow::Engine& engine = flow.engine();
  std::vector<DiscardedGuard> found;
  for (const FunctionFlow* of : engine.all())
    for (unsigned index = 0; index < of->function->events.size(); ++index) {
      const Event& event = of->function->events[index];
      if (!event.is_discarded) continue;
      const Type* type = engine.program.type(event.type);
      const Record* record = type && type->kind == TypeKind::Record ? engine.program.record(type->record) : nullptr;
      const ClassKnowledge* known = record ? engine.class_of(*record) : nullptr;
      if (!known) continue;
      const Function* callee = engine.program.function(event.callee);
      const FunctionKnowledge* does = callee ? engine.known.function(callee->name) : nullptr;
      const bool is_guard = known->is == Is::Guard && (event.kind == Event::Kind::Call || !event.args.empty());
      // A function of the program's own may return the future of the task that it started.
      const PlaceId result = engine.places.root(Root::Result, index);
      const bool waits_at_end = std::any_of(of->started.begin(), of->started.end(), [&](const Started& started) {
        return started.joins_on_destroy && started.handle == result;
      });
      const bool is_future = record->name == "std::future" && ((does && does->does == Does::Start) || waits_at_end);
      if (!is_guard && !is_future) continue;
      const bool has_lock = is_guard && !event.args.empty() && event.args.front().place.known();
      const std::string lock = has_lock ? describe(event.args.front().place, *of->function, engine.program) : "";
      found.push_back(
          {record->name, lock, of->function->name, is_future, event.where, of->function->key + '#' + record->name});
    }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return std::tie(a.where, a.type) < std::tie(b.where, b.type); });
  return found;
}

}  // namespace ferrule
