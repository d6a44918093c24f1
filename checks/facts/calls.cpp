// Calls: who is called, on what, with what, and what comes back.
#include "checks/facts/body.h"
#include "checks/facts/compat.h"

namespace ferrule {

using namespace clang;

namespace {

/// The public class through which a library's hidden base is used: the most derived-to-base casts' last class
/// whose name is not reserved for the implementation. Null if the method's own class is public.
const CXXRecordDecl* public_class(Unit& unit, const CXXMethodDecl* method, const clang::Expr* object) {
  const CXXRecordDecl* owner = method->getParent();
  if (!owner->getName().starts_with("_") || !unit.keys().in_system_header(owner->getLocation())) return nullptr;
  const CXXRecordDecl* found = nullptr;
  for (;;) {
    object = object->IgnoreParens();
    QualType type = object->getType();
    if (type->isPointerType()) type = type->getPointeeType();
    const CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record && !record->getName().starts_with("_") && unit.keys().in_system_header(record->getLocation()))
      if (!found) found = record;
    const auto* cast = dyn_cast<ImplicitCastExpr>(object);
    if (!cast) return found;
    if (cast->getCastKind() != CK_UncheckedDerivedToBase && cast->getCastKind() != CK_DerivedToBase &&
        cast->getCastKind() != CK_NoOp)
      return found;
    // From the base upwards: the first public class is the one that names the member.
    for (auto step = cast->path_end(); step != cast->path_begin();) {
      const CXXRecordDecl* base = (*--step)->getType()->getAsCXXRecordDecl();
      if (base && !found && !base->getName().starts_with("_") && unit.keys().in_system_header(base->getLocation()))
        found = base;
    }
    object = cast->getSubExpr();
  }
}

bool is_subscript(const FunctionDecl* callee) {
  const IdentifierInfo* name = callee->getIdentifier();
  return callee->getOverloadedOperator() == OO_Subscript || (name && name->isStr("at"));
}

const CXXMethodDecl* closure_body(const CXXRecordDecl* closure) {
  return closure->isGenericLambda() ? nullptr : closure->getLambdaCallOperator();
}

}  // namespace

/// Functions that only name their argument in another way.
std::optional<Operand> BodyLowering::lower_transparent(const CallExpr* expr, const FunctionDecl* callee) {
  unsigned builtin = callee->getBuiltinID();
  if (!builtin) return std::nullopt;
  switch (expr->getNumArgs() == 0 ? 0 : builtin) {
    case Builtin::BImove:
    case Builtin::BImove_if_noexcept:
    case Builtin::BIforward:
    case Builtin::BIforward_like:
    case Builtin::BIas_const: {
      Operand operand = lower(expr->getArg(0));
      operand.moved = expr->isXValue();
      return operand;
    }
    case Builtin::BIaddressof:
    case Builtin::BI__addressof:
    case Builtin::BI__builtin_addressof: {
      Operand operand;
      operand.value.place = lower(expr->getArg(0)).place;
      if (operand.value.place.known()) operand.value.kind = Value::Kind::Address;
      return operand;
    }
    case Builtin::BI__builtin_launder:
    case Builtin::BI__builtin_expect:
    case Builtin::BI__builtin_expect_with_probability:
    case Builtin::BI__builtin_assume_aligned:
      return lower(expr->getArg(0));
    default:
      break;
  }
  if (callee->getName().starts_with("__builtin_")) {
    for (const Expr* source : expr->arguments())
      if (source->getType()->isPointerType() && !source->getType()->getPointeeType().isConstQualified())
        facts_.has_hidden_parts = true;
    for (const Expr* source : expr->arguments())
      if (inlined_) lower(source);
    Operand operand;
    operand.value.kind = Value::Kind::Literal;
    return operand;
  }
  return std::nullopt;
}

