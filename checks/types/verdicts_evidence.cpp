#include "checks/types/verdicts_evidence.h"
#include "checks/types/verdicts_wording.h"

#include <algorithm>
#include <set>

namespace ferrule {
namespace {

// Does the constructor itself put new storage into this field? Then what it points to is not shared with the source.
bool makes_its_own(const Function& constructor, const Step& field) {
  return std::any_of(constructor.events.begin(), constructor.events.end(), [&](const Event& event) {
    if (event.kind != Event::Kind::Assign || event.place.root != Root::This) return false;
    if (event.place.steps.size() != 1 || event.place.steps[0] != field) return false;
    return event.value.kind != Value::Kind::Copy && event.value.kind != Value::Kind::Unknown;
  });
}

// An access seen from the object whose field it is: the locks that belong to the same object, as paths from it.
struct GuardedAccess {
  std::set<std::vector<Step>> locks;
  const TracedAccess* access = nullptr;
  bool is_shared = false;  // others may hold each of the locks at the same time
};

GuardedAccess seen_from_object(const TracedAccess& access, std::size_t field_at) {
  GuardedAccess seen{{}, &access, true};
  for (const Place& lock : access.locks) {
    if (lock.root != access.place.root || lock.index != access.place.index || lock.key != access.place.key) continue;
    if (lock.steps.size() < field_at) continue;
    if (!std::equal(lock.steps.begin(), lock.steps.begin() + field_at, access.place.steps.begin())) continue;
    seen.locks.emplace(lock.steps.begin() + field_at, lock.steps.end());
    seen.is_shared =
        seen.is_shared && std::find(access.shared.begin(), access.shared.end(), lock) != access.shared.end();
  }
  return seen;
}

// The lock that all accesses hold. If there is none, the lock that most hold: the others then are the strays.
std::vector<const TracedAccess*> without_the_lock(const std::vector<GuardedAccess>& accesses) {
  std::map<std::vector<Step>, std::size_t> votes;
  for (const GuardedAccess& access : accesses)
    for (const std::vector<Step>& lock : access.locks) ++votes[lock];
  const auto best =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<const TracedAccess*> strays;
  for (const GuardedAccess& access : accesses)
    if (best == votes.end() || !access.locks.contains(best->first)) strays.push_back(access.access);
  return strays;
}

// Is a lock on this path a flag under which something runs only once?
bool is_once_flag(const std::vector<Step>& lock, const Program& program) {
  const Field* field = lock.empty() ? nullptr : program.field(lock.back().field);
  const Record* record = field ? program.record_of_type(field->type) : nullptr;
  return record && last_name(record->name).ends_with("once_flag");
}

Agreement agreement_on(const Field& field, const Record& record, const std::vector<GuardedAccess>& accesses,
                       const Program& program, bool bodies_missing) {
  Agreement agreement;
  agreement.is_set_once = std::all_of(accesses.begin(), accesses.end(), [&](const GuardedAccess& seen) {
    return !seen.access->is_write || std::any_of(seen.locks.begin(), seen.locks.end(),
                                                 [&](const auto& lock) { return is_once_flag(lock, program); });
  });
  agreement.is_written =
      std::any_of(accesses.begin(), accesses.end(), [](const GuardedAccess& seen) { return seen.access->is_write; });
  agreement.is_shared =
      std::any_of(accesses.begin(), accesses.end(), [](const GuardedAccess& seen) { return seen.is_shared; });
  const std::vector<const TracedAccess*> without = without_the_lock(accesses);
  agreement.is_locked = !accesses.empty() && without.empty();
  if (agreement.is_written)
    for (const TracedAccess* access : without) {
      Reason reason{quoted(field.name) + " is " + (access->is_write ? "written" : "read") +
                        " here without the lock of " + quoted(record.spelling),
                    access->where, "take the lock first"};
      reason.answer = Answer::No;
      reason.is_evidence = true;
      agreement.strays.push_back(std::move(reason));
    }
  agreement.holds = !bodies_missing && agreement.strays.empty();
  return agreement;
}

// Does the constructor take what it copies as const? Otherwise it takes something away from the source, and says so.
bool promises_to_copy(const Function& constructor, const Program& program) {
  const Type* parameter = constructor.params.empty() ? nullptr : program.type(constructor.params[0].type);
  const Type* source = parameter ? program.type(parameter->target) : nullptr;
  return !source || source->is_const;
}

}  // namespace

Evidence::Evidence(const Program& program, AccessesOf accesses)
    : program_(program), accesses_(std::move(accesses)), reaches_(program) {}

const ClassEvidence& Evidence::of(const Record& record, Locks locks) const {
  static const ClassEvidence without;
  static const ClassEvidence with_lock{.locks = {true, true}}, with_synchroniser{.locks = {false, true}};
  // The classes of libraries come without bodies; the code of a closure is judged where it crosses.
  if (!accesses_ || record.is_system || record.is_closure)
    return locks.has_lock ? with_lock : locks.has_synchroniser ? with_synchroniser : without;
  std::unique_ptr<ClassEvidence>& known = known_[&record];
  if (!known) known = std::make_unique<ClassEvidence>(gather(record, locks));
  return *known;
}

ClassEvidence Evidence::gather(const Record& record, Locks locks) const {
  ClassEvidence evidence;
  evidence.locks = locks;
  Roots roots = this->roots(record);
  evidence.bodies_missing = std::any_of(roots.begin(), roots.end(), [](const Function* f) { return !f->has_body(); });
  read_copies(record, evidence);
  if (evidence.not_send.empty()) read_clones(record, evidence);
  read_const_writes(record, evidence);
  read_outside_writes(record, evidence);
  if (locks.has_synchroniser) {
    add_closures(roots);
    read_guards(record, roots, evidence);
    read_leaks(roots, evidence);
  }
  return evidence;
}

// A cache that a const member function fills belongs to the object alone: its copies do not share it.
bool Evidence::is_filled_late(const TracedAccess& access) const {
  if (access.path.empty() || access.is_increment || passes(access.place, Step::Kind::Deref)) return false;
  const Function* writer = program_.function(access.path.back().function);
  return writer && writer->is_const;
}

/// Copying changes something that the source shares: a count in what both point to, or the source itself.
void Evidence::read_copies(const Record& record, ClassEvidence& evidence) const {
  const Function* constructor = record.copy_constructor.empty() ? nullptr : program_.function(record.copy_constructor);
  if (!constructor || !constructor->has_body()) return;
  const bool only_copies = promises_to_copy(*constructor, program_);
  for (const TracedAccess& access : accesses_(constructor->key)) {
    if (!access.is_write || access.is_atomic || !access.locks.empty()) continue;
    const bool source = only_copies && access.place.root == Root::Param && access.place.index == 0 &&
                        !access.place.steps.empty() && !is_filled_late(access);
    const bool shared = access.place.root == Root::This && access.is_increment &&
                        passes(access.place, Step::Kind::Deref) && !makes_its_own(*constructor, access.place.steps[0]);
    if (!source && !shared) continue;
    return add_count("copying ", record, access, evidence);
  }
  read_destruction(record, *constructor, evidence);
}

void Evidence::add_count(const char* doing, const Record& record, const TracedAccess& access,
                         ClassEvidence& evidence) const {
  Reason reason{doing + quoted(record.spelling) + " changes " + describe(access.place, program_) +
                    ", which the copies share and which is not atomic",
                access.where,
                "make the count 'std::atomic', or own the object with 'std::shared_ptr' or 'ferrule::Arc'"};
  reason.answer = Answer::No;
  reason.is_evidence = true;
  evidence.not_send.push_back(reason);
  evidence.not_sync.push_back(std::move(reason));
}

namespace {

// Does the access count up or down, without an atomic and without a lock, what a field leads to?
bool counts_through_field(const TracedAccess& access) {
  return access.is_write && access.is_increment && !access.is_atomic && access.locks.empty() &&
         access.place.root == Root::This && !access.place.steps.empty() && passes(access.place, Step::Kind::Deref);
}

bool is_field_of(const Value& value, Root root, const Step& field) {
  return value.kind == Value::Kind::Copy && value.place.root == root && value.place.steps.size() == 1 &&
         value.place.steps[0] == field;
}

// Does the copy point where its source does?
bool takes_over(const Function& constructor, const Step& field) {
  return std::any_of(constructor.events.begin(), constructor.events.end(), [&](const Event& event) {
    return event.kind == Event::Kind::Assign && event.place.root == Root::This && event.place.steps.size() == 1 &&
           event.place.steps[0] == field && is_field_of(event.value, Root::Param, field);
  });
}

// Does the function put the field, as it is, into another object?
bool hands_on(const Function& function, const Step& field) {
  return std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
    if (event.kind == Event::Kind::Assign) return is_field_of(event.value, Root::This, field);
    return event.kind == Event::Kind::Construct &&
           std::any_of(event.args.begin(), event.args.end(),
                       [&](const Value& argument) { return is_field_of(argument, Root::This, field); });
  });
}

}  // namespace

