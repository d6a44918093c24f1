// How the answer for one type follows from the answers for others: DESIGN 2.1, line by line.
#include "checks/types/verdicts_engine.h"

#include <algorithm>

namespace ferrule {
namespace {

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

bool is_void(const Type& type) {
  return type.kind == TypeKind::Scalar && (type.spelling == "void" || type.spelling.ends_with(" void"));
}

const char* degree(Answer answer) {
  switch (answer) {
    case Answer::Yes:
      return " is ";
    case Answer::IfUnique:
      return " is not always ";
    case Answer::Unknown:
      return " is not known to be ";
    case Answer::No:
      return " is not ";
  }
  return "";
}

}  // namespace

void Verdicts::Engine::derive(Node node, Derivation& into) {
  if (node.type && node.mode == Mode::Pointee) return derive_pointee(*node.type, node.question, into);
  if (node.type) return derive_type(*node.type, node.question, into);
  if (node.record && node.mode == Mode::Family) return derive_family(*node.record, node.question, into);
  if (node.record) return derive_record(*node.record, node.question, node.mode != Mode::Unclaimed, into);
  into.add({Part::Kind::Leaf, Answer::Unknown}, [] { return Reason{"nothing is known of this type here"}; });
}

void Verdicts::Engine::derive_type(const Type& type, Question question, Derivation& into) {
  const auto unsynchronised = [&] {
    return Reason{quoted(type.spelling) + " is changed without synchronisation",
                  {},
                  "guard it with a mutex ('ferrule::Mutex<" + type.spelling + ">'), or make it atomic"};
  };
  switch (type.kind) {
    case TypeKind::Scalar:
    case TypeKind::Enum:
    case TypeKind::MemberPointer:
      if (question == Question::Synchronized) into.add({Part::Kind::Leaf, Answer::No}, unsynchronised);
      return;
    case TypeKind::Function:
      return;
    case TypeKind::Pointer:
      if (question == Question::Synchronized) return into.add({Part::Kind::Leaf, Answer::No}, unsynchronised);
      return pointer(info(type).target, question, into.text(type.spelling, " points to what others may use"), into);
    case TypeKind::Reference:
      if (question == Question::Synchronized) question = Question::Sync;  // a reference itself never changes
      return pointer(info(type).target, question, into.text(type.spelling, " refers to what others may use"), into);
    case TypeKind::Array:
    case TypeKind::Atomic:
    case TypeKind::Record:
      return;  // node() leads past them, to the element or class
    case TypeKind::Unknown:
      into.add({Part::Kind::Leaf, Answer::Unknown},
               [&] { return Reason{quoted(type.spelling) + " is a type that Ferrule does not model"}; });
  }
}

/// `label` says what points; what it points to says the rest.
void Verdicts::Engine::pointer(const Type* target, Question question, Reason label, Derivation& into) {
  if (target && target->kind == TypeKind::Function) return;
  if (target && is_void(*target)) {
    return into.add({Part::Kind::Leaf, Answer::Unknown}, [&] {
      return Reason{"'void *' does not say what it points to", label.where, "pass a pointer to the type itself"};
    });
  }
  const Question base = question == Question::Send ? Question::Send : Question::Sync;
  const Type* element = target;
  while (element && element->kind == TypeKind::Array && !element->is_const) element = info(*element).target;
  if (element && element->is_const)
    return into.add({Part::Kind::Same, {}, node(target, Question::Sync, Mode::Pointee)},
                    [&] { return std::move(label); });
  const Part part{
      Part::Kind::Shared, {}, node(target, Question::Synchronized, Mode::Pointee), node(target, base, Mode::Pointee)};
  into.add(part, [&] {
    if (label.cure.empty())
      label.cure = "hand over what it points to, point to const, or point to something that is synchronised";
    return std::move(label);
  });
}

void Verdicts::Engine::derive_pointee(const Type& type, Question question, Derivation& into) {
  const Record* record = info(type).record;
  into.add({Part::Kind::Same, {}, node(record, question, Mode::Family)}, [] { return Reason{}; });
  const std::string_view promise = question == Question::Send ? "requires_send" : "requires_sync";
  const bool promised = question != Question::Synchronized &&
                        std::any_of(record->annotations.begin(), record->annotations.end(),
                                    [&](const Annotation& annotation) { return annotation.name == promise; });
  // One unit does not see the classes that derive elsewhere.
  if (promised || program_.facts().unit.empty()) return;
  into.add({Part::Kind::Leaf, Answer::Unknown}, [&] {
    Reason reason{"a class that derives from " + quoted(record->spelling) + " elsewhere may be different",
                  record->where};
    if (question != Question::Synchronized)
      reason.cure = question == Question::Send
                        ? "mark it 'FERRULE_REQUIRES_SEND', make it final, or analyse the whole program"
                        : "mark it 'FERRULE_REQUIRES_SYNC', make it final, or analyse the whole program";
    return reason;
  });
}

void Verdicts::Engine::derive_family(const Record& record, Question question, Derivation& into) {
  into.add({Part::Kind::Same, {}, node(&record, question)}, [] { return Reason{}; });
  auto derived = derived_.find(&record);
  if (derived == derived_.end()) return;
  for (const Record* child : derived->second)
    into.add({Part::Kind::Same, {}, node(child, question, Mode::Family)}, [&] {
      return Reason{quoted(child->spelling) + " derives from " + quoted(record.spelling), child->where};
    });
}

void Verdicts::Engine::derive_record(const Record& record, Question question, bool claims, Derivation& into) {
  const RecordInfo& known = outline(record);
  if (known.is_plain && !into.labels) return derive_plain(known, question, into);
  if (known.has_annotations && derive_annotated(record, question, claims, into)) return;
  if (known.rule) return derive_known(record, *known.rule, question, into);
  derive_members(record, question, into);
}

/// What the class says of itself. True if that decides.
bool Verdicts::Engine::derive_annotated(const Record& record, Question question, bool claims, Derivation& into) {
  const auto says = [&](std::string_view name) {
    auto it = std::find_if(record.annotations.begin(), record.annotations.end(),
                           [&](const Annotation& annotation) { return annotation.name == name; });
    return it == record.annotations.end() ? nullptr : &*it;
  };
  const auto decide = [&](const Annotation& annotation, Answer answer, const std::string& what) {
    into.add({Part::Kind::Leaf, answer}, [&] {
      const std::string because = annotation.reason.empty() ? "" : ": " + annotation.reason;
      return Reason{quoted(record.spelling) + what + because, annotation.where ? annotation.where : record.where};
    });
    return true;
  };
  if (const Annotation* bound = says("thread_affine")) return decide(*bound, Answer::No, " is bound to its thread");
  const bool send = question == Question::Send;
  if (const Annotation* no = says(send ? "not_send" : "not_sync"))
    return decide(*no, Answer::No, send ? " is marked as not Send" : " is marked as not Sync");
  // Whoever has a `T&` can move out of it.
  const bool is_claimed = claims && says("claim_synchronized");
  if (const Annotation* no = question == Question::Synchronized && !is_claimed ? says("not_send") : nullptr)
    return decide(*no, Answer::No, " is marked as not Send");
  if (!claims) return false;
  const Annotation* claim = send ? says("claim_send") : says("claim_synchronized");
  if (!claim && question == Question::Sync) claim = says("claim_sync");
  if (!claim) return false;
  const std::string condition = claim->condition.empty() ? "" : " if " + claim->condition;
  if (!condition.empty()) derive_condition(record, *claim, question, into);
  for (const Annotation::Demand& demand : claim->demands) derive_demand(record, demand.send, demand.type, into);
  // A class template that takes only what is Send claims nothing for other arguments.
  for (const Annotation& demand : record.annotations)
    if (demand.name == "asserts_send" || demand.name == "asserts_sync")
      derive_demand(record, demand.name == "asserts_send", demand.reason, into);
  return decide(*claim, Answer::Yes, " is claimed to be " + std::string(name_of(question)) + condition);
}

/// A claim of a template that depends on its arguments: as if its author's words were knowledge of the class.
void Verdicts::Engine::derive_condition(const Record& record, const Annotation& claim, Question question,
                                        Derivation& into) {
  const std::size_t number = static_cast<std::size_t>(question);
  knowledge::TypeRule rule;
  rule.answers[number] = knowledge::parse_terms(claim.condition).value_or(std::vector<knowledge::Term>());
  rule.reasons[number] = claim.reason;
  derive_known(record, rule, question, into);
}

void Verdicts::Engine::derive_demand(const Record& record, bool send, std::string_view type_key, Derivation& into) {
  const Question asked = send ? Question::Send : Question::Sync;
  into.add({Part::Kind::Same, {}, type_node(type_key, asked)}, [&] {
    const Type* type = program_.type(type_key);
    return Reason{"what is claimed of " + quoted(record.spelling) + " holds only if " +
                  quoted(type ? type->spelling : type_key) + " is " + std::string(name_of(asked))};
  });
}

void Verdicts::Engine::derive_known(const Record& record, const knowledge::TypeRule& rule, Question question,
                                    Derivation& into) {
  const std::size_t number = static_cast<std::size_t>(question);
  for (const knowledge::Term& term : rule.answers[number]) {
    if (term.kind == knowledge::Term::Kind::Structural) {
      derive_members(record, question, into);
    } else if (term.kind == knowledge::Term::Kind::Constant) {
      into.add({Part::Kind::Leaf, term.constant}, [&] {
        const bool yes = term.constant == Answer::Yes;
        if (yes && rule.reasons[number].empty()) return Reason{};
        std::string text = quoted(record.spelling) + degree(term.constant) + std::string(name_of(question));
        if (!rule.reasons[number].empty()) text += ": " + rule.reasons[number];
        if (!rule.source.empty()) text += " (" + rule.source + ")";
        Reason reason{text, {}, yes ? "" : rule.cure};
        reason.is_evidence = term.constant == Answer::No && question != Question::Synchronized;
        return reason;
      });
    } else {
      const RecordInfo& known = outline(record);
      const std::size_t end = term.rest ? known.argument_count : term.argument + 1;
      for (std::size_t at = term.argument; at < end && at < known.argument_count; ++at)
        if (arguments_[known.arguments + at].is_type) derive_argument(record, rule, term, at, question, into);
      if (term.argument >= known.argument_count && !term.rest)
        into.add({Part::Kind::Leaf, Answer::Unknown}, [&] {
          return Reason{quoted(record.spelling) +
                        " has other template arguments than Ferrule's knowledge of it expects"};
        });
    }
  }
}

void Verdicts::Engine::derive_argument(const Record& record, const knowledge::TypeRule& rule,
                                       const knowledge::Term& term, std::size_t number, Question question,
                                       Derivation& into) {
  const Type* type = arguments_[outline(record).arguments + number].type;
  const auto label = [&](const char* verb) {
    std::string text = quoted(record.spelling) + verb + quoted(type ? type->spelling : record.arguments[number].type);
    const std::string& because = rule.reasons[static_cast<std::size_t>(question)];
    if (!because.empty()) text += ": " + because;
    return Reason{text, {}, rule.cure};
  };
  if (term.kind == knowledge::Term::Kind::Pointer)
    return pointer(type, question, into.labels ? label(" points to ") : Reason{}, into);
  if (term.kind == knowledge::Term::Kind::Counted)
    return derive_counted(record, rule, type ? info(*type).record : nullptr, into);
  if (term.pointee && type && is_void(*type))
    return into.add({Part::Kind::Leaf, Answer::Unknown}, [&] { return label(" may own anything as "); });
  const Mode mode = term.pointee ? Mode::Pointee : Mode::Value;
  into.add({term.doubtful ? Part::Kind::Capped : Part::Kind::Same, {}, node(type, term.question, mode)},
           [&] { return label(term.pointee ? " owns " : " holds "); });
}

/// The count that an object keeps of its owners: in a base that is known for it, or changed by functions that are found
/// by the object's class.
void Verdicts::Engine::derive_counted(const Record& record, const knowledge::TypeRule& rule, const Record* counted,
                                      Derivation& into) {
  std::vector<const Record*> classes;
  if (counted) classes.push_back(counted);
  for (std::size_t at = 0; at < classes.size(); ++at)
    for (const Base& base : classes[at]->bases)
      if (const Record* of = program_.record_of_type(base.type)) classes.push_back(of);
  for (const Record* one : classes) {
    const knowledge::TypeRule* known = rule_of(*one);
    if (known && known->is_count)
      into.add({Part::Kind::Same, {}, node(one, Question::Sync)}, [&] {
        return Reason{quoted(record.spelling) + " is counted in base " + quoted(one->spelling), one->where};
      });
    for (const Reason& reason : evidence_.counting(*one, rule.counted_by))
      into.add({Part::Kind::Leaf, Answer::No}, [&] { return reason; });
  }
}

void Verdicts::Engine::derive_members(const Record& record, Question question, Derivation& into) {
  if (!record.is_complete)
    return into.add({Part::Kind::Leaf, Answer::Unknown},
                    [&] { return Reason{quoted(record.spelling) + " is not defined here", record.where}; });
  if (derive_special(record, question, into)) return;
  const RecordInfo& known = info(record);
  for (const Reason& reason : question == Question::Send ? known.evidence->not_send : known.evidence->not_sync)
    into.add({Part::Kind::Leaf, reason.answer}, [&] { return reason; });
  std::uint32_t member = known.members;
  for (const Base& base : record.bases) derive_base(record, base, members_[member++].type, question, into);
  for (const Field& field : record.fields) derive_field(record, field, members_[member++].type, question, into);
}

/// The same for a class of which nothing but its members has a say, without reading it again.
void Verdicts::Engine::derive_plain(const RecordInfo& known, Question question, Derivation& into) {
  for (const Member& member : std::span(members_).subspan(known.members, known.member_count)) {
    const bool is_changed = question == Question::Sync && member.is_mutable;
    const NodeId child = node(member.type, is_changed ? Question::Synchronized : question);
    into.parts.push_back({Part::Kind::Same, {}, child});
  }
}

void Verdicts::Engine::derive_base(const Record& record, const Base& base, const Type* type, Question question,
                                   Derivation& into) {
  into.add({Part::Kind::Same, {}, node(type, question)}, [&] {
    return Reason{quoted(record.spelling) + " derives from " + quoted(type ? type->spelling : base.type),
                  base.where ? base.where : record.where};
  });
}

/// Closures and unions, where the class rule does not say all. True if nothing is left to say.
bool Verdicts::Engine::derive_special(const Record& record, Question question, Derivation& into) {
  const bool has_state = std::any_of(record.fields.begin(), record.fields.end(), [](const Field& field) {
    return field.capture == Field::Capture::Copy || field.capture == Field::Capture::StarThis ||
           (field.capture == Field::Capture::Init && !field.is_reference);
  });
  const bool changes = record.is_mutable_closure && has_state;
  if (record.is_closure && !changes && question == Question::Synchronized) {
    // Calling it changes nothing of its own, and closures cannot be assigned to.
    into.add({Part::Kind::Same, {}, node(&record, Question::Sync)}, [] { return Reason{}; });
    return true;
  }
  if (changes && question != Question::Send)
    into.add({Part::Kind::Leaf, Answer::No}, [&] {
      return Reason{"a 'mutable' lambda changes its captures when it is called", record.where,
                    "give each thread its own copy"};
    });
  if (record.is_union && record.fields.size() > 1 && question == Question::Synchronized)
    into.add({Part::Kind::Leaf, Answer::No}, [&] {
      return Reason{"switching the member that union " + quoted(record.spelling) + " holds is a write of all",
                    record.where};
    });
  return false;
}

namespace {

std::string member_text(const Field& field, const Type* type) {
  const std::string spelled = quoted(type ? type->spelling : field.type);
  switch (field.capture) {
    case Field::Capture::None:
      return (field.is_mutable ? "mutable member " : "member ") + quoted(field.name) + " is of type " + spelled;
    case Field::Capture::Reference:
      return quoted(field.name) + " is captured by reference: " + spelled;
    case Field::Capture::This:
      return "'this' is captured: " + spelled;
    case Field::Capture::StarThis:
      return "'*this' is captured by copy: " + spelled;
    case Field::Capture::Copy:
    case Field::Capture::Init:
      return quoted(field.name) + " is captured by value: " + spelled;
  }
  return {};
}

}  // namespace

/// What a lock of the object guards is used by one thread after the other, as what is in a mutex; what nothing writes
/// after construction is used by many, but only read. True if one of the two is known. A field of which only const use
/// is asked may be fit for that without a lock, too.
bool Verdicts::Engine::derive_guarded(const Field& field, const Type* type, const Agreement& guard, bool asks_for_const,
                                      Derivation& into) {
  if (!guard.holds || (asks_for_const && !guard.is_locked)) return false;
  const bool may_be_read_together = (asks_for_const && !guard.is_shared) || !guard.is_written;
  const bool either_does = guard.is_locked && may_be_read_together && !guard.is_shared;
  const Part::Kind kind = either_does ? Part::Kind::Best : Part::Kind::Same;
  const NodeId handed_over = node(type, Question::Send), read = node(type, Question::Sync);
  if (guard.is_shared && guard.is_written)  // its readers come together, its writers one after the other
    into.add({Part::Kind::Same, {}, read}, [&] {
      return Reason{member_text(field, type) + ", which several threads read together under its lock", field.where};
    });
  into.add({kind, {}, may_be_read_together ? read : handed_over, handed_over}, [&] {
    return Reason{member_text(field, type) + (guard.is_locked ? ", which its lock hands from thread to thread" : ""),
                  field.where};
  });
  return true;
}

void Verdicts::Engine::derive_field(const Record& record, const Field& field, const Type* type, Question question,
                                    Derivation& into) {
  Question asked = question;
  Part::Kind kind = Part::Kind::Same;
  const std::vector<Reason>* strays = nullptr;
  const bool from_const = question == Question::Sync && field.is_mutable;
  if (from_const) asked = Question::Synchronized;
  const ClassEvidence* evidence = record.is_closure || question == Question::Send ? nullptr : info(record).evidence;
  if (evidence && (from_const ? evidence->locks.has_synchroniser : evidence->locks.has_lock)) {
    const FieldGuard* found = evidence->guard(field.key);
    const Agreement* guard = !found ? nullptr : from_const ? &found->on_const_paths : &found->always;
    const bool is_meant = guard && (guard->is_locked || !evidence->locks.is_inherited);
    if (is_meant && derive_guarded(field, type, *guard, asked != Question::Synchronized, into)) return;
    if (asked == Question::Synchronized) {
      if (guard) strays = &guard->strays;
      if (evidence->bodies_missing && (!strays || strays->empty())) kind = Part::Kind::Capped;
    }
  }
  into.add({kind, {}, node(type, asked)}, [&] {
    Reason label{member_text(field, type), field.where};
    if (strays) label.because = *strays;
    return label;
  });
}

}  // namespace ferrule
