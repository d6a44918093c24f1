#include "tool/host/host.h"

#include "checks/facts/extract.h"
#include "checks/rules/rule.h"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/FileManager.h>
#include <clang/Basic/SourceManager.h>

#include <algorithm>

namespace ferrule::host {

std::vector<Finding> judge(clang::ASTContext& context, const CheckOptions& options) {
  if (context.getDiagnostics().hasUncompilableErrorOccurred()) return {};
  std::vector<Facts> units;
  units.push_back(extract(context));
  return check(std::move(units), options);
}

clang::SourceLocation locate(const clang::SourceManager& sources, const Location& where) {
  if (!where) return {};
  const auto file = sources.getFileManager().getOptionalFileRef(where.file);
  if (!file) return {};
  return sources.translateFileLineCol(&file->getFileEntry(), where.line, std::max(1u, where.column));
}

std::optional<Profile> parse_profile(std::string_view name) {
  if (name == "default") return Profile::Default;
  if (name == "strict") return Profile::Strict;
  return std::nullopt;
}

std::optional<std::string> rule_error(std::string_view name) {
  if (std::ranges::find(all_rules(), name, &Rule::name) != all_rules().end()) return std::nullopt;
  return "'" + std::string(name) + "' is not a rule of Ferrule";
}

}  // namespace ferrule::host