/// Copies count with an atomic, but the last use does not.
void Evidence::read_destruction(const Record& record, const Function& constructor, ClassEvidence& evidence) const {
  for (const TracedAccess& access : accesses_(record.destructor))
    if (counts_through_field(access) && takes_over(constructor, access.place.steps[0]))
      return add_count("destroying ", record, access, evidence);
}

/// A member function that returns another owner, and counts it, copies as a copy constructor does.
void Evidence::read_clones(const Record& record, ClassEvidence& evidence) const {
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !method->has_body() || method->is_constructor || method->visibility == Visibility::Private) continue;
    if (program_.record_of_type(method->result) != &record) continue;
    for (const TracedAccess& access : accesses_(key))
      if (counts_through_field(access) && hands_on(*method, access.place.steps[0]))
        return add_count("copying ", record, access, evidence);
  }
}

/// The free functions with a body whose first parameter points or refers to the class.
const Evidence::Roots& Evidence::takers(const Record& record) const {
  if (takers_.empty())
    for (const Function& function : program_.facts().functions) {
      if (!function.record.empty() || function.params.empty() || !function.has_body()) continue;
      if (const Record* taken = program_.record_of_type(function.params[0].type, /*through_pointers=*/true))
        takers_[taken].push_back(&function);
    }
  static const Roots none;
  auto it = takers_.find(&record);
  return it == takers_.end() ? none : it->second;
}

