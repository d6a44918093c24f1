// One walk over a body before its graph is read: what is unevaluated, discarded, constructed in place, or chosen.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

const clang::Expr* strip(const clang::Expr* expr) {
  while (expr) {
    if (const auto* paren = dyn_cast<ParenExpr>(expr))
      expr = paren->getSubExpr();
    else if (const auto* full = dyn_cast<FullExpr>(expr))
      expr = full->getSubExpr();
    else if (const auto* bound = dyn_cast<CXXBindTemporaryExpr>(expr))
      expr = bound->getSubExpr();
    else if (const auto* value = dyn_cast<SubstNonTypeTemplateParmExpr>(expr))
      expr = value->getReplacement();
    else
      return expr;
  }
  return expr;
}

namespace {

/// The expression that makes the object: conversions that only name it are left out.
const clang::Expr* maker(const clang::Expr* expr) {
  for (;;) {
    expr = strip(expr);
    const auto* cast = dyn_cast<CastExpr>(expr);
    if (!cast) return expr;
    switch (cast->getCastKind()) {
      case CK_NoOp:
      case CK_ConstructorConversion:
      case CK_UserDefinedConversion:
        expr = cast->getSubExpr();
        continue;
      default:
        return expr;
    }
  }
}

bool is_helper_iterator(Unit& unit, QualType type) {
  type = type.getNonReferenceType();
  const CXXRecordDecl* record = type->getAsCXXRecordDecl();
  return !record || unit.keys().in_system_header(record->getLocation());
}

/// The `*__begin` inside the initialiser of a range-for's variable.
const clang::Expr* find_dereference(const clang::Expr* expr, const VarDecl* begin) {
  auto names_begin = [&](const clang::Expr* inner) {
    const auto* reference = dyn_cast<DeclRefExpr>(inner->IgnoreParenImpCasts());
    return reference && reference->getDecl() == begin;
  };
  if (const auto* unary = dyn_cast<UnaryOperator>(expr))
    if (unary->getOpcode() == UO_Deref && names_begin(unary->getSubExpr())) return unary;
  if (const auto* call = dyn_cast<CXXOperatorCallExpr>(expr))
    if (call->getOperator() == OO_Star && call->getNumArgs() == 1 && names_begin(call->getArg(0))) return call;
  for (const Stmt* child : expr->children())
    if (const auto* inner = dyn_cast_or_null<clang::Expr>(child))
      if (const clang::Expr* found = find_dereference(inner, begin)) return found;
  return nullptr;
}

}  // namespace

void BodyLowering::ignore(const Stmt* statement) {
  if (!statement) return;
  if (const auto* expr = dyn_cast<Expr>(statement)) {
    Operand nothing;
    nothing.value.kind = Value::Kind::Literal;
    done_.try_emplace(expr, std::move(nothing));
  }
  if (isa<LambdaExpr>(statement)) return;
  for (const Stmt* child : statement->children()) ignore(child);
}

void BodyLowering::set_target(const Expr* init, const Place& target) {
  const Expr* made = maker(init);
  if (const auto* choice = dyn_cast<ConditionalOperator>(made)) {
    choices_[choice] = {target, true};
    for (const Expr* arm : {choice->getTrueExpr(), choice->getFalseExpr()}) {
      if (arm->getType()->isVoidType()) continue;
      arms_[strip(arm)] = target;
      set_target(arm, target);
    }
    return;
  }
  if (const auto* cast = dyn_cast<CastExpr>(made); cast && cast->getCastKind() == CK_LValueToRValue) {
    const auto* choice = dyn_cast<ConditionalOperator>(strip(cast->getSubExpr()));
    if (choice && choice->getType()->isPointerType()) choices_[choice] = {target, true};
    return;
  }
  if (const auto* construct = dyn_cast<CXXConstructExpr>(made)) {
    if (construct->isElidable() && construct->getNumArgs() >= 1) {
      const Expr* source = construct->getArg(0);
      if (const auto* temporary = dyn_cast<MaterializeTemporaryExpr>(source)) source = temporary->getSubExpr();
      return set_target(source, target);
    }
    targets_[made] = target;
    return;
  }
  if (const auto* list = dyn_cast<InitListExpr>(made)) {
    if (list->isTransparent()) return set_target(list->getInit(0), target);
    targets_[made] = target;
    return;
  }
  if (isa<LambdaExpr>(made) || isa<CXXInheritedCtorInitExpr>(made)) targets_[made] = target;
  if (const auto* member = dyn_cast<CXXDefaultInitExpr>(made)) set_target(member->getExpr(), target);
}