/// In a generic closure that nobody instantiated, a call with a dependent argument: the member or function that it
/// names, if there is only one thing it can be.
bool BodyLowering::lower_unresolved(const CallExpr* expr, Event& event, unsigned& first_argument) {
  const Expr* callee = expr->getCallee()->IgnoreParenImpCasts();
  if (const auto* member = dyn_cast<UnresolvedMemberExpr>(callee)) {
    const auto* method = dyn_cast<CXXMethodDecl>((*member->decls_begin())->getUnderlyingDecl()->getAsFunction());
    if (!method) return false;
    if (member->isImplicitAccess()) {
      event.place = pointee(lower_this().value);
    } else {
      const Operand& object = lower(member->getBase());
      event.place = member->isArrow() ? pointee(object.value) : object.place;
    }
    event.callee = unit_.function(method);
    event.is_virtual = method->isVirtual();
    return true;
  }
  const auto* operation = dyn_cast<CXXOperatorCallExpr>(expr);
  if (!operation || operation->getNumArgs() == 0) return false;
  const CXXRecordDecl* record = operation->getArg(0)->getType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isDependentContext()) return false;
  for (const CXXMethodDecl* method : record->getDefinition()->methods()) {
    if (method->getOverloadedOperator() != operation->getOperator()) continue;
    event.place = lower(operation->getArg(0)).place;
    event.callee = unit_.function(method);
    first_argument = 1;
    return true;
  }
  return false;
}

/// `count += value` on a scalar, where only an instance would say that it is no operator of a class.
std::optional<Operand> BodyLowering::lower_dependent_operator(const CXXOperatorCallExpr* expr) {
  const Expr* target = expr->getArg(0);
  OverloadedOperatorKind kind = expr->getOperator();
  bool is_step = kind == OO_PlusPlus || kind == OO_MinusMinus;
  if (!target->getType()->isScalarType() || (!is_step && !expr->isAssignmentOp())) return std::nullopt;
  Value value = expr->getNumArgs() > 1 ? argument(expr->getArg(1)) : Value{};
  Operand operand;
  operand.place = lower(target).place;
  if (!operand.place.known()) return operand;
  Event event{kind == OO_Equal ? Event::Kind::Assign : Event::Kind::Access, where(expr->getOperatorLoc()),
              operand.place};
  event.mode = Event::Mode::ReadWrite;
  event.is_increment = is_step || kind == OO_PlusEqual || kind == OO_MinusEqual;
  if (kind == OO_Equal) event.value = std::move(value);
  add(std::move(event));
  return operand;
}

Operand BodyLowering::lower_call(const CallExpr* expr) {
  const FunctionDecl* callee = expr->getDirectCallee();
  if (callee) {
    if (std::optional<Operand> operand = lower_transparent(expr, callee)) return *operand;
    const auto* conversion = dyn_cast<CXXConversionDecl>(callee);
    if (conversion && conversion->getParent()->isLambda() && closure_body(conversion->getParent())) {
      Operand operand;
      operand.value.kind = Value::Kind::Function;
      operand.value.key = unit_.function(closure_body(conversion->getParent()));
      return operand;
    }
  }
  if (const auto* operation = dyn_cast<CXXOperatorCallExpr>(expr); operation && !callee && expr->isTypeDependent())
    if (std::optional<Operand> operand = lower_dependent_operator(operation)) return *operand;
  if (isa<CXXPseudoDestructorExpr>(expr->getCallee()->IgnoreParens())) {
    Operand operand;
    operand.value.kind = Value::Kind::Literal;
    return operand;
  }
  Event event{Event::Kind::Call, where(expr->getExprLoc())};
  unsigned first_argument = 0;
  lower_callee(expr, event, first_argument);
  for (unsigned i = first_argument; i < expr->getNumArgs(); ++i) event.args.push_back(argument(expr->getArg(i)));
  if (event.args.size() == 1 && callee && is_subscript(callee))
    event.args.front().key = index_name(expr->getArg(first_argument));
  if (callee) event.template_types = template_types(unit_, callee);
  QualType result = expr->isTypeDependent() ? expr->getType() : expr->getCallReturnType(context_);
  event.type = unit_.type(result);
  event.is_discarded = discarded_.count(expr) != 0;
  if (isa_and_nonnull<CXXDestructorDecl>(callee)) {
    event.kind = Event::Kind::Destroy;
    event.type = unit_.type(compat::type_of(context_, cast<CXXDestructorDecl>(callee)->getParent()));
  }
  return call_result(expr, add(std::move(event)));
}