std::vector<Reason> Evidence::counting(const Record& record, const std::vector<std::string>& names) const {
  std::vector<Reason> reasons;
  if (!accesses_ || names.empty()) return reasons;
  for (const Function* function : takers(record)) {
    const std::string_view name = last_name(function->name);
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    for (const TracedAccess& access : accesses_(function->key)) {
      const bool counts = access.is_write && !access.is_atomic && access.locks.empty() &&
                          access.place.root == Root::Param && access.place.index == 0;
      if (!counts) continue;
      Reason reason{quoted(name) + " changes " + describe(access.place, program_) +
                        ", which all owners share and which is not atomic",
                    access.where, "make the count 'std::atomic'"};
      reason.answer = Answer::No;
      reason.is_evidence = true;
      reasons.push_back(std::move(reason));
      break;
    }
  }
  return reasons;
}

/// Where the outside comes in: member functions that are not private, and functions that reach into the class.
Evidence::Roots Evidence::roots(const Record& record) const {
  Roots found;
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || method->is_constructor || method->is_destructor || method->is_defaulted) continue;
    if (method->visibility == Visibility::Private) continue;
    found.push_back(method);
  }
  const Roots& others = strangers(record);
  found.insert(found.end(), others.begin(), others.end());
  return found;
}

const Evidence::Roots& Evidence::strangers(const Record& record) const {
  if (!indexed_) {
    indexed_ = true;
    for (const Function& function : program_.facts().functions) {
      // What a closure does is seen where it runs, with the locks that are held there.
      if (function.is_constructor || function.is_destructor || function.is_closure_body) continue;
      std::set<std::string_view> reached;
      const auto note = [&](const Place& place) {
        for (const Step& step : place.steps)
          if (step.kind == Step::Kind::Field)
            if (const Record* owner = program_.record_of_field(step.field))
              if (owner->key != function.record) reached.insert(owner->key);
      };
      for (const Event& event : function.events) {
        note(event.place);
        note(event.value.place);
        for (const Value& argument : event.args) note(argument.place);
      }
      for (std::string_view key : reached) strangers_[key].push_back(&function);
    }
  }
  return strangers_[record.key];
}

