// The nests of a body (Nest): loops that count, branches of comparisons, and what each statement is in.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

namespace {

const VarDecl* variable_of(const clang::Expr* expr) {
  const auto* named = expr ? dyn_cast<DeclRefExpr>(expr->IgnoreParenImpCasts()) : nullptr;
  return named ? dyn_cast<VarDecl>(named->getDecl()) : nullptr;
}

struct Start {
  const VarDecl* variable = nullptr;
  const clang::Expr* value = nullptr;
};

Start start_of(const Stmt* init) {
  if (const auto* declaration = dyn_cast_or_null<DeclStmt>(init); declaration && declaration->isSingleDecl()) {
    const auto* variable = dyn_cast<VarDecl>(declaration->getSingleDecl());
    return variable ? Start{variable, variable->getInit()} : Start{};
  }
  const auto* assigned = dyn_cast_or_null<BinaryOperator>(init);
  if (!assigned || assigned->getOpcode() != BO_Assign) return {};
  return {variable_of(assigned->getLHS()), assigned->getRHS()};
}

/// What is added in each round; 0 if that cannot be told.
std::int64_t step_of(const clang::Expr* increment, const VarDecl* variable, ASTContext& context) {
  if (!increment) return 0;
  increment = increment->IgnoreParenImpCasts();
  const auto constant = [&](const clang::Expr* expr, std::int64_t sign) -> std::int64_t {
    clang::Expr::EvalResult result;
    if (expr->isValueDependent() || !expr->EvaluateAsInt(result, context)) return 0;
    return result.Val.getInt().getSignificantBits() > 32 ? 0 : sign * result.Val.getInt().getExtValue();
  };
  if (const auto* unary = dyn_cast<UnaryOperator>(increment)) {
    if (!unary->isIncrementDecrementOp() || variable_of(unary->getSubExpr()) != variable) return 0;
    return unary->isIncrementOp() ? 1 : -1;
  }
  const auto* binary = dyn_cast<BinaryOperator>(increment);
  if (!binary || variable_of(binary->getLHS()) != variable) return 0;
  if (binary->getOpcode() == BO_AddAssign) return constant(binary->getRHS(), 1);
  if (binary->getOpcode() == BO_SubAssign) return constant(binary->getRHS(), -1);
  const auto* sum = dyn_cast<BinaryOperator>(binary->getRHS()->IgnoreParenImpCasts());
  if (binary->getOpcode() != BO_Assign || !sum) return 0;
  if (sum->getOpcode() == BO_Add && variable_of(sum->getLHS()) == variable) return constant(sum->getRHS(), 1);
  if (sum->getOpcode() == BO_Add && variable_of(sum->getRHS()) == variable) return constant(sum->getLHS(), 1);
  if (sum->getOpcode() == BO_Sub && variable_of(sum->getLHS()) == variable) return constant(sum->getRHS(), -1);
  return 0;
}

}  // namespace

unsigned BodyLowering::add_nest(Nest::Kind kind, unsigned parent, SourceLocation location) {
  Nest nest;
  nest.kind = kind;
  nest.parent = parent;
  nest.where = where(location);
  facts_.nests.push_back(std::move(nest));
  return static_cast<unsigned>(facts_.nests.size());
}

/// A nest of `kind` for the rounds of the loop; `parent` if it does not count and is a plain one.
unsigned BodyLowering::add_loop(const ForStmt* loop, Nest::Kind kind, unsigned parent) {
  const auto [variable, value] = start_of(loop->getInit());
  const std::int64_t step =
      variable && variable->getType()->isIntegerType() && !variable->getType().isVolatileQualified()
          ? step_of(loop->getInc(), variable, context_)
          : 0;
  const bool counts = step != 0 && !is_changed_in(loop->getBody(), variable);
  if (!counts && kind == Nest::Kind::Loop) return parent;
  const unsigned number = add_nest(kind, parent, loop->getForLoc());
  if (!counts) return number;
  Nest& nest = facts_.nests.back();
  nest.index = index_text('%', variable);
  nest.counts_down = step < 0;
  nest.step = static_cast<unsigned>(step < 0 ? -step : step);
  const std::optional<Sum> first = value ? sum_of(value, parent) : std::nullopt;
  const std::string from = first ? first->text() : std::string();
  std::string to;
  const auto* test =
      dyn_cast_or_null<BinaryOperator>(loop->getCond() ? loop->getCond()->IgnoreParenImpCasts() : nullptr);
  if (test && test->isComparisonOp()) {
    BinaryOperatorKind opcode = test->getOpcode();
    const bool on_left = variable_of(test->getLHS()) == variable;
    if (!on_left && variable_of(test->getRHS()) == variable) opcode = BinaryOperator::reverseComparisonOp(opcode);
    std::optional<Sum> end = sum_of(on_left ? test->getRHS() : test->getLHS(), parent);
    const bool inclusive = opcode == BO_LE || opcode == BO_GE;
    const bool fits = nest.counts_down ? opcode == BO_GT || opcode == BO_GE : opcode == BO_LT || opcode == BO_LE;
    if (end && (fits || (opcode == BO_NE && nest.step == 1))) {
      if (!inclusive && !end->loaded) end->constant += nest.counts_down ? 1 : -1;
      to = end->text();
    }
  }
  nest.lower = nest.counts_down ? to : from;
  nest.upper = nest.counts_down ? from : to;
  counters_[number] = variable;
  return number;
}

