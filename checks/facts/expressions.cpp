// What each expression denotes, and the reads and writes it makes.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

namespace {

Operand literal() {
  Operand operand;
  operand.value.kind = Value::Kind::Literal;
  return operand;
}

Operand with_value(Value::Kind kind, Place place) {
  Operand operand;
  operand.value.kind = place.known() ? kind : Value::Kind::Unknown;
  operand.value.place = std::move(place);
  return operand;
}

Operand at(Place place) {
  Operand operand;
  operand.place = std::move(place);
  return operand;
}

/// A constant that no thread can see change.
bool is_constant(const ValueDecl* decl) {
  const auto* variable = dyn_cast<VarDecl>(decl);
  if (!variable) return false;
  if (variable->isConstexpr()) return true;
  QualType type = variable->getType();
  if (!type.isConstQualified() || type.isVolatileQualified() || !type->isScalarType()) return false;
  return variable->hasGlobalStorage() && variable->hasInit() && variable->hasConstantInitialization();
}

const ValueDecl* named_by(const clang::Expr* expr) {
  expr = expr->IgnoreParens();
  if (const auto* reference = dyn_cast<DeclRefExpr>(expr)) return reference->getDecl();
  if (const auto* member = dyn_cast<MemberExpr>(expr)) return member->getMemberDecl();
  return nullptr;
}

}  // namespace

const Operand& BodyLowering::lower(const Expr* expr) {
  auto found = done_.find(expr);
  if (found != done_.end()) return found->second;
  Operand operand = lower_new(expr);
  if (read_arms_.count(expr)) operand = read(std::move(operand), expr);
  assign_arm(expr, operand);
  if (suspends_.count(expr)) add({Event::Kind::Suspend, where(expr->getExprLoc())});
  return done_.insert_or_assign(expr, std::move(operand)).first->second;
}

/// The result of an arm of `?:` goes where the whole expression's result is.
void BodyLowering::assign_arm(const Expr* expr, const Operand& operand) {
  auto arm = arms_.find(expr);
  if (arm == arms_.end() || operand.in_place) return;
  Event event{Event::Kind::Assign, where(expr->getExprLoc()), arm->second};
  done_[expr] = operand;
  event.value = read_arms_.count(expr) ? operand.value : argument(expr);
  const bool is_held = arm->second.root == Root::Local && facts_.locals[arm->second.index].name.empty();
  if (is_held && expr->isGLValue()) event.value.by_reference = false;  // the holder is a pointer, no reference
  event.is_initialisation = true;
  add(std::move(event));
}

Operand BodyLowering::lower_new(const Expr* expr) {
  if (auto element = range_elements_.find(expr); element != range_elements_.end()) {
    Place place = variable_place(element->second).then({Step::Kind::Element, "*"});
    Operand operand = with_value(Value::Kind::Copy, place);
    operand.place = place;
    return operand;
  }
  if (const Expr* inner = strip(expr); inner != expr) return lower(inner);
  switch (expr->getStmtClass()) {
    case Stmt::DeclRefExprClass:
      return lower_reference(cast<DeclRefExpr>(expr));
    case Stmt::MemberExprClass:
      return lower_member(cast<MemberExpr>(expr));
    case Stmt::ArraySubscriptExprClass:
      return lower_subscript(cast<ArraySubscriptExpr>(expr));
    case Stmt::UnaryOperatorClass:
      return lower_unary(cast<UnaryOperator>(expr));
    case Stmt::BinaryOperatorClass:
    case Stmt::CompoundAssignOperatorClass:
      return lower_binary(cast<BinaryOperator>(expr));
    case Stmt::ConditionalOperatorClass:
    case Stmt::BinaryConditionalOperatorClass:
      return lower_conditional(cast<AbstractConditionalOperator>(expr));
    case Stmt::CXXThisExprClass:
      return lower_this();
    case Stmt::MaterializeTemporaryExprClass:
      return lower_temporary(cast<MaterializeTemporaryExpr>(expr));
    case Stmt::CXXConstructExprClass:
    case Stmt::CXXTemporaryObjectExprClass:
      return lower_construct(cast<CXXConstructExpr>(expr));
    case Stmt::CXXInheritedCtorInitExprClass:
      return lower_inherited_construct(cast<CXXInheritedCtorInitExpr>(expr));
    case Stmt::LambdaExprClass:
      return lower_lambda(cast<LambdaExpr>(expr));
    case Stmt::InitListExprClass:
      return lower_init_list(cast<InitListExpr>(expr));
    case Stmt::CXXStdInitializerListExprClass:
      return lower_initializer_list(cast<CXXStdInitializerListExpr>(expr));
    case Stmt::CXXNewExprClass:
      return lower_allocation(cast<CXXNewExpr>(expr));
    case Stmt::CXXDeleteExprClass:
      return lower_delete(cast<CXXDeleteExpr>(expr));
    default:
      return lower_other(expr);
  }
}

