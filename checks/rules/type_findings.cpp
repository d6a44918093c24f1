#include "checks/rules/type_findings.h"

#include "checks/detect/pointed_to.h"
#include "checks/rules/bound_uses.h"
#include "checks/rules/coroutine_parts.h"
#include "checks/rules/erased_callables.h"

#include <algorithm>
#include <map>
#include <set>

namespace ferrule {
namespace {

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// More findings than this from one cause say nothing new.
constexpr std::size_t most_of_one_cause = 3;
constexpr std::size_t most_notes = 40;

const Type* decayed(const Type* type, const Program& program) {
  return type && type->kind == TypeKind::Reference ? program.type(type->target) : type;
}

// The closure that a part is, or refers to: then it is shared, and only its const call operator can be used.
const Record* closure_of(const CrossedPart& part, const Program& program, bool& is_shared) {
  if (!part.type) return nullptr;
  const Record* record = program.record_of_type(part.type->key, /*through_pointers=*/true);
  if (!record || !record->is_closure) return nullptr;
  if (part.type->kind == TypeKind::Record) return record;
  is_shared = true;
  return record->is_mutable_closure ? nullptr : record;
}

// Where the function of the crossing makes this closure; null if another one does.
const Event* construction_of(const CrossedPart& part, const Record& closure, const Program& program) {
  const Function* function = program.function(part.crossing->function);
  if (!function) return nullptr;
  const auto makes = [&](const Event& event) {
    return event.kind == Event::Kind::Construct && program.record_of_type(event.type) == &closure;
  };
  const Place& place = part.value.place;
  if (place.root == Root::Result && place.index < function->events.size() && makes(function->events[place.index]))
    return &function->events[place.index];
  const auto found = std::find_if(function->events.begin(), function->events.end(), makes);
  return found == function->events.end() ? nullptr : &*found;
}

void add_parts(CrossedPart whole, const Program& program, unsigned depth, std::vector<CrossedPart>& parts) {
  bool is_shared = whole.is_shared;
  const Record* record = depth > 8 ? nullptr : closure_of(whole, program, is_shared);
  if (!record) return parts.push_back(std::move(whole));
  const Event* made = construction_of(whole, *record, program);
  for (std::size_t number = 0; number < record->fields.size(); ++number) {
    const Field& field = record->fields[number];
    CrossedPart part = whole;
    part.name = field.name;
    part.value = made && number < made->args.size() ? made->args[number] : Value{};
    part.type = program.type(field.type);
    part.field = field.key;
    // The closure of an inferred sink is made far from the call that is to blame.
    if (field.where && (made || whole.crossing->via.empty())) part.where = field.where;
    part.is_capture = true;
    part.is_this = field.capture == Field::Capture::This;
    part.is_shared = is_shared;
    if (part.type) add_parts(std::move(part), program, depth + 1, parts);
  }
}

void add_notes(const std::vector<Reason>& reasons, const Location& near, bool only_worst, Finding& finding) {
  for (const Reason& reason : reasons) {
    if (finding.notes.size() >= most_notes) return;
    if (only_worst && reason.answer < reasons.front().answer) continue;
    const Location where = reason.where ? reason.where : near;
    finding.notes.push_back({where, reason.text});
    if (!reason.cure.empty() && reason.because.empty() &&
        std::find(finding.cures.begin(), finding.cures.end(), reason.cure) == finding.cures.end())
      finding.cures.push_back(reason.cure);
    add_notes(reason.because, where, true, finding);
  }
}

// The leaf of the worst chain. What is known of a library's class has no place: then the member that is of it.
Note first_cause(const Verdict& verdict) {
  Note cause;
  for (const std::vector<Reason>* reasons = &verdict.reasons; !reasons->empty(); reasons = &reasons->front().because) {
    if (reasons->front().where) cause.where = reasons->front().where;
    cause.text = reasons->front().text;
  }
  return cause;
}

std::string refused_text(const CrossedPart& part, const Refusal& refusal) {
  const std::string question(name_of(refusal.question));
  const std::string type = part.type ? part.type->spelling : "?";
  const bool named = !part.name.empty();
  std::string text = quoted(named ? part.name : type);
  if (named) text += " of type " + quoted(type);
  if (part.in_frame_of) text += " in the coroutine " + quoted(part.in_frame_of->name);
  const std::string through = part.crossing->sink.empty() ? "" : " through " + quoted(part.crossing->sink);
  if (refusal.question == Question::Sync) {
    text += " is shared with another thread" + through;
    return text + (refusal.verdict->answer == Answer::No ? ", but is not Sync" : ", but is not known to be Sync");
  }
  if (part.item->kind == CrossingItem::Kind::Result)
    text += " comes back from another thread" + through;
  else
    text += " crosses to another thread" + through;
  if (refusal.verdict->answer == Answer::IfUnique) return text + ", and what it refers to may still be used here";
  return text + (refusal.verdict->answer == Answer::No ? ", but is not Send" : ", but is not known to be Send");
}

}  // namespace

std::vector<CrossedPart> captures_of(CrossedPart whole, const Program& program) {
  std::vector<CrossedPart> parts;
  add_parts(std::move(whole), program, 0, parts);
  return parts;
}

std::vector<CrossedPart> parts_of(const Crossing& crossing, const Program& program) {
  std::vector<CrossedPart> parts;
  for (const CrossingItem& item : crossing.items) {
    CrossedPart part{&crossing, &item, item.name, decayed(program.type(item.type), program)};
    part.where = item.where ? item.where : crossing.where;
    part.value = item.value;
    // The result of a generic lambda's pattern: its instances are judged.
    const bool is_pattern =
        part.type && part.type->kind == TypeKind::Unknown && item.kind == CrossingItem::Kind::Result;
    if (part.type && !is_pattern) add_parts(std::move(part), program, 0, parts);
  }
  return parts;
}

namespace {

// What a pointer, reference or reference_wrapper refers to; null if the part is none.
const Type* referred(const Type& type, const Program& program) {
  if (type.kind == TypeKind::Pointer || type.kind == TypeKind::Reference) return program.type(type.target);
  const Record* record = type.kind == TypeKind::Record ? program.record(type.record) : nullptr;
  if (!record || record->name != "std::reference_wrapper" || record->arguments.empty()) return nullptr;
  return program.type(record->arguments[0].type);
}

bool is_const_target(const Type* target, const Program& program) {
  while (target && target->kind == TypeKind::Array && !target->is_const) target = program.type(target->target);
  return target && target->is_const;
}

// Does this place go through what the part points to?
bool reaches(const Place& place, const CrossedPart& part, const Function& body, const Program& program) {
  if (part.is_capture) {
    for (std::size_t at = 0; at + 1 < place.steps.size(); ++at)
      if (place.steps[at].field == part.field && place.steps[at + 1].kind == Step::Kind::Deref) return true;
    return false;
  }
  if (place.root != Root::Param || place.index >= body.params.size()) return false;
  const Type* type = program.type(body.params[place.index].type);
  const Type* target = type ? referred(*type, program) : nullptr;
  const Type* own = referred(*part.type, program);
  const bool through =
      body.params[place.index].is_reference || (!place.steps.empty() && place.steps[0].kind == Step::Kind::Deref);
  return target && own && target->key == own->key && through;
}

// Does the place stand for the part itself: the capture, or the parameter of the body that it becomes?
bool is_part(const Place& place, const CrossedPart& part, const Function& body, const Program& program) {
  if (part.is_capture) return !place.steps.empty() && place.steps.back().field == part.field;
  if (place.root != Root::Param || !place.steps.empty() || place.index >= body.params.size()) return false;
  const Type* type = program.type(body.params[place.index].type);
  const Type* target = type ? referred(*type, program) : nullptr;
  const Type* own = referred(*part.type, program);
  return target && own && target->key == own->key;
}

// Does the function, as far as bodies are known, use what its parameter points or refers to? A handle whose class is
// nowhere defined is used by handing it to the library's functions.
bool uses_param(const Function& callee, std::size_t number, const Program& program, unsigned depth) {
  if (number >= callee.params.size() || depth > 8) return false;
  const Type* type = program.type(callee.params[number].type);
  const Type* target = type ? referred(*type, program) : nullptr;
  const Record* record = target && target->kind == TypeKind::Record ? program.record(target->record) : nullptr;
  if (!callee.has_body()) return record && !record->is_complete;
  const auto is_param = [&](const Place& place) { return place.root == Root::Param && place.index == number; };
  for (const Event& event : callee.events) {
    const auto is_used = [&](const Place& place) {
      return is_param(place) &&
             (callee.params[number].is_reference ? event.kind != Event::Kind::Return
                                                 : !place.steps.empty() && place.steps[0].kind == Step::Kind::Deref);
    };
    if (is_used(event.place) || is_used(event.value.place)) return true;
    const Function* inner = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
    for (std::size_t at = 0; at < event.args.size(); ++at) {
      const Place& place = event.args[at].place;
      if (!callee.params[number].is_reference && is_used(place)) return true;
      if (inner && is_param(place) && place.steps.empty() && uses_param(*inner, at, program, depth + 1)) return true;
    }
  }
  return false;
}

// Is the object behind a pointer used on the other thread, as far as can be seen? Carrying the pointer there, to post
// something back to where the object lives, is no misuse.
bool is_used_there(const CrossedPart& part, const Program& program) {
  for (const std::string& key : part.crossing->bodies) {
    const Function* body = program.function(key);
    if (!body) continue;
    for (const Event& event : body->events) {
      if (reaches(event.place, part, *body, program) || reaches(event.value.place, part, *body, program)) return true;
      const Function* callee = event.kind == Event::Kind::Call ? program.function(event.callee) : nullptr;
      for (std::size_t at = 0; at < event.args.size(); ++at) {
        const Place& place = event.args[at].place;
        if (reaches(place, part, *body, program)) return true;
        if (callee && is_part(place, part, *body, program) && uses_param(*callee, at, program, 0)) return true;
      }
    }
  }
  return false;
}

// Was the part handed in by a caller, who may have kept a way to what it refers to?
bool comes_from_caller(const CrossedPart& part, const Program& program) {
  const Function* function = program.function(part.crossing->function);
  const Place* place = &part.value.place;
  for (unsigned left = 16; function && place->root == Root::Result && left > 0; --left) {
    if (place->index >= function->events.size()) return false;
    const Event& made = function->events[place->index];
    if (made.kind != Event::Kind::Construct || made.args.size() != 1) return false;
    place = &made.args[0].place;
  }
  return place->root == Root::Param;
}

std::optional<Refusal> refuse(Question question, const Verdict& verdict, bool isolated, bool quiet = false) {
  if (verdict.answer == Answer::Yes || (verdict.answer == Answer::IfUnique && isolated)) return std::nullopt;
  const bool evident = verdict.answer == Answer::No && !quiet;
  return Refusal{question, &verdict, evident ? Profile::Default : Profile::Strict};
}

// The objects that a pointer leads to, if all of them are known, by type.
std::optional<std::vector<std::string>> known_targets(const CrossedPart& part, const Judgement& judgement) {
  if (part.type->kind != TypeKind::Pointer || part.is_erased || part.in_frame_of) return std::nullopt;
  if (part.item->kind == CrossingItem::Kind::Message) return std::nullopt;  // one of many
  if (part.item->kind == CrossingItem::Kind::Result)
    return part.is_capture ? std::nullopt : types_returned(judgement.flow, part.crossing->bodies);
  const Function* function = judgement.program.function(part.crossing->function);
  return function ? types_pointed_to(judgement.flow, *function, part.value) : std::nullopt;
}

// A pointer whose own type does not settle it. Where what it points to is known, that decides; whether threads meet in
// plain data there is the race rule's business.
std::optional<Refusal> refuse_pointer(const CrossedPart& part, const Judgement& judgement, bool isolated) {
  const Verdict& own = judgement.verdicts.of(Question::Send, part.type->key);
  std::optional<Refusal> refusal = refuse(Question::Send, own, isolated);
  if (!refusal || own.answer == Answer::No) return refusal;
  const auto targets = known_targets(part, judgement);
  if (!targets) return refusal;
  for (const std::string& target : *targets)
    if (auto worse = refuse(Question::Send, judgement.verdicts.of(Question::Send, target), true, true)) return worse;
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> refusal_of(const CrossedPart& part, const Judgement& judgement) {
  const Verdicts& verdicts = judgement.verdicts;
  const bool isolated = part.item->isolated && !part.is_erased && !comes_from_caller(part, judgement.program);
  const Type* target = referred(*part.type, judgement.program);
  const bool is_borrowed =
      part.is_this || part.type->kind != TypeKind::Pointer || part.value.kind == Value::Kind::Address;
  if (!target || target->kind == TypeKind::Function || (part.is_shared && !is_borrowed)) {
    const Question question = part.is_shared ? Question::Sync : Question::Send;
    return refuse(question, verdicts.of(question, part.type->key), isolated);
  }
  if (is_const_target(target, judgement.program)) {
    const Verdict& read = verdicts.of_pointee(Question::Sync, target->key);
    // 'const void' has nothing to say for itself; the pointer to it does.
    if (read.answer == Answer::Yes) return refuse_pointer(part, judgement, isolated);
    return refuse(Question::Sync, read, isolated);
  }
  if (verdicts.of_pointee(Question::Synchronized, target->key).answer == Answer::Yes) return std::nullopt;
  // Whether `this` is used in a way that its members forbid shows only in the accesses: the race rule's business.
  const Verdict& sent = verdicts.of_pointee(Question::Send, target->key);
  if (sent.answer == Answer::No) {
    const bool is_used = !part.is_this && is_used_there(part, judgement.program);
    const std::optional<Location> bound = is_used ? std::nullopt : bound_use(part, judgement);
    std::optional<Refusal> refusal = refuse(Question::Send, sent, isolated, !is_used && !bound);
    if (refusal && bound) refusal->used = *bound;
    return refusal;
  }
  // In a scope the reference cannot dangle, and whether two threads meet in plain data, its own or behind its pointers,
  // is the race rule's business; but data that is not even safe to read together may not be shared at all.
  if (is_borrowed && part.crossing->bound != Bound::Detached)
    return refuse(Question::Sync, verdicts.of_pointee(Question::Sync, target->key), true, true);
  return refuse_pointer(part, judgement, isolated);
}

void explain(const Verdict& verdict, Finding& finding) { add_notes(verdict.reasons, finding.where, true, finding); }

namespace {

struct Caused {
  Finding finding;
  Note cause;  ///< the leaf of the worst chain, which findings share if one member of one class makes them all
};

// Findings of one cause become one, with the other places as notes, if they are many.
void group_by_cause(std::vector<Caused> found, std::vector<Finding>& findings) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Caused& a, const Caused& b) { return a.finding.where < b.finding.where; });
  std::map<std::pair<Note, Profile>, std::vector<Caused*>> causes;
  for (Caused& caused : found)
    if (caused.cause.where) causes[{caused.cause, caused.finding.profile}].push_back(&caused);
  std::set<const Caused*> merged;
  for (auto& [cause, members] : causes) {
    if (members.size() <= most_of_one_cause) continue;
    for (std::size_t at = 1; at < members.size(); ++at) {
      merged.insert(members[at]);
      const Finding& other = members[at]->finding;
      members[0]->finding.notes.push_back({other.where, other.message + ", for the same reason"});
    }
  }
  for (Caused& caused : found)
    if (!merged.contains(&caused)) findings.push_back(std::move(caused.finding));
}

}  // namespace