void BodyLowering::mark_discarded(const Stmt* statement) {
  const auto* expr = dyn_cast_or_null<Expr>(statement);
  if (!expr) return;
  for (const Expr* core = expr;;) {
    core = strip(core);
    const auto* cast = dyn_cast<CastExpr>(core);
    if (!cast) {
      if (core->isPRValue() && !core->getType()->isVoidType()) discarded_.insert(core);
      return;
    }
    core = cast->getSubExpr();
  }
}

void BodyLowering::prepare_discards(const Stmt* statement) {
  if (isa<CompoundStmt>(statement)) {
    for (const Stmt* child : statement->children()) mark_discarded(child);
  } else if (const auto* branch = dyn_cast<IfStmt>(statement)) {
    mark_discarded(branch->getThen());
    mark_discarded(branch->getElse());
  } else if (const auto* loop = dyn_cast<ForStmt>(statement)) {
    mark_discarded(loop->getInit());
    mark_discarded(loop->getInc());
    mark_discarded(loop->getBody());
  } else if (const auto* while_loop = dyn_cast<WhileStmt>(statement)) {
    mark_discarded(while_loop->getBody());
  } else if (const auto* do_loop = dyn_cast<DoStmt>(statement)) {
    mark_discarded(do_loop->getBody());
  } else if (const auto* range = dyn_cast<CXXForRangeStmt>(statement)) {
    mark_discarded(range->getBody());
  } else if (const auto* label = dyn_cast<SwitchCase>(statement)) {
    mark_discarded(label->getSubStmt());
  } else if (const auto* comma = dyn_cast<BinaryOperator>(statement)) {
    if (comma->getOpcode() == BO_Comma) mark_discarded(comma->getLHS());
  }
}

void BodyLowering::prepare_choice(const AbstractConditionalOperator* expr) {
  if (choices_.count(expr)) return;
  bool is_pointer = expr->getType()->isPointerType();
  bool is_class = expr->getType()->isRecordType();
  if (!is_pointer && !is_class && !expr->isGLValue()) return;
  QualType type = expr->isGLValue() ? context_.getPointerType(expr->getType()) : expr->getType();
  Place holder{Root::Local, static_cast<unsigned>(facts_.locals.size())};
  facts_.locals.push_back({"", unit_.type(type), where(expr->getExprLoc()), false});
  choices_[expr] = {holder, false};
  for (const Expr* arm : {expr->getTrueExpr(), expr->getFalseExpr()})
    if (!arm->getType()->isVoidType()) arms_[strip(arm)] = holder;
}

void BodyLowering::prepare_local_class(const CXXRecordDecl* record) {
  if (!record->isThisDeclarationADefinition() || record->isDependentContext()) return;
  unit_.record(record);
  for (const Decl* member : record->decls()) {
    if (const auto* method = dyn_cast<FunctionDecl>(member)) unit_.want_body(method);
    if (const auto* inner = dyn_cast<CXXRecordDecl>(member)) prepare_local_class(inner);
  }
}

void BodyLowering::prepare_lambda(const LambdaExpr* expr) {
  const CXXRecordDecl* closure = expr->getLambdaClass();
  unit_.record(closure);
  for (const CXXMethodDecl* method : closure->methods())
    if (isa<CXXConstructorDecl>(method) || isa<CXXDestructorDecl>(method)) unit_.want_body(method);
  if (FunctionTemplateDecl* pattern = closure->getDependentLambdaCallOperator()) {
    for (const FunctionDecl* instance : pattern->specializations()) unit_.want_body(instance);
    unit_.want_uninstantiated(pattern);
  } else {
    unit_.want_body(expr->getCallOperator());
  }
  for (const Expr* init : expr->capture_inits()) prepare(init);
}

void BodyLowering::prepare_decomposition(const DecompositionDecl* variable) {
  for (const BindingDecl* binding : variable->bindings()) {
    const VarDecl* holder = binding->getHoldingVar();
    if (!holder) continue;
    silent_.insert(holder);
    ignore(holder->getInit());
  }
}

void BodyLowering::prepare_variable(const VarDecl* variable) {
  const Expr* init = variable->getInit();
  if (const auto* decomposition = dyn_cast<DecompositionDecl>(variable)) prepare_decomposition(decomposition);
  if (silent_.count(variable)) return;
  if (variable->isConstexpr()) return ignore(init);
  // Locals are numbered in the order of their declarations.
  Place place = variable->getType()->isReferenceType() ? Place{} : variable_place(variable);
  if (!init) return;
  if (place.known()) set_target(init, place);
  prepare(init);
}