Operand BodyLowering::lower_other(const Expr* expr) {
  if (const auto* call = dyn_cast<CallExpr>(expr)) return lower_call(call);
  if (const auto* conversion = dyn_cast<CastExpr>(expr)) return lower_cast(conversion);
  if (const auto* argument = dyn_cast<CXXDefaultArgExpr>(expr)) {
    // A library's default arguments are allocators, tags and the like.
    if (unit_.keys().in_system_header(argument->getParam()->getLocation())) return literal();
    return lower_inlined(argument->getExpr());
  }
  if (const auto* initial = dyn_cast<CXXDefaultInitExpr>(expr)) {
    if (done_.count(initial->getExpr())) return lower(initial->getExpr());
    if (isa_and_nonnull<CXXConstructorDecl>(function_) && !inlined_ && initial->getUsedContext() == function_)
      return lower(initial->getExpr());
    bool outer = std::exchange(in_default_initialiser_, true);
    Operand operand = lower_inlined(initial->getExpr());
    in_default_initialiser_ = outer;
    return operand;
  }
  if (const auto* opaque = dyn_cast<OpaqueValueExpr>(expr))
    return opaque->getSourceExpr() ? lower(opaque->getSourceExpr()) : Operand{};
  if (const auto* rewritten = dyn_cast<CXXRewrittenBinaryOperator>(expr)) return lower(rewritten->getSemanticForm());
  if (const auto* suspend = dyn_cast<CoroutineSuspendExpr>(expr)) {
    if (suspend->getReadyExpr()) lower(suspend->getReadyExpr());
    if (suspend->getSuspendExpr()) lower(suspend->getSuspendExpr());
    return suspend->getResumeExpr() ? lower(suspend->getResumeExpr()) : Operand{};
  }
  if (const auto* chosen = dyn_cast<GenericSelectionExpr>(expr)) return lower(chosen->getResultExpr());
  if (const auto* chosen = dyn_cast<ChooseExpr>(expr)) return lower(chosen->getChosenSubExpr());
  if (const auto* pseudo = dyn_cast<PseudoObjectExpr>(expr))
    return pseudo->getResultExpr() ? lower(pseudo->getResultExpr()) : Operand{};
  if (const auto* block = dyn_cast<StmtExpr>(expr)) {
    const auto* last = block->getSubStmt()->body_empty() ? nullptr : dyn_cast<Expr>(block->getSubStmt()->body_back());
    return last ? lower(last) : literal();
  }
  if (const auto* loop = dyn_cast<ArrayInitLoopExpr>(expr)) {
    Place source = lower(loop->getCommonExpr()).place;
    if (source.known()) access(source.element(), Event::Mode::Read, expr->getExprLoc());
    return with_value(Value::Kind::Copy, source);
  }
  if (const auto* list = dyn_cast<CXXParenListInitExpr>(expr)) {
    for (const Expr* init : list->getInitExprs()) lower(init);
    return {};
  }
  if (const auto* compound = dyn_cast<CompoundLiteralExpr>(expr)) return lower(compound->getInitializer());
  if (isa<CXXTypeidExpr>(expr)) return literal();
  if (isa<AtomicExpr>(expr)) facts_.has_hidden_parts = true;
  if (inlined_)
    for (const Stmt* child : expr->children())
      if (const auto* inner = dyn_cast_or_null<Expr>(child)) lower(inner);
  if (isa<clang::StringLiteral>(expr) || isa<PredefinedExpr>(expr)) return literal();
  return expr->isGLValue() ? Operand{} : literal();
}

