// The only door from Clang's AST to facts. No LLVM-version difference shows here; see compat.h.
#pragma once

#include "checks/model/facts.h"

namespace clang {
class ASTContext;
}

namespace ferrule {

struct ExtractOptions {
  /// Take bodies of functions in system headers too (never needed by the judge; for tests).
  bool system_bodies = false;
};

/// Reads one translation unit. Templates are taken as instantiated; the uninstantiated pattern leaves no body.
/// The AST may be freed afterwards.
Facts extract(clang::ASTContext& context, const ExtractOptions& options = {});

}  // namespace ferrule