void BodyLowering::prepare_range_for(const CXXForRangeStmt* loop) {
  const auto* range = cast<VarDecl>(loop->getRangeStmt()->getSingleDecl());
  if (!loop->getBeginStmt() || !loop->getLoopVarStmt()) return;
  const auto* begin = cast<VarDecl>(loop->getBeginStmt()->getSingleDecl());
  const auto* end = cast<VarDecl>(loop->getEndStmt()->getSingleDecl());
  const VarDecl* variable = loop->getLoopVariable();
  if (variable->getInit())
    if (const Expr* element = find_dereference(variable->getInit(), begin)) {
      range_elements_[element] = range;
      for (const Stmt* child : element->children()) ignore(child);
    }
  if (!is_helper_iterator(unit_, begin->getType())) return;
  silent_.insert(begin);
  silent_.insert(end);
  ignore(end->getInit());
  ignore(loop->getCond());
  ignore(loop->getInc());
}

/// `c ? a : b` that is only read: each arm is a read of its own.
void BodyLowering::prepare_read_choice(const AbstractConditionalOperator* expr) {
  Choice choice = choices_.count(expr) ? choices_[expr] : Choice{{}, false};
  if (expr->getType()->isPointerType() && !choice.in_place) {
    choice.holder = {Root::Local, static_cast<unsigned>(facts_.locals.size())};
    facts_.locals.push_back({"", unit_.type(expr->getType()), where(expr->getExprLoc()), false});
  }
  for (const Expr* arm : {expr->getTrueExpr(), expr->getFalseExpr()}) {
    if (arm->getType()->isVoidType()) continue;
    read_arms_.insert(strip(arm));
    if (choice.holder.known()) arms_[strip(arm)] = choice.holder;
  }
  choices_[expr] = std::move(choice);
  read_choices_.insert(expr);
}

void BodyLowering::prepare_expression(const Expr* expr) {
  if (const auto* cast = dyn_cast<ImplicitCastExpr>(expr); cast && cast->getCastKind() == CK_LValueToRValue)
    if (const auto* choice = dyn_cast<ConditionalOperator>(strip(cast->getSubExpr()))) prepare_read_choice(choice);
  if (const auto* choice = dyn_cast<AbstractConditionalOperator>(expr)) prepare_choice(choice);
  if (const auto* suspend = dyn_cast<CoroutineSuspendExpr>(expr))
    if (suspend->getSuspendExpr()) suspends_.insert(strip(suspend->getSuspendExpr()));
}

void BodyLowering::prepare_children(const Stmt* statement) {
  for (const Stmt* child : statement->children()) prepare(child);
}

void BodyLowering::prepare(const Stmt* statement) {
  if (!statement) return;
  if (current_try_) try_of_[statement] = current_try_;
  if (prepare_directive(statement)) return;
  if (const auto* expr = dyn_cast<Expr>(statement)) {
    if (done_.count(expr)) return;
    const auto* constant = dyn_cast<ConstantExpr>(expr);
    const auto* type_id = dyn_cast<CXXTypeidExpr>(expr);
    bool is_unevaluated = isa<CXXNoexceptExpr>(expr) || isa<UnaryExprOrTypeTraitExpr>(expr) ||
                          isa<RequiresExpr>(expr) || isa<ConceptSpecializationExpr>(expr) ||
                          (type_id && !type_id->isPotentiallyEvaluated()) || (constant && constant->hasAPValueResult());
    if (is_unevaluated) return ignore(expr);
    if (const auto* lambda = dyn_cast<LambdaExpr>(expr)) return prepare_lambda(lambda);
    prepare_expression(expr);
  }
  prepare_discards(statement);
  if (const auto* declaration = dyn_cast<DeclStmt>(statement)) {
    for (const Decl* decl : declaration->decls()) {
      if (const auto* variable = dyn_cast<VarDecl>(decl)) prepare_variable(variable);
      if (const auto* record = dyn_cast<CXXRecordDecl>(decl)) prepare_local_class(record);
    }
    return;
  }
  if (const auto* attempt = dyn_cast<CXXTryStmt>(statement)) {
    outer_try_[attempt] = current_try_;
    const CXXTryStmt* outer = std::exchange(current_try_, attempt);
    prepare(attempt->getTryBlock());
    current_try_ = outer;
    for (unsigned i = 0; i < attempt->getNumHandlers(); ++i) prepare(attempt->getHandler(i));
    return;
  }
  if (const auto* loop = dyn_cast<CXXForRangeStmt>(statement)) prepare_range_for(loop);
  prepare_children(statement);
}

}  // namespace ferrule