/// An expression that the CFG does not spell out, because it stands elsewhere in the source: it is evaluated here.
Operand BodyLowering::lower_inlined(const Expr* expr) {
  std::unordered_map<const Expr*, Operand> outer;
  outer.swap(done_);
  ++inlined_;
  prepare(expr);
  Operand operand = lower(expr);
  --inlined_;
  done_.swap(outer);
  return operand;
}

Operand BodyLowering::lower_this() {
  if (in_default_initialiser_) return {};
  if (!closure_) return with_value(Value::Kind::Address, {Root::This});
  if (!this_capture_) return {};
  Place place = Place{Root::This}.field(unit_.keys().of_field(this_capture_));
  return with_value(this_capture_->getType()->isPointerType() ? Value::Kind::Copy : Value::Kind::Address, place);
}

Operand BodyLowering::lower_reference(const DeclRefExpr* expr) {
  const ValueDecl* decl = expr->getDecl();
  if (auto own = own_.find(expr); own != own_.end()) return at(own->second);
  if (const auto* function = dyn_cast<FunctionDecl>(decl)) {
    Operand operand;
    operand.value.kind = Value::Kind::Function;
    operand.value.key = unit_.function(function);
    return operand;
  }
  if (isa<EnumConstantDecl>(decl) || isa<NonTypeTemplateParmDecl>(decl) || isa<TemplateParamObjectDecl>(decl))
    return literal();
  if (isa<FieldDecl>(decl) || isa<IndirectFieldDecl>(decl)) return literal();
  return at(variable_place(decl));
}

Operand BodyLowering::field_of(const Place& base, const FieldDecl* field, const Expr* expr) {
  if (!base.known()) return {};
  Place place = base.field(unit_.keys().of_field(field));
  if (field->getType()->isReferenceType()) place = place.deref();
  Operand operand = at(std::move(place));
  operand.moved = expr->isXValue();
  return operand;
}

Operand BodyLowering::lower_member(const MemberExpr* expr) {
  const Operand& base = lower(expr->getBase());
  const ValueDecl* member = expr->getMemberDecl();
  if (const auto* field = dyn_cast<FieldDecl>(member))
    return field_of(expr->isArrow() ? pointee(base.value) : base.place, field, expr);
  if (const auto* variable = dyn_cast<VarDecl>(member)) return at(variable_place(variable));
  if (const auto* method = dyn_cast<CXXMethodDecl>(member)) {
    if (!method->isStatic()) return {};
    Operand operand;
    operand.value.kind = Value::Kind::Function;
    operand.value.key = unit_.function(method);
    return operand;
  }
  return literal();
}

Operand BodyLowering::lower_subscript(const ArraySubscriptExpr* expr) {
  const Expr* array = expr->getBase()->IgnoreParens();
  lower(expr->getIdx());
  Step element{Step::Kind::Element, index_name(expr->getIdx())};
  if (const auto* decay = dyn_cast<ImplicitCastExpr>(array); decay && decay->getCastKind() == CK_ArrayToPointerDecay) {
    Place place = lower(decay->getSubExpr()).place;
    return place.known() ? at(place.then(std::move(element))) : Operand{};
  }
  Place place = pointee(lower(array).value);
  return place.known() ? at(place.then(std::move(element))) : Operand{};
}

