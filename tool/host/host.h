// What the plugins share: one unit judged, and its findings' places in the host's own terms.
#pragma once

#include "checks/model/finding.h"
#include "checks/rules/check.h"
#include "tool/suppress/unused.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceLocation.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clang {
class ASTContext;
class SourceManager;
}  // namespace clang

namespace ferrule::host {

/// The findings of the unit, as if it were the whole program. None if it did not compile.
std::vector<Finding> judge(clang::ASTContext& context, const CheckOptions& options);

/// What the project tells Ferrule: the file that `given` names, else the nearest `.ferrule.json` in or above the folder
/// of the unit's main file. Throws ConfigurationError.
Configuration configuration_of(const clang::SourceManager& sources, const std::string& given);

/// What is wrong with the NOLINT comments of the unit's files, those of the system left out: what one unit can know.
/// None if `rules` are given and 'unused-suppression' is not among them.
WrongSuppressions wrong_suppressions_of(const clang::SourceManager& sources, Suppressions& suppressions,
                                        SourceCache& text, const std::vector<std::string>& rules);

/// The place in the host's terms; invalid if there is no such file. Opens it (a configuration's) if the host has not.
clang::SourceLocation locate(clang::SourceManager& sources, const Location& where);

/// What the host can apply by itself ('clang-tidy --fix'); null if `fix` is.
clang::FixItHint hint_of(clang::SourceManager& sources, const Fix* fix);

/// "default" or "strict".
std::optional<Profile> parse_profile(std::string_view name);

/// What is wrong with a rule's name, or nothing.
std::optional<std::string> rule_error(std::string_view name);

}  // namespace ferrule::host