namespace {

Finding refusal_finding(const CrossedPart& part, const Refusal& refusal, std::string_view rule) {
  const Crossing& crossing = *part.crossing;
  Finding finding{std::string(rule), part.where, refused_text(part, refusal)};
  finding.profile = refusal.profile;
  finding.subject = crossing.function + "/" + part.name + "/" + part.type->key;
  if (part.in_frame_of) {
    finding.notes.push_back({part.declared, quoted(part.name) + " is declared here"});
    finding.notes.push_back({part.suspended, "the coroutine is suspended here, and may go on in another thread"});
  }
  if (crossing.where && crossing.where.line != part.where.line)
    finding.notes.push_back({crossing.where, "it crosses here"});
  if (refusal.used) finding.notes.push_back({refusal.used, "it is used in the other thread here"});
  for (const Location& via : crossing.via) finding.notes.push_back({via, "on the way to another thread"});
  explain(*refusal.verdict, finding);
  return finding;
}

}  // namespace

void find_refused_crossings(const Judgement& judgement, Question question, std::string_view rule,
                            std::vector<Finding>& findings) {
  const CallIndex calls(judgement.program);
  std::vector<Caused> found;
  const auto judge = [&](const CrossedPart& part) {
    const std::optional<Refusal> refusal = refusal_of(part, judgement);
    if (!refusal || refusal->question != question) return;
    found.push_back({refusal_finding(part, *refusal, rule), first_cause(*refusal->verdict)});
  };
  for (const Crossing& crossing : judgement.flow.crossings())
    for (const CrossedPart& part : parts_of(crossing, judgement.program)) {
      if (const std::optional<CrossedPart> inside = closure_inside(part, judgement)) {
        for (const CrossedPart& inner : captures_of(*inside, judgement.program)) judge(inner);
      } else if (holds_coroutine(*part.type, judgement.program)) {
        for (const CrossedPart& inner : frame_parts(part, judgement.program, calls)) judge(inner);
      } else {
        judge(part);
      }
    }
  group_by_cause(std::move(found), findings);
}