Operand BodyLowering::read(Operand operand, const Expr* expr) {
  if (operand.temporary) return operand;
  if (const ValueDecl* decl = named_by(expr); decl && is_constant(decl)) {
    const Place bound = bound_at_start(cast<VarDecl>(decl));
    return bound.known() ? with_value(Value::Kind::Address, bound) : literal();
  }
  if (!operand.place.known()) return {};
  unsigned event = access(operand.place, Event::Mode::Read, expr->getExprLoc());
  Operand result = with_value(Value::Kind::Copy, std::move(operand.place));
  result.event = static_cast<int>(event);
  return result;
}

Operand BodyLowering::lower_cast(const CastExpr* expr) {
  const Expr* inner = expr->getSubExpr();
  switch (expr->getCastKind()) {
    case CK_LValueToRValue:
    case CK_LValueToRValueBitCast: {
      Operand operand = lower(inner);
      return read_choices_.count(strip(inner)) ? operand : read(std::move(operand), inner);
    }
    case CK_ArrayToPointerDecay:
      if (isa<clang::StringLiteral>(inner->IgnoreParens()) || isa<PredefinedExpr>(inner->IgnoreParens()))
        return literal();
      return with_value(Value::Kind::Address, lower(inner).place);
    case CK_FunctionToPointerDecay:
    case CK_BuiltinFnToFnPtr: {
      Operand operand = lower(inner);
      if (operand.value.kind == Value::Kind::Function) return operand;
      return with_value(Value::Kind::Copy, operand.place);
    }
    case CK_NullToPointer:
    case CK_NullToMemberPointer:
      lower(inner);
      return literal();
    case CK_IntegralToBoolean:
    case CK_PointerToBoolean:
    case CK_MemberPointerToBoolean:
    case CK_FloatingToBoolean:
    case CK_PointerToIntegral:  // a number: nobody reaches anything through it
    case CK_IntegralCast: {
      Operand operand = lower(inner);
      operand.value = {Value::Kind::Literal};
      operand.place = {};
      return operand;
    }
    default: {
      Operand operand = lower(inner);
      if (expr->isXValue()) operand.moved = true;
      return operand;
    }
  }
}

Operand BodyLowering::lower_unary(const UnaryOperator* expr) {
  const Expr* inner = expr->getSubExpr();
  switch (expr->getOpcode()) {
    case UO_AddrOf: {
      const auto* named = dyn_cast<DeclRefExpr>(inner->IgnoreParens());
      if (named && isa<CXXMethodDecl>(named->getDecl())) return lower(inner);
      Operand operand = lower(inner);
      if (operand.value.kind == Value::Kind::Function) return operand;
      if (expr->getType()->isMemberPointerType()) return literal();
      return with_value(Value::Kind::Address, operand.place);
    }
    case UO_Deref: {
      Operand operand = lower(inner);
      if (operand.value.kind == Value::Kind::Function) return operand;
      return at(pointee(operand.value));
    }
    case UO_PreInc:
    case UO_PreDec:
    case UO_PostInc:
    case UO_PostDec: {
      Place place = lower(inner).place;
      if (!place.known()) return {};
      unsigned event = access(place, Event::Mode::ReadWrite, expr->getOperatorLoc());
      facts_.events[event].is_increment = true;
      if (expr->isGLValue()) return at(place);
      Operand operand = expr->getType()->isPointerType() ? with_value(Value::Kind::Copy, place) : literal();
      operand.event = static_cast<int>(event);
      return operand;
    }
    case UO_LNot: {
      Operand operand = lower(inner);
      operand.negated = !operand.negated;
      operand.value = {Value::Kind::Literal};
      operand.place = {};
      return operand;
    }
    case UO_Extension:
    case UO_Plus:
    case UO_Real:
    case UO_Imag:
      return lower(inner);
    default:
      lower(inner);
      return literal();
  }
}

/// The constant that a side of a comparison is.
std::optional<llvm::APSInt> BodyLowering::compared_constant(const Expr* side) const {
  side = side->IgnoreParenImpCasts();
  if (isa<CXXNullPtrLiteralExpr>(side) || isa<GNUNullExpr>(side)) return llvm::APSInt::get(0);
  if (const auto* boolean = dyn_cast<CXXBoolLiteralExpr>(side)) return llvm::APSInt::get(boolean->getValue());
  Expr::EvalResult value;
  if (side->isValueDependent() || !side->getType()->isIntegralOrEnumerationType() ||
      !side->EvaluateAsInt(value, context_))
    return std::nullopt;
  return value.Val.getInt();
}

