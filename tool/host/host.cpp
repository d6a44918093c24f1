#include "tool/host/host.h"

#include "checks/facts/extract.h"
#include "checks/rules/rule.h"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/FileManager.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace ferrule::host {

std::vector<Finding> judge(clang::ASTContext& context, const CheckOptions& options) {
  if (context.getDiagnostics().hasUncompilableErrorOccurred()) return {};
  std::vector<Facts> units;
  units.push_back(extract(context));
  return check(std::move(units), options);
}

Configuration configuration_of(const clang::SourceManager& sources, const std::string& given) {
  std::string file = given;
  if (file.empty()) {
    const auto main_file = sources.getFileEntryRefForID(sources.getMainFileID());
    if (!main_file) return {};
    // Empty for what comes from standard input.
    const std::filesystem::path path = main_file->getFileEntry().tryGetRealPathName().str();
    file = Configuration::find(path.has_parent_path() ? path.parent_path().string() : ".");
  }
  if (file.empty()) return {};
  std::vector<std::string_view> names;
  for (const Rule& rule : all_rules()) names.push_back(rule.name);
  return Configuration::read(file, names);
}

WrongSuppressions wrong_suppressions_of(const clang::SourceManager& sources, Suppressions& suppressions,
                                        SourceCache& text, const std::vector<std::string>& rules) {
  if (!rules.empty() && std::ranges::find(rules, "unused-suppression") == rules.end()) return {};
  std::set<std::string> files;
  for (unsigned i = 0; i < sources.local_sloc_entry_size(); ++i) {
    const clang::SrcMgr::SLocEntry& entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile() || entry.getFile().getFileCharacteristic() != clang::SrcMgr::C_User) continue;
    const auto file = entry.getFile().getContentCache().OrigEntry;
    if (!file) continue;
    llvm::SmallString<256> path(file->getName());
    sources.getFileManager().makeAbsolutePath(path);
    llvm::sys::path::remove_dots(path, true);
    files.insert(path.str().str());
  }
  std::vector<std::string_view> names;
  for (const Rule& rule : all_rules()) names.push_back(rule.name);
  const std::vector<std::string> list(files.begin(), files.end());
  return wrong_suppressions(suppressions, text, list, {.rules = names, .run = rules});
}

clang::SourceLocation locate(clang::SourceManager& sources, const Location& where) {
  if (!where) return {};
  const auto file = sources.getFileManager().getOptionalFileRef(where.file);
  if (!file) return {};
  sources.getOrCreateFileID(*file, clang::SrcMgr::C_User);
  return sources.translateFileLineCol(&file->getFileEntry(), where.line, std::max(1u, where.column));
}

clang::FixItHint hint_of(clang::SourceManager& sources, const Fix* fix) {
  const clang::SourceLocation begin = fix ? locate(sources, fix->where) : clang::SourceLocation();
  if (begin.isInvalid()) return {};
  const auto end = begin.getLocWithOffset(static_cast<int>(fix->length));
  return clang::FixItHint::CreateReplacement(clang::CharSourceRange::getCharRange(begin, end), fix->text);
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
