// What the plugins share: one unit judged, and its findings' places in the host's own terms.
#pragma once

#include "checks/model/finding.h"
#include "checks/rules/check.h"
#include "tool/suppress/unused.h"

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
std::vector<Finding> suppression_findings_of(const clang::SourceManager& sources, Suppressions& suppressions,
                                             SourceCache& text, const std::vector<std::string>& rules);

/// The place in the host's terms; invalid if there is no such file. Opens it (a configuration's) if the host has not.
clang::SourceLocation locate(clang::SourceManager& sources, const Location& where);

/// "default" or "strict".
std::optional<Profile> parse_profile(std::string_view name);

/// All rules.
std::vector<std::string> rule_names();

/// What is wrong with a rule's name, or nothing.
std::optional<std::string> rule_error(std::string_view name);

}  // namespace ferrule::host