/// `call() == false`, `pointer != nullptr`, `trylock() == 0`: still a test of the call. Constants other than zero are
/// taken for one: `trylock() == EBUSY`, `state == ready`.
Operand BodyLowering::lower_comparison(const BinaryOperator* expr) {
  Operand left = lower(expr->getLHS());
  Operand right = lower(expr->getRHS());
  std::optional<llvm::APSInt> against = compared_constant(expr->getRHS());
  const bool is_left = against || !(against = compared_constant(expr->getLHS()));
  const Operand& tested = is_left ? left : right;
  if (against && expr->isEqualityOp()) {
    const bool is_bool = (is_left ? expr->getLHS() : expr->getRHS())->IgnoreParenImpCasts()->getType()->isBooleanType();
    return tested_for(tested, *against, expr->getOpcode() == BO_EQ, is_bool);
  }
  Operand result = literal();
  const bool by_left = left.event >= 0;
  result.event = by_left ? left.event : right.event;
  result.beside = by_left ? right.event : -1;
  result.compared = true;
  if (against && tested.event >= 0 && !tested.compared && expr->isRelationalOp()) {
    const BinaryOperatorKind kind =
        is_left ? expr->getOpcode() : BinaryOperator::reverseComparisonOp(expr->getOpcode());
    const bool is_unsigned = (is_left ? expr->getLHS() : expr->getRHS())
                                 ->IgnoreParenImpCasts()
                                 ->getType()
                                 ->isUnsignedIntegerOrEnumerationType();
    relate(result, *against, kind, is_unsigned);
  }
  return result;
}

Operand BodyLowering::tested_for(const Operand& tested, const llvm::APSInt& constant, bool equal, bool is_bool) {
  Operand result = literal();
  if (tested.event < 0) return result;
  const bool is_zero = constant.isZero();
  result.event = tested.event;
  result.compared = tested.compared;
  result.nonzero = tested.nonzero || !is_zero;
  result.beside = tested.beside;
  result.negated = tested.negated ^ (is_zero == equal);
  result.relation = tested.relation;
  if (!is_zero && !is_bool && tested.relation.empty()) result.relation = "==" + llvm::toString(constant, 10);
  return result;
}

/// Every relation with a constant is "greater than a number" or its contrary, so that equal tests are known as such.
void BodyLowering::relate(Operand& result, llvm::APSInt constant, BinaryOperatorKind kind, bool is_unsigned) {
  if (kind == BO_GE || kind == BO_LT) --constant;
  result.negated = kind == BO_LT || kind == BO_LE;
  result.relation = is_unsigned && constant.isZero() ? "!=0" : ">" + llvm::toString(constant, 10);
}

Operand BodyLowering::lower_binary(const BinaryOperator* expr) {
  if (expr->isLogicalOp()) {
    // The operands stand in blocks of their own, unless nobody made a graph of them.
    if (inlined_) {
      lower(expr->getLHS());
      lower(expr->getRHS());
    }
    return literal();
  }
  if (expr->isComparisonOp()) return lower_comparison(expr);
  if (expr->isAssignmentOp()) {
    lower(expr->getRHS());
    Place place = lower(expr->getLHS()).place;
    if (!place.known()) return {};
    if (expr->isCompoundAssignmentOp()) {
      unsigned event = access(place, Event::Mode::ReadWrite, expr->getOperatorLoc());
      facts_.events[event].is_increment = expr->getOpcode() == BO_AddAssign || expr->getOpcode() == BO_SubAssign;
      return at(place);
    }
    Event event{Event::Kind::Assign, where(expr->getOperatorLoc()), place};
    event.value = argument(expr->getRHS());
    add(std::move(event));
    if (expr->isGLValue()) return at(place);
    return with_value(Value::Kind::Copy, place);
  }
  Operand left = lower(expr->getLHS());
  Operand right = lower(expr->getRHS());
  if (expr->getOpcode() == BO_Comma) return right;
  // Without an instance no conversion says that the operands are read.
  for (const Expr* side : {expr->getLHS(), expr->getRHS()})
    if (expr->isTypeDependent() && side->isGLValue() && side->getType()->isScalarType()) read(lower(side), side);
  if (expr->isPtrMemOp()) return {};
  if (expr->getType()->isPointerType()) {
    Operand pointer = expr->getLHS()->getType()->isPointerType() ? left : right;
    pointer.event = -1;
    return pointer;
  }
  return literal();
}