namespace {

using Call = CallIndex::Call;

// In a template, the call that chose the type is the one to complain about: `is_send(x)`, not the assertion inside.
void add_choosers(const Call& call, const std::string& type, const CallIndex& calls, unsigned depth,
                  std::vector<Call>& into) {
  const std::size_t before = into.size();
  if (depth < 8)
    for (const Call& outer : calls.of(call.caller->key)) {
      const std::vector<std::string>& chosen = outer.event->template_types;
      if (outer.caller != call.caller && std::find(chosen.begin(), chosen.end(), type) != chosen.end())
        add_choosers(outer, type, calls, depth + 1, into);
    }
  if (into.size() == before) into.push_back(call);
}

}  // namespace

namespace {

struct Assertion {
  Call call;
  std::string type;
};

void add_assertions(const Function& function, const Event& event, const Program& program, Question question,
                    std::vector<Assertion>& assertions) {
  const bool send = question == Question::Send;
  const Function* callee = program.function(event.callee);
  if (callee && callee->name == (send ? "ferrule::assert_send" : "ferrule::assert_sync") &&
      !event.template_types.empty())
    assertions.push_back({{&function, &event}, event.template_types[0]});
  // A template that demands it of its arguments: the compiler lets pass what it cannot tell.
  const auto add_demands = [&](const std::vector<Annotation>& annotations) {
    for (const Annotation& annotation : annotations)
      if (annotation.name == (send ? "asserts_send" : "asserts_sync"))
        assertions.push_back({{&function, &event}, annotation.reason});
  };
  if (callee) add_demands(callee->annotations);
  const Record* made = event.kind == Event::Kind::Construct ? program.record_of_type(event.type) : nullptr;
  if (made) add_demands(made->annotations);
}

}  // namespace