void Evidence::read_guards(const Record& record, const Roots& roots, ClassEvidence& evidence) const {
  std::unordered_map<std::string_view, std::vector<GuardedAccess>> all, on_const_paths;
  for (const Function* root : roots) {
    if (!root->has_body()) continue;
    const bool is_const = root->is_const && root->record == record.key;
    for (const TracedAccess& access : accesses_(root->key)) {
      if (access.is_atomic) continue;
      for (std::size_t at = 0; at < access.place.steps.size(); ++at) {
        const Step& step = access.place.steps[at];
        if (step.kind != Step::Kind::Field || program_.record_of_field(step.field) != &record) continue;
        const Field* field = program_.field(step.field);
        GuardedAccess seen = seen_from_object(access, at);
        if (is_const) on_const_paths[field->key].push_back(seen);
        all[field->key].push_back(std::move(seen));
      }
    }
  }
  for (const Field& field : record.fields) {
    FieldGuard& guard = evidence.guards[field.key];
    guard.always = agreement_on(field, record, all[field.key], program_, evidence.bodies_missing);
    guard.on_const_paths = agreement_on(field, record, on_const_paths[field.key], program_, evidence.bodies_missing);
  }
}

namespace {

// A memo: only `root` writes the member, after it has looked whether there is something in it.
template <class Roots>
bool is_filled_once(std::string_view field, const Function& root, const Roots& roots, const Program& program) {
  const auto is_on_field = [&](const Event& event) {
    return event.place.root == Root::This && !event.place.steps.empty() && event.place.steps.front().field == field;
  };
  const auto writes = [&](const Event& event) {
    if (!is_on_field(event)) return false;
    if (event.kind == Event::Kind::Assign) return !event.is_initialisation;
    if (event.kind == Event::Kind::Access) return event.mode != Event::Mode::Read;
    const Function* callee = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
    return callee && !callee->is_const;
  };
  auto tested = root.events.end();
  for (const Block& block : root.blocks)
    if (block.condition && block.condition->event < root.events.size() &&
        is_on_field(root.events[block.condition->event]))
      tested = std::min(tested, root.events.begin() + block.condition->event);
  return std::none_of(root.events.begin(), tested, writes) && tested != root.events.end() &&
         std::none_of(roots.begin(), roots.end(), [&](const Function* other) {
           return other != &root && !other->is_constructor && !other->is_destructor &&
                  std::any_of(other->events.begin(), other->events.end(), writes);
         });
}

void stray(Agreement& agreement, const Reason& reason) {
  agreement.holds = agreement.is_locked = false;
  agreement.strays.push_back(reason);
}

}  // namespace

/// A closure that has `this` and gets out runs when nobody knows: what it does is done from outside.
void Evidence::add_closures(Roots& roots) const {
  std::set<std::string_view> met;
  for (std::size_t at = 0; at < roots.size(); ++at)
    for (const Reach::Exit& exit : reaches_.of(*roots[at]).exits) {
      if (exit.source.root != Root::Result || !met.insert(exit.source.key).second) continue;
      const Record* closure = program_.record(exit.source.key);
      const Function* body = closure ? program_.function(closure->call_operator) : nullptr;
      if (body) roots.push_back(body);
    }
}

/// A reference to guarded state that a function returns, or leaves behind, is used without the lock.
void Evidence::read_leaks(const Roots& roots, ClassEvidence& evidence) const {
  for (const Function* root : roots)
    for (const Reach::Exit& exit : reaches_.of(*root).exits) {
      auto guard = exit.source.root == Root::This ? evidence.guards.find(exit.source.key) : evidence.guards.end();
      if (guard == evidence.guards.end()) continue;
      if (root->is_const && !guard->second.always.is_written) continue;
      if (root->is_const && guard->second.always.is_set_once) continue;
      if (root->is_const && is_filled_once(guard->first, *root, roots, program_)) continue;
      const Field* field = program_.field(exit.source.key);
      Reason reason{quoted(last_name(root->name)) + (exit.is_returned ? " returns" : " gives away") +
                        " a reference to " + quoted(field->name) + ", which is then used without the lock",
                    exit.event->where, "return a copy, or take a function that runs under the lock"};
      reason.answer = Answer::No;
      reason.is_evidence = true;
      stray(guard->second.always, reason);
      if (root->is_const) stray(guard->second.on_const_paths, reason);
    }
}

}  // namespace ferrule
