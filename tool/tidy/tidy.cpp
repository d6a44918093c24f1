// `clang-tidy -load ferrule_tidy.so`: every rule is a check, and all checks of a unit share one analysis.
#include "checks/model/nearest.h"
#include "checks/rules/rule.h"
#include "tool/host/host.h"

#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include <clang-tidy/ClangTidyModuleRegistry.h>
#include <clang/AST/ASTContext.h>
#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/ASTMatchers.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferrule::tidy {
namespace {

using clang::tidy::ClangTidyCheck;
using clang::tidy::ClangTidyContext;

// The findings of one unit. It lives as long as the unit's checks do, and judges when the first of them asks.
class Analysis {
 public:
  /// Of both profiles: each check keeps what its own reports. None if the configuration is wrong, and then `problem`
  /// gets the sentence, once.
  const std::vector<Finding>& findings(clang::ASTContext& context, const std::string& file, std::string& problem) {
    if (is_done_) return findings_;
    is_done_ = true;
    try {
      configuration_ = host::configuration_of(context.getSourceManager(), file);
      findings_ = host::judge(context, {.profile = Profile::Strict, .rules = rules_, .configuration = &configuration_});
      SourceCache sources;
      Suppressions suppressions(sources);
      WrongSuppressions wrong = host::wrong_suppressions_of(context.getSourceManager(), suppressions, sources, {});
      findings_.insert(findings_.end(), wrong.findings.begin(), wrong.findings.end());
      fixes_ = std::move(wrong.fixes);
    } catch (const ConfigurationError& error) {
      problem = error.what();
    }
    return findings_;
  }

  const Fixes& fixes() const { return fixes_; }

  bool is_first_check() { return std::exchange(is_first_check_, false); }

  /// What is reported by one rule is not repeated by another, so only those that are asked for may run.
  void add_rule(std::string rule) { rules_.push_back(std::move(rule)); }

  Profile profile_at(const std::string& file) const { return configuration_.profile_at(file); }

 private:
  Configuration configuration_;
  bool is_first_check_ = true;
  bool is_done_ = false;
  std::vector<std::string> rules_;
  std::vector<Finding> findings_;
  Fixes fixes_;
};

class RuleCheck : public ClangTidyCheck {
 public:
  RuleCheck(llvm::StringRef name, ClangTidyContext* context, std::string rule, std::shared_ptr<Analysis> analysis)
      : ClangTidyCheck(name, context), rule_(std::move(rule)), analysis_(std::move(analysis)) {
    profile_ = read_profile(*context);
    configuration_ = shared_option(*context, "ferrule.Config");
    analysis_->add_rule(rule_);
    if (analysis_->is_first_check()) refuse_unknown_options(*context);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    // Only a way to the ASTContext: the analysis traverses it by itself, system headers included.
    finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override {
    std::string problem;
    for (const Finding& finding : analysis_->findings(*result.Context, configuration_, problem)) {
      if (finding.rule != rule_) continue;
      if (finding.profile <= profile_.value_or(analysis_->profile_at(finding.where.file)))
        report(*result.SourceManager, finding);
    }
    if (!problem.empty()) diag("%0", clang::DiagnosticIDs::Error) << problem;
  }

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) override {
    // Of options of all checks, clang-tidy shows none: what counts for this one is its own.
    if (profile_) Options.store(options, "Profile", *profile_ == Profile::Strict ? "strict" : "default");
  }

 private:
  // An option of all checks. clang-tidy's own way to them knows only names without a prefix, which others may use.
  static std::string shared_option(ClangTidyContext& context, llvm::StringRef name) {
    if (auto* known = context.getOptionsCollector()) known->insert(name);
    const auto& all = context.getOptions().CheckOptions;
    const auto found = all.find(name);
    return found == all.end() ? "" : found->getValue().Value;
  }

  void refuse_unknown_options(ClangTidyContext& context) {
    constexpr std::string_view known[] = {"ferrule.Profile", "ferrule.Config"};
    for (const auto& option : context.getOptions().CheckOptions) {
      const std::string name = option.getKey().str();
      if (name.starts_with("ferrule.") && std::ranges::find(known, name) == std::end(known))
        configurationDiag("'%0' is not an option of Ferrule's checks%1") << name << did_you_mean(name, known);
    }
  }

  // 'ferrule-RULE.Profile' for one check, 'ferrule.Profile' for all; nothing leaves it to the configuration.
  std::optional<Profile> read_profile(ClangTidyContext& context) {
    std::string value = shared_option(context, "ferrule.Profile");
    if (const auto local = Options.get("Profile"); local && !local->empty()) value = local->str();
    if (value.empty()) return std::nullopt;
    if (const auto profile = host::parse_profile(value)) return *profile;
    configurationDiag("'%0' is not a value of 'Profile', which takes default or strict") << value;
    return Profile::Default;
  }

  void report(clang::SourceManager& sources, const Finding& finding) {
    const clang::SourceLocation place = host::locate(sources, finding.where);
    diag(place, "%0") << finding.message << host::hint_of(sources, fix_of(analysis_->fixes(), finding));
    for (const Note& note : finding.notes) {
      const clang::SourceLocation at = host::locate(sources, note.where);
      diag(at.isValid() ? at : place, "%0", clang::DiagnosticIDs::Note) << note.text;
    }
    for (const std::string& cure : finding.cures) {
      diag(place, "%0", clang::DiagnosticIDs::Note) << "cure: " + cure;
    }
  }

  std::string rule_;
  std::shared_ptr<Analysis> analysis_;
  std::optional<Profile> profile_;
  std::string configuration_;  // the file that is named, if one is
};

class Module : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    // The checks of a unit are made together and die together, so whoever finds the last unit's analysis gone starts
    // the next.
    const auto current = std::make_shared<std::weak_ptr<Analysis>>();
    for (const Rule& rule : all_rules()) {
      factories.registerCheckFactory(
          "ferrule-" + std::string(rule.name),
          [current, name = std::string(rule.name)](llvm::StringRef check, ClangTidyContext* context) {
            auto analysis = current->lock();
            if (!analysis) *current = analysis = std::make_shared<Analysis>();
            return std::make_unique<RuleCheck>(check, context, name, std::move(analysis));
          });
    }
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module> registration("ferrule-module", "Fearless concurrency");

}  // namespace
}  // namespace ferrule::tidy