void find_failed_assertions(const Judgement& judgement, Question question, std::string_view rule,
                            std::vector<Finding>& findings) {
  const CallIndex calls(judgement.program);
  std::vector<Assertion> assertions;
  for (const Function& function : judgement.program.facts().functions)
    for (const Event& event : function.events)
      if (event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct)
        add_assertions(function, event, judgement.program, question, assertions);
  for (const auto& [call, key] : assertions) {
    const Verdict& verdict = judgement.verdicts.of(question, key);
    if (verdict.answer == Answer::Yes) continue;
    const Type* type = judgement.program.type(key);
    const char* degree = verdict.answer == Answer::No ? " is not " : " is not known to be ";
    std::vector<Call> choosers;
    add_choosers(call, key, calls, 0, choosers);
    for (const Call& chooser : choosers) {
      Finding finding{
          std::string(rule), chooser.event->where,
          quoted(type ? type->spelling : key) + degree + std::string(name_of(question)) + ", as is demanded here"};
      finding.profile = verdict.answer == Answer::No ? Profile::Default : Profile::Strict;
      finding.subject = chooser.caller->key + "/" + key;
      if (chooser.event != call.event) finding.notes.push_back({call.event->where, "it is demanded here"});
      explain(verdict, finding);
      findings.push_back(std::move(finding));
    }
  }
}

