// What names the element that a subscript means.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

bool BodyLowering::is_unchanging(const VarDecl* variable) {
  if (!changing_) {
    changing_.emplace();
    const Stmt* body = function_ ? function_->getBody() : nullptr;
    llvm::SmallVector<std::pair<const Stmt*, bool>, 32> open{{body, false}};
    while (!open.empty()) {
      const auto [statement, is_read] = open.pop_back_val();
      if (!statement) continue;
      if (const auto* named = dyn_cast<DeclRefExpr>(statement); named && !is_read) changing_->insert(named->getDecl());
      const auto* cast = dyn_cast<ImplicitCastExpr>(statement);
      const bool reads = (cast && cast->getCastKind() == CK_LValueToRValue) || (is_read && isa<ParenExpr>(statement));
      for (const Stmt* child : statement->children()) open.emplace_back(child, reads);
    }
  }
  return !variable->hasGlobalStorage() && !variable->getType()->isReferenceType() &&
         (variable->getType().isConstQualified() || !changing_->contains(variable));
}

/// The text of a constant, or the name of a variable that keeps its value; "" for what only a run can tell.
std::string BodyLowering::index_name(const Expr* index) {
  if (index->isTypeDependent() || index->isValueDependent() || !index->getType()->isIntegralOrEnumerationType())
    return {};
  if (clang::Expr::EvalResult result; index->EvaluateAsInt(result, context_))
    return llvm::toString(result.Val.getInt(), 10);
  const auto* named = dyn_cast<DeclRefExpr>(index->IgnoreParenImpCasts());
  const auto* variable = named ? dyn_cast<VarDecl>(named->getDecl()) : nullptr;
  if (!variable || !is_unchanging(variable)) return {};
  return '$' + variable->getNameAsString() + '@' +
         std::to_string(context_.getSourceManager().getFileOffset(variable->getLocation()));
}

}  // namespace ferrule
