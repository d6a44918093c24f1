// The members of every fact in the order in which they are stored. One list serves writing and reading: `archive` is
// called with each member in turn.
#pragma once

#include "checks/model/facts.h"

namespace ferrule::store {

template <class Archive>
constexpr void visit(Archive& archive, Location& it) {
  archive(it.file, it.line, it.column);
}

template <class Archive>
constexpr void visit(Archive& archive, Step& it) {
  archive(it.kind, it.field);
}

template <class Archive>
constexpr void visit(Archive& archive, Place& it) {
  archive(it.root, it.index, it.key, it.steps);
}

template <class Archive>
constexpr void visit(Archive& archive, Value& it) {
  archive(it.kind, it.place, it.key, it.type, it.by_reference);
}

template <class Archive>
constexpr void visit(Archive& archive, Type& it) {
  archive(it.key, it.kind, it.spelling, it.is_const, it.is_volatile, it.target, it.record);
}

template <class Archive>
constexpr void visit(Archive& archive, Alias& it) {
  archive(it.key, it.type);
}

template <class Archive>
constexpr void visit(Archive& archive, Annotation::Demand& it) {
  archive(it.send, it.type, it.where);
}

template <class Archive>
constexpr void visit(Archive& archive, Annotation& it) {
  archive(it.name, it.reason, it.where, it.condition, it.demands, it.is_configured);
}

template <class Archive>
constexpr void visit(Archive& archive, Field& it) {
  archive(it.key, it.name, it.type, it.where, it.is_mutable, it.is_bit_field, it.is_reference, it.guarded_by,
          it.guards_pointee, it.capture);
}

template <class Archive>
constexpr void visit(Archive& archive, Base& it) {
  archive(it.type, it.is_virtual, it.where);
}

template <class Archive>
constexpr void visit(Archive& archive, TemplateArgument& it) {
  archive(it.type, it.literal);
}

template <class Archive>
constexpr void visit(Archive& archive, Record& it) {
  archive(it.key, it.name, it.spelling, it.where, it.arguments, it.fields, it.bases, it.methods, it.annotations,
          it.copy_constructor, it.destructor, it.call_operator);
  archive(it.is_complete, it.is_closure, it.is_mutable_closure, it.is_union, it.is_system, it.is_polymorphic,
          it.is_final, it.is_capability, it.is_scoped_capability, it.has_lock_methods);
}

template <class Archive>
constexpr void visit(Archive& archive, Global& it) {
  archive(it.key, it.name, it.type, it.where, it.is_thread_local, it.is_constant, it.is_local_static, it.is_system,
          it.guarded_by, it.guards_pointee, it.starts_with_numbers);
}

template <class Archive>
constexpr void visit(Archive& archive, Event& it) {
  archive(it.kind, it.where, it.place, it.mode, it.callee, it.type, it.args, it.template_types, it.value);
  archive(it.is_virtual, it.is_indirect, it.is_initialisation, it.is_discarded, it.is_increment, it.nest);
}

template <class Archive>
constexpr void visit(Archive& archive, Nest::Dependence& it) {
  archive(it.place, it.writes);
}

template <class Archive>
constexpr void visit(Archive& archive, Nest& it) {
  archive(it.kind, it.parent, it.where, it.index, it.lower, it.upper, it.step, it.counts_down, it.distance,
          it.is_static, it.depends);
}

template <class Archive>
constexpr void visit(Archive& archive, Condition& it) {
  archive(it.event, it.negated, it.compared, it.nonzero, it.beside, it.relation);
}

template <class Archive>
constexpr void visit(Archive& archive, Block& it) {
  archive(it.first, it.last, it.successors, it.condition);
}

template <class Archive>
constexpr void visit(Archive& archive, Variable& it) {
  archive(it.name, it.type, it.where, it.is_reference, it.annotations, it.nest);
}

template <class Archive>
constexpr void visit(Archive& archive, LockAttributes& it) {
  archive(it.requires_held, it.requires_shared, it.acquires, it.releases, it.excludes, it.asserts);
  archive(it.acquires_this, it.acquires_shared, it.releases_this, it.asserts_held, it.not_analysed,
          it.acquires_if_true);
}

template <class Archive>
constexpr void visit(Archive& archive, Function& it) {
  archive(it.key, it.name, it.where, it.record, it.result, it.params, it.locals, it.events, it.blocks, it.nests,
          it.entry, it.overrides, it.annotations, it.locks, it.visibility);
  archive(it.is_constructor, it.is_destructor, it.is_assignment, it.is_const, it.is_static, it.is_virtual,
          it.is_closure_body, it.is_coroutine, it.is_system, it.is_defaulted, it.is_noreturn, it.is_ambiguous,
          it.is_region, it.is_initialiser, it.consumes_object, it.has_hidden_parts);
}

template <class Archive>
constexpr void visit(Archive& archive, Facts& it) {
  archive(it.unit, it.types, it.records, it.aliases, it.globals, it.functions);
}

/// The last value of each enumeration: anything above it is damage.
constexpr unsigned last_of(Root) { return static_cast<unsigned>(Root::Result); }
constexpr unsigned last_of(Step::Kind) { return static_cast<unsigned>(Step::Kind::Element); }
constexpr unsigned last_of(Value::Kind) { return static_cast<unsigned>(Value::Kind::Fresh); }
constexpr unsigned last_of(TypeKind) { return static_cast<unsigned>(TypeKind::Record); }
constexpr unsigned last_of(Field::Capture) { return static_cast<unsigned>(Field::Capture::StarThis); }
constexpr unsigned last_of(Event::Kind) { return static_cast<unsigned>(Event::Kind::Suspend); }
constexpr unsigned last_of(Event::Mode) { return static_cast<unsigned>(Event::Mode::ReadWrite); }
constexpr unsigned last_of(Nest::Kind) { return static_cast<unsigned>(Nest::Kind::Group); }
constexpr unsigned last_of(Visibility) { return static_cast<unsigned>(Visibility::None); }

}  // namespace ferrule::store