Operand BodyLowering::lower_conditional(const AbstractConditionalOperator* expr) {
  if (inlined_) {
    lower(expr->getCond());
    lower(expr->getTrueExpr());
    lower(expr->getFalseExpr());
  }
  auto choice = choices_.find(expr);
  if (choice == choices_.end()) return expr->isGLValue() ? Operand{} : literal();
  const Place& holder = choice->second.holder;
  if (read_choices_.count(expr)) {
    Operand operand = holder.known() ? with_value(Value::Kind::Copy, holder) : literal();
    operand.in_place = choice->second.in_place;
    return operand;
  }
  if (expr->isGLValue()) {
    Operand operand = at(holder.deref());
    operand.moved = expr->isXValue();
    return operand;
  }
  Operand operand = with_value(expr->getType()->isRecordType() ? Value::Kind::Move : Value::Kind::Copy, holder);
  operand.place = holder;
  operand.in_place = choice->second.in_place;
  return operand;
}

Operand BodyLowering::lower_temporary(const MaterializeTemporaryExpr* expr) {
  Operand operand = lower(expr->getSubExpr());
  if (operand.place.known() && operand.value.kind != Value::Kind::Unknown && expr->getType()->isRecordType())
    return operand;
  operand.temporary = true;
  return operand;
}

Place BodyLowering::pointee(const Value& value) const {
  switch (value.kind) {
    case Value::Kind::Address:
    case Value::Kind::Fresh:
      return value.place;
    case Value::Kind::Copy:
    case Value::Kind::Move:
      return value.place.deref();
    default:
      return {};
  }
}

/// The number that a constant is; a null pointer is 0.
std::string BodyLowering::constant_text(const Expr* expr) const {
  if (expr->isTypeDependent() || expr->isValueDependent()) return {};
  if (expr->getType()->isAnyPointerType() || expr->getType()->isNullPtrType())
    return expr->isNullPointerConstant(context_, Expr::NPC_ValueDependentIsNotNull) ? "0" : "";
  clang::Expr::EvalResult result;
  if (!expr->getType()->isIntegralOrEnumerationType() || !expr->EvaluateAsInt(result, context_)) return {};
  return llvm::toString(result.Val.getInt(), 10);
}

/// The value that an expression gives to a parameter, a variable, or the caller.
Value BodyLowering::argument(const Expr* expr) {
  const Operand& operand = lower(expr);
  Value value;
  Value::Kind kind = operand.value.kind;
  if (expr->isPRValue() || operand.temporary || kind == Value::Kind::Object || kind == Value::Kind::Function) {
    value = operand.value;
  } else if (operand.place.known()) {
    value.kind = expr->isXValue() ? Value::Kind::Move : Value::Kind::Address;
    value.place = operand.place;
    value.by_reference = true;
  } else {
    value = operand.value;
  }
  if (value.kind == Value::Kind::Literal && expr->isPRValue() && value.key.empty()) value.key = constant_text(expr);
  // What is no pointer and no object points to nothing, whatever it is.
  if (value.kind == Value::Kind::Unknown && expr->isPRValue() && expr->getType()->isArithmeticType())
    value.kind = Value::Kind::Literal;
  value.type = unit_.type(expr->getType().getUnqualifiedType());
  return value;
}

}  // namespace ferrule
