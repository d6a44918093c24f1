// Expressions that make objects: constructors, closures, aggregates, new and delete.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

/// Adds the event of a construction; in place if the body said where.
Operand BodyLowering::finish_construct(Event event, const Expr* expr) {
  event.kind = Event::Kind::Construct;
  event.type = unit_.type(context_.getBaseElementType(expr->getType()).getUnqualifiedType());
  event.is_discarded = discarded_.count(expr) != 0;
  auto target = targets_.find(expr);
  Operand operand;
  if (target != targets_.end()) {
    operand.in_place = true;
    event.place = target->second;
    if (expr->getType()->isArrayType()) event.place = event.place.element();
  }
  Place place = event.place;
  unsigned number = add(std::move(event));
  operand.place = operand.in_place ? place : Place{Root::Result, number};
  operand.value.kind = Value::Kind::Object;
  operand.value.place = {Root::Result, number};
  return operand;
}

Operand BodyLowering::lower_construct(const CXXConstructExpr* expr) {
  const CXXConstructorDecl* constructor = expr->getConstructor();
  if (expr->isElidable() && expr->getNumArgs() >= 1) {
    const Expr* temporary = strip(expr->getArg(0));
    if (const auto* bound = dyn_cast<MaterializeTemporaryExpr>(temporary)) temporary = strip(bound->getSubExpr());
    const Operand& source = lower(expr->getArg(0));
    if (source.in_place || source.value.kind == Value::Kind::Object) {
      elided_.insert(temporary);
      return source;
    }
  }
  bool in_place = targets_.count(expr) != 0;
  if (in_place && constructor->isDefaultConstructor() && constructor->isTrivial()) {
    Operand operand;
    operand.in_place = true;
    operand.place = targets_[expr];
    return operand;
  }
  Event event{Event::Kind::Construct, where(expr->getExprLoc())};
  event.callee = unit_.function(constructor);
  event.template_types = template_types(unit_, constructor);
  for (const Expr* source : expr->arguments()) event.args.push_back(argument(source));
  Value source = event.args.empty() ? Value{} : event.args[0];
  Operand operand = finish_construct(std::move(event), expr);
  if (!constructor->isCopyOrMoveConstructor() || operand.in_place || !source.place.known()) return operand;
  if (source.kind == Value::Kind::Address) operand.value = {Value::Kind::Copy, source.place};
  if (source.kind == Value::Kind::Move) operand.value = {Value::Kind::Move, source.place};
  return operand;
}

Operand BodyLowering::lower_inherited_construct(const CXXInheritedCtorInitExpr* expr) {
  Event event{Event::Kind::Construct, where(expr->getExprLoc())};
  event.callee = unit_.function(expr->getConstructor());
  // It hands on what the constructor that inherits it is given.
  for (const ParmVarDecl* parameter : function_->parameters()) {
    const QualType type = parameter->getType();
    Value handed{Value::Kind::Copy, parameter_place(parameter)};
    if (type->isReferenceType()) handed.kind = type->isRValueReferenceType() ? Value::Kind::Move : Value::Kind::Address;
    handed.by_reference = type->isReferenceType();
    handed.type = unit_.type(type.getNonReferenceType());
    event.args.push_back(std::move(handed));
  }
  return finish_construct(std::move(event), expr);
}

Operand BodyLowering::lower_lambda(const LambdaExpr* expr) {
  Event event{Event::Kind::Construct, where(expr->getBeginLoc())};
  const Expr* const* init = expr->capture_init_begin();
  for (const LambdaCapture& capture : expr->captures()) {
    const Expr* source = *init++;
    if (!source || capture.capturesVLAType()) {
      event.args.emplace_back();
      continue;
    }
    event.args.push_back(argument(source));
  }
  return finish_construct(std::move(event), expr);
}

