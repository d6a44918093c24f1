// Variables, references, structured bindings, captures and initialisers.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

Place BodyLowering::local_place(const VarDecl* variable) {
  Place place{Root::Local, static_cast<unsigned>(facts_.locals.size())};
  facts_.locals.push_back({variable->getNameAsString(),
                           unit_.type(variable->getType()),
                           where(variable->getLocation()),
                           variable->getType()->isReferenceType(),
                           {},
                           nest_of_variable_.lookup(variable)});
  variables_[variable] = place;
  return place;
}

std::optional<Place> BodyLowering::capture_place(const ValueDecl* variable) {
  auto found = captures_.find(variable);
  if (found == captures_.end()) return std::nullopt;
  Place place = Place{Root::This}.field(unit_.keys().of_field(found->second));
  return found->second->getType()->isReferenceType() ? place.deref() : place;
}

Place BodyLowering::variable_place(const ValueDecl* variable) {
  if (std::optional<Place> captured = capture_place(variable)) return *captured;
  if (auto found = variables_.find(variable); found != variables_.end()) return found->second;
  if (const auto* binding = dyn_cast<BindingDecl>(variable)) return binding_place(binding);
  const auto* declared = dyn_cast<VarDecl>(variable);
  if (!declared) return {};
  if (declared->hasGlobalStorage()) {
    Place place{Root::Global, 0, unit_.global(declared)};
    if (!declared->getType()->isReferenceType()) return place;
    const Place bound = bound_at_start(declared);
    return bound.known() ? bound : place.deref();
  }
  // A parameter of another declaration of the same function (a trailing `noexcept`, an inherited default argument).
  if (const auto* parameter = dyn_cast<ParmVarDecl>(declared)) {
    if (parameter->getDeclContext() == function_) return parameter_place(parameter);
    return {};
  }
  // In a closure that nobody instantiated, Clang has not yet captured all that the body names.
  if (function_ && function_->isDependentContext() && declared->getParentFunctionOrMethod() != function_) return {};
  return local_place(declared);
}

/// What a global reference or constant pointer leads to from its constant initialisation on: `int& total =
/// sums.total;`.
Place BodyLowering::bound_at_start(const VarDecl* variable) {
  const QualType type = variable->getType();
  const bool stays = type->isReferenceType() || (type->isPointerType() && type.isConstQualified());
  const VarDecl* defined = variable->getInitializingDeclaration();
  if (!stays || !defined || !defined->getInit() || defined->getInit()->isValueDependent()) return {};
  const APValue* value = defined->evaluateValue();
  if (!value || !value->isLValue() || !value->hasLValuePath() || value->isNullPointer()) return {};
  const auto* base = value->getLValueBase().dyn_cast<const ValueDecl*>();
  const auto* object = dyn_cast_or_null<VarDecl>(base);
  if (!object || !object->hasGlobalStorage() || object->getType()->isReferenceType()) return {};
  Place place{Root::Global, 0, unit_.global(object)};
  QualType at = object->getType();
  for (const APValue::LValuePathEntry& entry : value->getLValuePath()) {
    if (at->isArrayType()) {
      at = context_.getAsArrayType(at)->getElementType();
      place = place.then({Step::Kind::Element, std::to_string(entry.getAsArrayIndex())});
      continue;
    }
    const Decl* part = entry.getAsBaseOrMember().getPointer();
    if (isa_and_nonnull<CXXRecordDecl>(part)) continue;  // bases leave no step
    const auto* field = dyn_cast_or_null<FieldDecl>(part);
    if (!field) return {};
    place = place.field(unit_.keys().of_field(field));
    at = field->getType();
  }
  return place;
}

Place BodyLowering::binding_place(const BindingDecl* binding) {
  const auto* whole = dyn_cast_or_null<VarDecl>(binding->getDecomposedDecl());
  if (!whole) return {};
  Place base = variable_place(whole);
  if (!base.known()) return {};
  if (binding->getHoldingVar()) {
    const CXXRecordDecl* record = whole->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (record && record->isInStdNamespace() && record->getName() == "pair" && record->hasDefinition()) {
      unsigned index = 0;
      for (const BindingDecl* other : cast<DecompositionDecl>(whole)->bindings()) {
        if (other == binding) break;
        ++index;
      }
      for (const FieldDecl* field : record->getDefinition()->fields()) {
        if (field->getFieldIndex() != index) continue;
        Place place = base.field(unit_.keys().of_field(field));
        return field->getType()->isReferenceType() ? place.deref() : place;
      }
    }
    return base.element();
  }
  const Expr* path = binding->getBinding();
  return path ? lower(path).place : Place{};
}

void BodyLowering::lower_declaration(const DeclStmt* statement) {
  for (const Decl* decl : statement->decls())
    if (const auto* variable = dyn_cast<VarDecl>(decl)) lower_variable(variable);
}

void BodyLowering::lower_variable(const VarDecl* variable) {
  if (silent_.count(variable) || variable->isConstexpr() || !variable->getInit()) return;
  if (variable->getType()->isReferenceType()) return bind_reference(variable);
  initialise(variable_place(variable), variable->getInit(), variable->getType(), variable->getLocation());
}

/// A reference is another name for what it is bound to; only where that has no name it is a variable of its own.
void BodyLowering::bind_reference(const VarDecl* variable) {
  const Expr* init = variable->getInit();
  const Operand& bound = lower(init);
  if (variable->hasGlobalStorage()) {
    Event event{Event::Kind::Assign, where(variable->getLocation()), {Root::Global, 0, unit_.global(variable)}};
    event.value = argument(init);
    event.is_initialisation = true;
    add(std::move(event));
    return;
  }
  if (bound.place.known() && !bound.temporary) {
    variables_[variable] = bound.place;
    return;
  }
  Event event{Event::Kind::Assign, where(variable->getLocation()), local_place(variable)};
  event.value = argument(init);
  event.is_initialisation = true;
  add(std::move(event));
}

void BodyLowering::initialise(const Place& target, const Expr* init, QualType type, SourceLocation location) {
  const Operand& made = lower(init);
  if (made.in_place) return;
  Event event{Event::Kind::Assign, where(location), target};
  event.value = type->isReferenceType() ? argument(init) : initial_value(init, type);
  event.is_initialisation = true;
  add(std::move(event));
}

Value BodyLowering::initial_value(const Expr* expr, QualType target) {
  Value value = argument(expr);
  if (target->isArrayType() && value.kind == Value::Kind::Address) value.kind = Value::Kind::Literal;
  return value;
}

void BodyLowering::lower_initialiser(const CXXCtorInitializer* initialiser) {
  if (!initialiser->isAnyMemberInitializer()) {
    lower(initialiser->getInit());
    return;
  }
  Place target{Root::This};
  if (initialiser->isIndirectMemberInitializer()) {
    for (const NamedDecl* step : initialiser->getIndirectMember()->chain())
      target = target.field(unit_.keys().of_field(cast<FieldDecl>(step)));
  } else {
    target = target.field(unit_.keys().of_field(initialiser->getMember()));
  }
  SourceLocation location = initialiser->isWritten() ? initialiser->getSourceLocation() : function_->getLocation();
  initialise(target, initialiser->getInit(), initialiser->getAnyMember()->getType(), location);
}

}  // namespace ferrule