namespace {

// The class that makes `record` promise something: itself or a base, nearest first.
const Record* promised_by(const Record& record, std::string_view promise, const Program& program, unsigned depth = 0) {
  for (const Annotation& annotation : record.annotations)
    if (annotation.name == promise) return &record;
  if (depth > 32) return nullptr;
  for (const Base& base : record.bases)
    if (const Record* of = program.record_of_type(base.type))
      if (const Record* found = promised_by(*of, promise, program, depth + 1)) return found;
  return nullptr;
}

}  // namespace

void find_broken_promises(const Judgement& judgement, Question question, std::string_view promise,
                          std::string_view rule, std::vector<Finding>& findings) {
  for (const Record& record : judgement.program.facts().records) {
    if (record.is_system || !record.is_complete) continue;
    const Record* base = promised_by(record, promise, judgement.program);
    if (!base) continue;
    const Verdict& verdict = judgement.verdicts.of_record(question, record.key);
    if (verdict.answer == Answer::Yes) continue;
    const std::string who =
        base == &record ? "it is annotated so" : quoted(base->spelling) + " asks it of all that derive from it";
    const char* degree = verdict.answer == Answer::No ? " is not " : " is not known to be ";
    Finding finding{std::string(rule), record.where,
                    quoted(record.spelling) + degree + std::string(name_of(question)) + ", although " + who};
    finding.profile = verdict.answer == Answer::No ? Profile::Default : Profile::Strict;
    finding.subject = record.key;
    if (base != &record) finding.notes.push_back({base->where, quoted(base->spelling) + " is declared here"});
    explain(verdict, finding);
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
