// What differs between the LLVM versions that Ferrule builds with. The only place for version tests.
#pragma once

#include "checks/facts/clang_headers.h"

#include <clang/Basic/Version.h>

namespace ferrule::compat {

/// The class that a pointer to member points into, or null if it is dependent.
inline const clang::CXXRecordDecl* class_of(const clang::MemberPointerType* type) {
  return type->getMostRecentCXXRecordDecl();
}

/// The type that a class declares.
inline clang::QualType type_of(clang::ASTContext& context, const clang::CXXRecordDecl* record) {
#if CLANG_VERSION_MAJOR >= 22
  return context.getCanonicalTagType(record);
#else
  return context.getTypeDeclType(record);
#endif
}

/// What `requires` clauses and constrained parameters of a template demand.
template <class Template>
llvm::SmallVector<const clang::Expr*> constraints_of(const Template* source) {
  llvm::SmallVector<const clang::Expr*> constraints;
#if CLANG_VERSION_MAJOR >= 21
  llvm::SmallVector<clang::AssociatedConstraint> associated;
  source->getAssociatedConstraints(associated);
  for (const clang::AssociatedConstraint& one : associated) constraints.push_back(one.ConstraintExpr);
#else
  source->getAssociatedConstraints(constraints);
#endif
  return constraints;
}

/// `int : 0`, which ends a run of bit-fields.
inline bool is_zero_length(const clang::FieldDecl* field) {
#if CLANG_VERSION_MAJOR >= 20
  return field->isZeroLengthBitField();
#else
  return field->isZeroLengthBitField(field->getASTContext());
#endif
}

}  // namespace ferrule::compat
