#include "tool/cli/unit.h"

#include "checks/facts/extract.h"
#include "tool/cache/recorder.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace ferrule::cli {
namespace {

class Consumer : public clang::ASTConsumer {
 public:
  explicit Consumer(UnitResult& result) : result_(result) {}

  // Bodies in system headers are half of a front end's work, and the judge knows the libraries by their knowledge.
  // Sema itself keeps those that constant evaluation or a deduced return type need.
  bool shouldSkipFunctionBody(clang::Decl* decl) override {
    const auto& sources = decl->getASTContext().getSourceManager();
    return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
  }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    if (context.getDiagnostics().hasErrorOccurred()) return;
    result_.facts = extract(context);
    result_.failure.clear();
  }

 private:
  UnitResult& result_;
};

// A module or precompiled header names files of its own, which nobody has read here.
bool may_read_compiled(const clang::CompilerInstance& compiler) {
  const clang::HeaderSearchOptions& search = compiler.getHeaderSearchOpts();
  const clang::LangOptions& language = compiler.getLangOpts();
  return (language.Modules && language.ImplicitModules) || !compiler.getFrontendOpts().ModuleFiles.empty() ||
         !search.PrebuiltModuleFiles.empty() || !search.PrebuiltModulePaths.empty() ||
         !compiler.getPreprocessorOpts().ImplicitPCHInclude.empty();
}

class TimeMacros : public clang::PPCallbacks {
 public:
  explicit TimeMacros(UnitResult& result) : result_(result) {}

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange,
                    const clang::MacroArgs*) override {
    if (!macro.getMacroInfo() || !macro.getMacroInfo()->isBuiltinMacro()) return;
    const llvm::StringRef text = name.getIdentifierInfo()->getName();
    if (text == "__TIME__" || text == "__DATE__" || text == "__TIMESTAMP__") result_.is_repeatable = false;
  }

 private:
  UnitResult& result_;
};

class Action : public clang::ASTFrontendAction {
 public:
  explicit Action(UnitResult& result) : result_(result) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    if (may_read_compiled(compiler)) result_.is_repeatable = false;
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<TimeMacros>(result_));
    return std::make_unique<Consumer>(result_);
  }

 private:
  UnitResult& result_;
};

class ActionFactory : public clang::tooling::FrontendActionFactory {
 public:
  explicit ActionFactory(UnitResult& result) : result_(result) {}

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation, clang::FileManager* files,
                     std::shared_ptr<clang::PCHContainerOperations> operations,
                     clang::DiagnosticConsumer* consumer) override {
    invocation->getFrontendOpts().SkipFunctionBodies = true;
    invocation->getDiagnosticOpts().ShowCarets = false;  // "2 errors generated", which goes around the printer
    return FrontendActionFactory::runInvocation(std::move(invocation), files, std::move(operations), consumer);
  }

  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<Action>(result_); }

 private:
  UnitResult& result_;
};

// What the driver complains of has no place of its own: it gets the unit's name.
class Printer : public clang::TextDiagnosticPrinter {
 public:
  template <class Options>
  Printer(llvm::raw_ostream& stream, Options&& options, std::string unit)
      : TextDiagnosticPrinter(stream, std::forward<Options>(options)), stream_(stream), unit_(std::move(unit)) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    if (info.getLocation().isInvalid()) stream_ << unit_ << ": ";
    TextDiagnosticPrinter::HandleDiagnostic(level, info);
  }

 private:
  llvm::raw_ostream& stream_;
  std::string unit_;
};

// LLVM 19 counts references to the options and takes a pointer, LLVM 22 a reference.
template <class Base = clang::TextDiagnosticPrinter>
std::unique_ptr<Printer> make_printer(llvm::raw_ostream& stream, clang::DiagnosticOptions& options,
                                      const std::string& unit) {
  if constexpr (std::is_constructible_v<Base, llvm::raw_ostream&, clang::DiagnosticOptions&>) {
    return std::make_unique<Printer>(stream, options, unit);
  } else {
    return std::make_unique<Printer>(stream, &options, unit);
  }
}

template <class Options = clang::DiagnosticOptions>
std::shared_ptr<Options> make_options() {
  if constexpr (requires(Options* options) { options->Retain(); }) {
    llvm::IntrusiveRefCntPtr<Options> counted(new Options);
    return {counted.get(), [counted](Options*) {}};
  } else {
    return std::make_shared<Options>();
  }
}

using FileSystem = llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>;

void parse(const UnitCommand& command, bool color, cache::Recorder* recorder, UnitResult& result) {
  FileSystem file_system =
      recorder ? recorder->file_system() : FileSystem(llvm::vfs::createPhysicalFileSystem().release());
  if (file_system->setCurrentWorkingDirectory(command.directory)) {
    result.is_repeatable = false;
    result.failure = "its directory '" + command.directory + "' cannot be entered";
    return;
  }
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(
      new clang::FileManager(clang::FileSystemOptions(), std::move(file_system)));
  llvm::raw_string_ostream stream(result.errors);
  const auto options = make_options();
  options->ShowColors = color;
  const auto printer = make_printer(stream, *options, command.file);
  ActionFactory factory(result);
  clang::tooling::ToolInvocation invocation(command.arguments, &factory, files.get(),
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(printer.get());
  invocation.setDiagnosticOptions(options.get());
  constexpr const char* unparsed = "it does not parse";
  result.failure = unparsed;
  invocation.run();
  // The driver's errors are not the front end's: with flags that it refuses, what was parsed is not what is built.
  if (printer->getNumErrors() > 0) result.failure = unparsed;
}

}  // namespace

UnitResult analyse_unit(const UnitCommand& command, bool color, cache::Recorder* recorder) {
  UnitResult result;
  try {
    parse(command, color, recorder, result);
  } catch (const std::exception& error) {
    return {.failure = "the analysis of it failed: " + std::string(error.what()), .is_repeatable = false};
  }
  return result;
}

}  // namespace ferrule::cli
