// What names the element that a subscript means: a sum of constants, counters and variables that keep their values.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 31;

/// Variables that are more than read.
void collect_changed(const Stmt* body, llvm::DenseSet<const ValueDecl*>& changed) {
  llvm::SmallVector<std::pair<const Stmt*, bool>, 32> open{{body, false}};
  while (!open.empty()) {
    const auto [statement, is_read] = open.pop_back_val();
    if (!statement) continue;
    if (const auto* named = dyn_cast<DeclRefExpr>(statement); named && !is_read) changed.insert(named->getDecl());
    if (const auto* directive = dyn_cast<OMPExecutableDirective>(statement)) {
      // What its clauses name is used where its body uses it.
      if (directive->hasAssociatedStmt()) open.emplace_back(directive->getRawStmt(), false);
      continue;
    }
    const auto* cast = dyn_cast<ImplicitCastExpr>(statement);
    const bool reads = (cast && cast->getCastKind() == CK_LValueToRValue) || (is_read && isa<ParenExpr>(statement));
    for (const Stmt* child : statement->children()) open.emplace_back(child, reads);
  }
}

bool is_plain_subscript(const clang::Expr* expr) {
  const auto* call = dyn_cast<CXXOperatorCallExpr>(expr);
  return call && call->getOperator() == OO_Subscript;
}

}  // namespace

bool BodyLowering::is_changed_in(const Stmt* body, const VarDecl* variable) {
  llvm::DenseSet<const ValueDecl*> changed;
  collect_changed(body, changed);
  return changed.contains(variable);
}

bool BodyLowering::is_unchanging(const VarDecl* variable) {
  if (!changing_) {
    changing_.emplace();
    collect_changed(region_ ? region_ : function_ ? function_->getBody() : nullptr, *changing_);
  }
  return (region_ || !variable->hasGlobalStorage()) && !variable->getType()->isReferenceType() &&
         (variable->getType().isConstQualified() || !changing_->contains(variable));
}

std::string BodyLowering::index_text(char sign, const VarDecl* variable) {
  return sign + variable->getNameAsString() + '@' +
         std::to_string(context_.getSourceManager().getFileOffset(variable->getLocation()));
}

bool BodyLowering::Sum::add(const Sum& other, std::int64_t factor) {
  loaded |= other.loaded;
  const auto within = [](std::int64_t value) { return value < largest && value > -largest; };
  if (!within(factor) || !within(other.constant)) return false;
  constant += factor * other.constant;
  for (const auto& [name, times] : other.terms) {
    std::int64_t& mine = terms[name];
    mine += factor * times;
    if (!within(mine)) return false;
    if (mine == 0) terms.erase(name);
  }
  return within(constant);
}

std::string BodyLowering::Sum::text() const {
  if (loaded) return "[]";
  std::string all;
  const auto put = [&](std::int64_t factor, const std::string& name) {
    if (factor < 0)
      all += '-';
    else if (!all.empty())
      all += '+';
    const std::string times = std::to_string(factor < 0 ? -factor : factor);
    all += name.empty() ? times : times == "1" ? name : times + '*' + name;
  };
  for (const auto& [name, factor] : terms) put(factor, name);
  if (constant != 0 || terms.empty()) put(constant, "");
  return all;
}

/// A variable that a loop counts, or that keeps its value; one that is made from such a sum is that sum.
std::optional<BodyLowering::Sum> BodyLowering::sum_of_variable(const DeclRefExpr* named, unsigned nest) {
  const auto* variable = dyn_cast<VarDecl>(named->getDecl());
  if (!variable || variable->getType().isVolatileQualified()) return std::nullopt;
  const auto single = [&](char sign) {
    Sum sum;
    sum.terms[index_text(sign, variable)] = 1;
    return sum;
  };
  for (unsigned at = nest; at != 0; at = facts_.nests[at - 1].parent)
    if (auto counted = counters_.find(at); counted != counters_.end() && counted->second == variable)
      return single('%');
  if (!is_unchanging(variable)) return std::nullopt;
  auto declared = nest_of_variable_.find(variable);
  if (declared == nest_of_variable_.end()) return single('$');
  const bool is_outermost = !region_ && declared->second == 0;
  if (variable->getInit() && (region_ || !is_outermost))
    if (std::optional<Sum> made = sum_of(variable->getInit(), declared->second); made && !made->loaded) return made;
  return single(is_outermost ? '$' : '~');
}

std::optional<BodyLowering::Sum> BodyLowering::sum_of(const Expr* expr, unsigned nest) {
  expr = expr->IgnoreParenImpCasts();
  while (const auto* cast = dyn_cast<ExplicitCastExpr>(expr)) expr = cast->getSubExpr()->IgnoreParenImpCasts();
  if (expr->isTypeDependent() || expr->isValueDependent() || !expr->getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  Sum sum;
  if (clang::Expr::EvalResult result; expr->EvaluateAsInt(result, context_)) {
    if (result.Val.getInt().getSignificantBits() > 32) return std::nullopt;
    sum.constant = result.Val.getInt().getExtValue();
    return sum;
  }
  if (const auto* named = dyn_cast<DeclRefExpr>(expr)) return sum_of_variable(named, nest);
  if (isa<ArraySubscriptExpr>(expr) || is_plain_subscript(expr)) {
    sum.loaded = true;
    return sum;
  }
  if (const auto* call = dyn_cast<CallExpr>(expr)) {
    const FunctionDecl* callee = call->getDirectCallee();
    if (!callee || isa<CXXMethodDecl>(callee) || call->getNumArgs() != 0 || !callee->getIdentifier())
      return std::nullopt;
    sum.terms['&' + unit_.keys().name_of(callee)] = 1;
    return sum;
  }
  if (const auto* unary = dyn_cast<UnaryOperator>(expr)) {
    sum.loaded = unary->getOpcode() == UO_Deref;
    if (sum.loaded) return sum;
    const std::optional<Sum> inner = sum_of(unary->getSubExpr(), nest);
    if (!inner || (unary->getOpcode() != UO_Minus && unary->getOpcode() != UO_Plus)) return std::nullopt;
    if (!sum.add(*inner, unary->getOpcode() == UO_Minus ? -1 : 1)) return std::nullopt;
    return sum;
  }
  const auto* binary = dyn_cast<BinaryOperator>(expr);
  if (!binary || binary->isAssignmentOp() || binary->isCommaOp() || binary->isLogicalOp() || binary->isComparisonOp())
    return std::nullopt;
  const std::optional<Sum> left = sum_of(binary->getLHS(), nest);
  const std::optional<Sum> right = sum_of(binary->getRHS(), nest);
  sum.loaded = (left && left->loaded) || (right && right->loaded);
  if (sum.loaded) return sum;
  if (!left || !right) return std::nullopt;
  bool fits = false;
  switch (binary->getOpcode()) {
    case BO_Add:
    case BO_Sub:
      fits = sum.add(*left, 1) && sum.add(*right, binary->getOpcode() == BO_Add ? 1 : -1);
      break;
    case BO_Mul:
      fits = right->terms.empty() ? sum.add(*left, right->constant)
                                  : left->terms.empty() && sum.add(*right, left->constant);
      break;
    default:
      break;
  }
  return fits ? std::optional(sum) : std::nullopt;
}

/// The text of a sum; "" for what only a run can tell.
std::string BodyLowering::index_name(const Expr* index) {
  const std::optional<Sum> sum = sum_of(index, current_nest_);
  return sum ? sum->text() : std::string();
}

}  // namespace ferrule