/// An aggregate: one argument per base and field, in their order. An array: its elements are assigned one by one.
Operand BodyLowering::lower_init_list(const InitListExpr* expr) {
  if (expr->isTransparent()) return lower(expr->getInit(0));
  auto target = targets_.find(expr);
  if (expr->getType()->isArrayType()) {
    constexpr unsigned kMost = 16;
    Operand operand;
    operand.value.kind = Value::Kind::Literal;
    for (unsigned i = 0; i < expr->getNumInits(); ++i) {
      const Expr* element = expr->getInit(i);
      const Operand& made = lower(element);
      QualType type = element->getType();
      bool matters = type->isPointerType() || type->isRecordType();
      if (target == targets_.end() || made.in_place || !matters || i >= kMost) continue;
      Event event{Event::Kind::Assign, where(element->getExprLoc()), target->second.element()};
      event.value = argument(element);
      event.is_initialisation = true;
      add(std::move(event));
    }
    if (target != targets_.end()) {
      operand.in_place = true;
      operand.place = target->second;
    }
    return operand;
  }
  if (!expr->getType()->isRecordType()) {
    Operand operand;
    operand.value.kind = Value::Kind::Literal;
    return expr->getNumInits() == 1 ? lower(expr->getInit(0)) : operand;
  }
  Event event{Event::Kind::Construct, where(expr->getBeginLoc())};
  for (const Expr* init : expr->inits()) event.args.push_back(argument(init));
  return finish_construct(std::move(event), expr);
}

Operand BodyLowering::lower_initializer_list(const CXXStdInitializerListExpr* expr) {
  const Expr* array = strip(expr->getSubExpr());
  if (const auto* temporary = dyn_cast<MaterializeTemporaryExpr>(array)) array = strip(temporary->getSubExpr());
  if (const auto* decay = dyn_cast<CastExpr>(array)) array = strip(decay->getSubExpr());
  if (const auto* temporary = dyn_cast<MaterializeTemporaryExpr>(array)) array = strip(temporary->getSubExpr());
  lower(expr->getSubExpr());
  Event event{Event::Kind::Construct, where(expr->getBeginLoc())};
  constexpr unsigned kMost = 64;
  if (const auto* list = dyn_cast<InitListExpr>(array))
    for (unsigned i = 0; i < list->getNumInits() && i < kMost; ++i) event.args.push_back(argument(list->getInit(i)));
  return finish_construct(std::move(event), expr);
}

Operand BodyLowering::lower_allocation(const CXXNewExpr* expr) {
  for (const Expr* placement : expr->placement_arguments()) lower(placement);
  if (std::optional<const Expr*> size = expr->getArraySize(); size && *size) lower(*size);
  const FunctionDecl* allocate = expr->getOperatorNew();
  bool is_placement = allocate && allocate->isReservedGlobalPlacementOperator() && expr->getNumPlacementArgs() == 1;
  Place target = is_placement ? pointee(lower(expr->getPlacementArg(0)).value) : Place{};
  Place made;
  if (const Expr* init = expr->getInitializer()) {
    const Operand& operand = lower(init);
    if (operand.place.root == Root::Result) made = operand.place;
  }
  if (!made.known()) {
    Event event{Event::Kind::Construct, where(expr->getExprLoc())};
    event.type = unit_.type(expr->getAllocatedType());
    made = {Root::Result, add(std::move(event))};
  }
  Operand operand;
  if (is_placement && target.known()) {
    Event event{Event::Kind::Assign, where(expr->getExprLoc()), target};
    event.value = {Value::Kind::Object, made};
    event.is_initialisation = true;
    add(std::move(event));
    operand.value = lower(expr->getPlacementArg(0)).value;
    return operand;
  }
  operand.value = {Value::Kind::Fresh, made};
  return operand;
}

Operand BodyLowering::lower_delete(const CXXDeleteExpr* expr) {
  Operand nothing;
  nothing.value.kind = Value::Kind::Literal;
  Place place = pointee(lower(expr->getArgument()).value);
  QualType type = expr->getDestroyedType();
  if (!place.known() || type.isNull()) return nothing;
  Event event{Event::Kind::Destroy, where(expr->getExprLoc()), expr->isArrayForm() ? place.element() : place};
  event.type = unit_.type(type);
  if (const CXXRecordDecl* record = type->getAsCXXRecordDecl(); record && record->hasDefinition()) {
    if (const CXXDestructorDecl* destructor = record->getDestructor()) {
      event.callee = unit_.function(destructor);
      event.is_virtual = destructor->isVirtual();
    }
  }
  add(std::move(event));
  return nothing;
}

}  // namespace ferrule