void BodyLowering::lower_callee(const CallExpr* expr, Event& event, unsigned& first_argument) {
  const FunctionDecl* callee = expr->getDirectCallee();
  const auto* method = dyn_cast_or_null<CXXMethodDecl>(callee);
  bool has_object = method && method->isImplicitObjectMemberFunction();
  if (has_object_parameter(callee) && expr->getNumArgs() > 0) {
    event.place = lower(expr->getArg(0)).place;
    event.callee = unit_.function(callee);
    first_argument = 1;
    return;
  }
  if (const auto* operation = dyn_cast<CXXOperatorCallExpr>(expr); operation && method) {
    if (method->isExplicitObjectMemberFunction()) {
      event.callee = unit_.function(callee);
      return;
    }
    first_argument = 1;
    return lower_method(expr, method, operation->getArg(0), false, false, event);
  }
  if (const auto* member_call = dyn_cast<CXXMemberCallExpr>(expr)) {
    const auto* member = dyn_cast<MemberExpr>(expr->getCallee()->IgnoreParens());
    if (member && has_object)
      return lower_method(expr, method, member_call->getImplicitObjectArgument(), member->isArrow(),
                          member->hasQualifier(), event);
    if (const auto* through = dyn_cast<BinaryOperator>(expr->getCallee()->IgnoreParens())) {
      event.is_indirect = true;
      const Operand& pointer = lower(through->getRHS());
      if (pointer.value.kind == Value::Kind::Function) {
        event.callee = pointer.value.key;
        event.is_indirect = false;
      } else if (pointer.value.kind == Value::Kind::Copy) {
        event.place = pointer.value.place;
      }
      Value object{Value::Kind::Address};
      const Operand& receiver = lower(through->getLHS());
      object.place = through->getOpcode() == BO_PtrMemI ? pointee(receiver.value) : receiver.place;
      if (!object.place.known()) object.kind = Value::Kind::Unknown;
      if (event.is_indirect)
        event.args.push_back(std::move(object));
      else
        event.place = std::move(object.place);
      return;
    }
  }
  if (callee) {
    if (const auto* member = dyn_cast<MemberExpr>(expr->getCallee()->IgnoreParenImpCasts())) {
      // A call with dependent arguments is no member call yet.
      if (has_object)
        return lower_method(expr, method, member->getBase(), member->isArrow(), member->hasQualifier(), event);
      lower(member->getBase());
    }
    event.callee = unit_.function(callee);
    return;
  }
  if (lower_unresolved(expr, event, first_argument)) return;
  const Operand& pointer = lower(expr->getCallee());
  if (pointer.value.kind == Value::Kind::Function) {
    event.callee = pointer.value.key;
    return;
  }
  event.is_indirect = true;
  event.place = pointer.value.kind == Value::Kind::Copy ? pointer.value.place : Place{};
}

void BodyLowering::lower_method(const CallExpr* expr, const CXXMethodDecl* method, const Expr* object, bool is_arrow,
                                bool is_qualified, Event& event) {
  const Operand& receiver = lower(object);
  if (!method->isStatic()) event.place = is_arrow ? pointee(receiver.value) : receiver.place;
  if (method->isVirtual() && !is_qualified && !isa<CXXOperatorCallExpr>(expr)) {
    if (const CXXMethodDecl* certain = method->getDevirtualizedMethod(object, false))
      method = certain;
    else
      event.is_virtual = true;
  } else if (method->isVirtual() && !is_qualified) {
    event.is_virtual = !method->hasAttr<FinalAttr>() && !method->getParent()->isEffectivelyFinal();
  }
  const CXXRecordDecl* seen_as = public_class(unit_, method, object);
  event.callee = seen_as ? unit_.inherited_function(method, seen_as) : unit_.function(method);
}

Operand BodyLowering::call_result(const CallExpr* expr, unsigned event) {
  Operand operand;
  operand.event = static_cast<int>(event);
  Place result{Root::Result, event};
  if (expr->isGLValue()) {
    operand.place = result;
    operand.moved = expr->isXValue();
  } else if (expr->getType()->isRecordType()) {
    operand.place = result;
    operand.value = {Value::Kind::Object, result};
  } else if (expr->getType()->isVoidType()) {
    operand.value.kind = Value::Kind::Literal;
    operand.event = -1;
  } else {
    operand.value = {Value::Kind::Copy, result};
  }
  return operand;
}

}  // namespace ferrule
