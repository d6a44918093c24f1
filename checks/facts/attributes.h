// What attributes say: Ferrule's annotations and Clang's thread-safety attributes.
#pragma once

#include "checks/facts/unit.h"

namespace ferrule {

std::vector<Annotation> annotations_of(Unit& unit, const clang::Decl* decl);
LockAttributes lock_attributes_of(Unit& unit, const clang::FunctionDecl* function);

/// `guarded_by` or `pt_guarded_by` as a place; `of_pointee` tells which.
std::optional<Place> guard_of(Unit& unit, const clang::Decl* decl, bool& of_pointee);

}  // namespace ferrule