/// The sums that are not negative where `condition` is `holds`, as far as it compares numbers.
void BodyLowering::add_bounds(const Expr* condition, bool holds, unsigned nest, std::vector<Sum>& bounds) {
  condition = condition->IgnoreParenImpCasts();
  if (const auto* unary = dyn_cast<UnaryOperator>(condition); unary && unary->getOpcode() == UO_LNot)
    return add_bounds(unary->getSubExpr(), !holds, nest, bounds);
  const auto difference = [&](const Sum& left, const Sum& right, std::int64_t constant) {
    Sum sum;
    if (left.loaded || right.loaded || !sum.add(left, 1) || !sum.add(right, -1)) return;
    sum.constant += constant;
    const bool tells =
        llvm::any_of(sum.terms, [](const auto& term) { return term.first[0] == '%' || term.first[0] == '&'; });
    if (tells) bounds.push_back(std::move(sum));
  };
  const auto* binary = dyn_cast<BinaryOperator>(condition);
  if (binary && binary->isLogicalOp()) {
    if ((binary->getOpcode() == BO_LAnd) != holds) return;
    add_bounds(binary->getLHS(), holds, nest, bounds);
    return add_bounds(binary->getRHS(), holds, nest, bounds);
  }
  if (!binary || !binary->isComparisonOp()) {
    const std::optional<Sum> number = holds ? std::nullopt : sum_of(condition, nest);
    if (!number) return;
    difference(*number, {}, 0);
    return difference({}, *number, 0);
  }
  const std::optional<Sum> left = sum_of(binary->getLHS(), nest), right = sum_of(binary->getRHS(), nest);
  if (!left || !right) return;
  BinaryOperatorKind opcode = binary->getOpcode();
  if (!holds) opcode = BinaryOperator::negateComparisonOp(opcode);
  if (opcode == BO_GE || opcode == BO_EQ) difference(*left, *right, 0);
  if (opcode == BO_LE || opcode == BO_EQ) difference(*right, *left, 0);
  if (opcode == BO_GT) difference(*left, *right, -1);
  if (opcode == BO_LT) difference(*right, *left, -1);
}

unsigned BodyLowering::add_branches(const IfStmt* statement, bool holds, unsigned nest) {
  std::vector<Sum> bounds;
  if (const Expr* condition = statement->getCond()) add_bounds(condition, holds, nest, bounds);
  for (const Sum& bound : bounds) {
    nest = add_nest(Nest::Kind::Branch, nest, statement->getIfLoc());
    facts_.nests.back().lower = bound.text();
  }
  return nest;
}

void BodyLowering::find_nests(const Stmt* statement, unsigned nest) {
  if (!statement) return;
  nest_of_[statement] = nest;
  if (isa<LambdaExpr>(statement)) return;
  if (const auto* directive = dyn_cast<OMPExecutableDirective>(statement)) return find_directive_nests(directive, nest);
  if (const auto* declaration = dyn_cast<DeclStmt>(statement))
    for (const Decl* decl : declaration->decls())
      if (const auto* variable = dyn_cast<VarDecl>(decl)) nest_of_variable_[variable] = nest;
  if (const auto* loop = dyn_cast<ForStmt>(statement)) {
    for (const Stmt* part :
         {loop->getInit(), static_cast<const Stmt*>(loop->getCond()), static_cast<const Stmt*>(loop->getInc()),
          static_cast<const Stmt*>(loop->getConditionVariableDeclStmt())})
      find_nests(part, nest);
    return find_nests(loop->getBody(), add_loop(loop, Nest::Kind::Loop, nest));
  }
  if (const auto* branch = dyn_cast<IfStmt>(statement); branch && !branch->isConsteval()) {
    for (const Stmt* child : branch->children())
      if (child != branch->getThen() && child != branch->getElse()) find_nests(child, nest);
    find_nests(branch->getThen(), add_branches(branch, true, nest));
    if (branch->getElse()) find_nests(branch->getElse(), add_branches(branch, false, nest));
    return;
  }
  for (const Stmt* child : statement->children()) find_nests(child, nest);
}

/// From here on, events are in the nest of `statement`; copies that a nest has of its own are made where it begins.
void BodyLowering::enter_nest(const Stmt* statement) {
  auto found = nest_of_.find(statement);
  if (found == nest_of_.end()) return;
  llvm::SmallVector<unsigned, 8> chain;
  for (unsigned at = found->second; at != 0; at = facts_.nests[at - 1].parent) chain.push_back(at);
  chain.push_back(0);
  for (unsigned nest : llvm::reverse(chain)) {
    auto copies = copies_.find(nest);
    if (copies == copies_.end()) continue;
    current_nest_ = nest == 0 ? 0 : facts_.nests[nest - 1].parent;
    for (const Copy& copy : copies->second) {
      Event event{Event::Kind::Assign, copy.where, copy.own};
      event.value = {Value::Kind::Copy, copy.original};
      event.is_initialisation = true;
      add(std::move(event));
    }
    copies_.erase(copies);
  }
  current_nest_ = found->second;
}

}  // namespace ferrule
