// `clang-tidy -load ferrule_tidy.so`: every rule is a check, and all checks of a unit share one analysis.
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
#include <string>
#include <vector>

namespace ferrule::tidy {
namespace {

using clang::tidy::ClangTidyCheck;
using clang::tidy::ClangTidyContext;

// The findings of one unit. It lives as long as the unit's checks do, and judges when the first of them asks.
class Analysis {
 public:
  // Strict findings are judged too if any check asks for them, and each check keeps what its own profile reports.
  void ask_for(Profile profile) { profile_ = std::max(profile_, profile); }

  const std::vector<Finding>& findings(clang::ASTContext& context) {
    if (!is_done_) findings_ = host::judge(context, {.profile = profile_});
    is_done_ = true;
    return findings_;
  }

 private:
  Profile profile_ = Profile::Default;
  bool is_done_ = false;
  std::vector<Finding> findings_;
};

class RuleCheck : public ClangTidyCheck {
 public:
  RuleCheck(llvm::StringRef name, ClangTidyContext* context, std::string rule, std::shared_ptr<Analysis> analysis)
      : ClangTidyCheck(name, context), rule_(std::move(rule)), analysis_(std::move(analysis)) {
    profile_ = read_profile(*context);
    analysis_->ask_for(profile_);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    // Only a way to the ASTContext: the analysis traverses it by itself, system headers included.
    finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override {
    for (const Finding& finding : analysis_->findings(*result.Context)) {
      if (finding.rule == rule_ && finding.profile <= profile_) report(*result.SourceManager, finding);
    }
  }

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) override {
    Options.store(options, "Profile", profile_ == Profile::Strict ? "strict" : "default");
  }

 private:
  // 'ferrule-RULE.Profile' for one check, 'ferrule.Profile' for all.
  Profile read_profile(ClangTidyContext& context) {
    std::string value = "default";
    const auto& all = context.getOptions().CheckOptions;
    if (const auto global = all.find("ferrule.Profile"); global != all.end()) value = global->getValue().Value;
    if (const auto local = Options.get("Profile")) value = local->str();
    if (const auto profile = host::parse_profile(value)) return *profile;
    configurationDiag("'%0' is not a value of 'Profile', which takes default or strict") << value;
    return Profile::Default;
  }

  void report(const clang::SourceManager& sources, const Finding& finding) {
    const clang::SourceLocation place = host::locate(sources, finding.where);
    diag(place, "%0") << finding.message;
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
  Profile profile_ = Profile::Default;
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
