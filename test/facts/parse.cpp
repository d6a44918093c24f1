#include "test/facts/parse.h"

#include "checks/facts/extract.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Tooling/CompilationDatabase.h>
#include <clang/Tooling/Tooling.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ferrule::test {

namespace {

/// Extracts where a tool would: at the end of the unit, with library bodies skipped.
class Consumer : public clang::ASTConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, std::optional<Facts>& facts) : compiler_(compiler), facts_(facts) {}
  void HandleTranslationUnit(clang::ASTContext& context) override {
    if (!compiler_.getDiagnostics().hasErrorOccurred()) facts_ = extract(context);
  }
  bool shouldSkipFunctionBody(clang::Decl* decl) override {
    return compiler_.getSourceManager().isInSystemHeader(decl->getLocation());
  }

 private:
  clang::CompilerInstance& compiler_;
  std::optional<Facts>& facts_;
};

class Action : public clang::ASTFrontendAction {
 public:
  explicit Action(std::optional<Facts>& facts) : facts_(facts) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    compiler.getFrontendOpts().SkipFunctionBodies = true;
    return std::make_unique<Consumer>(compiler, facts_);
  }

 private:
  std::optional<Facts>& facts_;
};

class Factory : public clang::tooling::FrontendActionFactory {
 public:
  explicit Factory(std::optional<Facts>& facts) : facts_(facts) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<Action>(facts_); }

 private:
  std::optional<Facts>& facts_;
};

std::string resource_flag() { return "-resource-dir=" FERRULE_RESOURCE_DIR; }

}  // namespace

std::optional<Facts> facts_of_code(const std::string& code, const std::string& file) {
  std::optional<Facts> facts;
  clang::tooling::runToolOnCodeWithArgs(std::make_unique<Action>(facts), code,
                                        {"-std=c++20", "-pthread", resource_flag()}, file);
  return facts;
}

std::optional<Facts> facts_of_file(const std::string& path, const std::vector<std::string>& flags) {
  std::vector<std::string> all = {"-std=c++20", resource_flag()};
  all.insert(all.end(), flags.begin(), flags.end());
  clang::tooling::FixedCompilationDatabase database(".", all);
  clang::tooling::ClangTool tool(database, {path});
  std::optional<Facts> facts;
  Factory factory(facts);
  tool.run(&factory);
  return facts;
}

std::vector<Facts> facts_of_arguments(const char* tool, int argc, char** argv) {
  std::vector<std::string> files, flags;
  bool in_flags = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--") == 0)
      in_flags = true;
    else
      (in_flags ? flags : files).emplace_back(argv[i]);
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s FILE... [-- CLANG-FLAGS]\n", tool);
    std::exit(2);
  }
  std::vector<Facts> units;
  for (const std::string& file : files) {
    std::optional<Facts> facts = facts_of_file(file, flags);
    if (!facts) {
      std::fprintf(stderr, "'%s' does not parse\n", file.c_str());
      std::exit(1);
    }
    units.push_back(std::move(*facts));
  }
  return units;
}

}  // namespace ferrule::test
