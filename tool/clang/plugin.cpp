// `clang++ -fplugin=ferrule_clang.so`: what Ferrule finds in a unit does not compile.
#include "tool/host/host.h"
#include "tool/suppress/suppress.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Frontend/FrontendOptions.h>
#include <clang/Frontend/FrontendPluginRegistry.h>

#include <memory>
#include <string>
#include <vector>

namespace ferrule::plugin {
namespace {

struct Options {
  CheckOptions check;
  std::string configuration;  ///< the file that is named, if one is
  bool warn = false;          ///< findings are warnings instead of errors
};

class Consumer : public clang::ASTConsumer {
 public:
  explicit Consumer(Options options) : options_(std::move(options)) {}

  void HandleTranslationUnit(clang::ASTContext& context) override {
    Configuration configuration;
    try {
      configuration = host::configuration_of(context.getSourceManager(), options_.configuration);
    } catch (const ConfigurationError& error) {
      auto& engine = context.getDiagnostics();
      engine.Report(engine.getCustomDiagID(clang::DiagnosticsEngine::Error, "%0")) << error.what();
      return;
    }
    CheckOptions check = options_.check;
    check.configuration = &configuration;
    auto findings = host::judge(context, check);
    SourceCache sources;
    Suppressions suppressions(sources);
    suppressions.take_from(findings);
    auto wrong = host::wrong_suppressions_of(context.getSourceManager(), suppressions, sources, check.rules);
    suppressions.take_from(wrong.findings);
    findings.insert(findings.end(), wrong.findings.begin(), wrong.findings.end());
    for (const Finding& finding : findings) report(context, finding, fix_of(wrong.fixes, finding));
  }

 private:
  void report(clang::ASTContext& context, const Finding& finding, const Fix* fix) {
    clang::DiagnosticsEngine& engine = context.getDiagnostics();
    const auto level = options_.warn ? clang::DiagnosticsEngine::Warning : clang::DiagnosticsEngine::Error;
    const unsigned complaint = engine.getCustomDiagID(level, "%0 [ferrule-%1]");
    const unsigned remark = engine.getCustomDiagID(clang::DiagnosticsEngine::Note, "%0");
    const auto place = host::locate(context.getSourceManager(), finding.where);
    engine.Report(place, complaint) << finding.message << finding.rule
                                    << host::hint_of(context.getSourceManager(), fix);
    for (const Note& note : finding.notes) {
      const auto at = host::locate(context.getSourceManager(), note.where);
      engine.Report(at.isValid() ? at : place, remark) << note.text;
    }
    for (const std::string& cure : finding.cures) engine.Report(place, remark) << "cure: " + cure;
  }

  Options options_;
};

// A plugin without work, for units that hold no program of their own (precompiled headers).
bool compiles_a_program(const clang::CompilerInstance& compiler) {
  using clang::frontend::ActionKind;
  switch (compiler.getFrontendOpts().ProgramAction) {
    case ActionKind::GeneratePCH:
    case ActionKind::GenerateModule:
    case ActionKind::GenerateHeaderUnit:
      return false;
    default:
      return true;
  }
}

class Action : public clang::PluginASTAction {
 public:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    if (!compiles_a_program(compiler)) return std::make_unique<clang::ASTConsumer>();
    return std::make_unique<Consumer>(options_);
  }

  bool ParseArgs(const clang::CompilerInstance& compiler, const std::vector<std::string>& arguments) override {
    for (const std::string& argument : arguments) {
      const std::string problem = take(argument);
      if (problem.empty()) continue;
      auto& engine = compiler.getDiagnostics();
      engine.Report(engine.getCustomDiagID(clang::DiagnosticsEngine::Error, "%0")) << problem;
      return false;
    }
    return true;
  }

  ActionType getActionType() override { return AddAfterMainAction; }

 private:
  // Returns what is wrong with the argument, or "".
  std::string take(llvm::StringRef argument) {
    if (argument == "warn") {
      options_.warn = true;
      return "";
    }
    if (argument.consume_front("profile=")) {
      const auto profile = host::parse_profile(argument);
      if (!profile) return "'" + argument.str() + "' is not a value of 'profile', which takes default or strict";
      options_.check.profile = *profile;
      return "";
    }
    if (argument.consume_front("config=")) {
      options_.configuration = argument.str();
      return "";
    }
    if (argument.consume_front("rules=")) {
      llvm::SmallVector<llvm::StringRef> names;
      argument.split(names, ',');
      for (llvm::StringRef name : names) {
        name.consume_front("ferrule-");
        if (const auto problem = host::rule_error(name)) return *problem;
        options_.check.rules.push_back(name.str());
      }
      return "";
    }
    return "'" + argument.str() +
           "' is not an argument of the plugin 'ferrule', which takes warn, profile=, rules= and config=";
  }

  Options options_;
};

const clang::FrontendPluginRegistry::Add<Action> registration("ferrule", "what is not safe between threads");

}  // namespace
}  // namespace ferrule::plugin
