// What templates of the runtime say of a class or function: `claims_send<T>` specialised for it, `requires Send<T>`.
#pragma once

#include "checks/facts/unit.h"

namespace ferrule {

/// Specialisations of `ferrule::claims_send`, `denies_send` and so on for a class, as the annotations that they stand
/// for.
void add_traits(Unit& unit, const clang::CXXRecordDecl* record, std::vector<Annotation>& annotations);

/// The concepts `ferrule::Send` and `ferrule::Sync` among the constraints of the template that `decl` (a function or
/// class) is an instance of: "asserts_send" and "asserts_sync", with the key of the type as the reason.
void add_constraints(Unit& unit, const clang::Decl* decl, std::vector<Annotation>& annotations);

}  // namespace ferrule
