#include "checks/facts/extract.h"

#include "checks/facts/body.h"
#include "checks/facts/compat.h"
#include "checks/facts/unit.h"

namespace ferrule {

using namespace clang;

namespace {

/// Walks the declarations of a unit and asks for the bodies that belong to the code base.
class Walk {
 public:
  explicit Walk(Unit& unit) : unit_(unit) {}

  void context(const DeclContext* context) {
    for (const Decl* decl : context->decls()) declaration(decl);
  }
  const std::vector<const VarDecl*>& variables() const { return variables_; }

 private:
  bool is_foreign(const Decl* decl) {
    return !unit_.options().system_bodies && unit_.keys().in_system_header(decl->getLocation());
  }

  void declaration(const Decl* decl) {
    if (isa<TranslationUnitDecl>(decl) || is_foreign(decl)) return;
    switch (decl->getKind()) {
      case Decl::Namespace:
      case Decl::LinkageSpec:
      case Decl::Export:
        return context(cast<DeclContext>(decl));
      case Decl::Record:
      case Decl::CXXRecord:
      case Decl::ClassTemplateSpecialization:
        return record(cast<RecordDecl>(decl));
      case Decl::ClassTemplate:
        return class_template(cast<ClassTemplateDecl>(decl));
      case Decl::FunctionTemplate:
        return function_template(cast<FunctionTemplateDecl>(decl));
      case Decl::Typedef:
      case Decl::TypeAlias:
        return unit_.alias(cast<TypedefNameDecl>(decl));
      case Decl::VarTemplate:
        for (const VarTemplateSpecializationDecl* instance : cast<VarTemplateDecl>(decl)->specializations())
          variable(instance);
        return;
      case Decl::Friend:
        if (const NamedDecl* friend_decl = cast<FriendDecl>(decl)->getFriendDecl())
          if (isa<FunctionDecl>(friend_decl) || isa<FunctionTemplateDecl>(friend_decl)) declaration(friend_decl);
        return;
      default:
        if (const auto* function = dyn_cast<FunctionDecl>(decl)) return this->function(function);
        if (const auto* variable_decl = dyn_cast<VarDecl>(decl)) return variable(variable_decl);
    }
  }

  void function(const FunctionDecl* function) {
    if (function->isDependentContext() || function->isDeleted()) return;
    if (function->doesThisDeclarationHaveABody()) unit_.want_body(function);
  }

  void function_template(const FunctionTemplateDecl* pattern) {
    if (!pattern->isCanonicalDecl()) return;
    for (const FunctionDecl* instance : pattern->specializations()) unit_.want_body(instance);
  }

  void class_template(const ClassTemplateDecl* pattern) {
    if (!pattern->isCanonicalDecl()) return;
    for (const ClassTemplateSpecializationDecl* instance : pattern->specializations())
      if (!instance->isExplicitSpecialization()) record(instance);
  }

  void record(const RecordDecl* decl) {
    const RecordDecl* definition = decl->getDefinition();
    if (!definition || definition->isDependentContext()) return;
    if (definition != decl && !isa<ClassTemplateSpecializationDecl>(decl)) return;
    if (!seen_.insert(definition).second) return;
    unit_.record(definition);
    // A class that nothing uses is asked about as well.
    if (const auto* named = dyn_cast<CXXRecordDecl>(definition);
        named && !named->isLambda() && !named->getName().empty())
      unit_.type(compat::type_of(unit_.context(), named));
    for (const Decl* member : definition->decls()) {
      if (const auto* method = dyn_cast<FunctionDecl>(member)) {
        unit_.want_body(method);
      } else {
        declaration(member);
      }
    }
  }

  void variable(const VarDecl* variable) {
    if (variable->isThisDeclarationADefinition() == VarDecl::DeclarationOnly || variable->getType()->isDependentType())
      return;
    if (variable->getDeclContext()->isDependentContext()) return;
    unit_.global(variable);
    if (variable->getInit() && !variable->isConstexpr()) variables_.push_back(variable);
  }

  Unit& unit_;
  llvm::DenseSet<const Decl*> seen_;
  std::vector<const VarDecl*> variables_;
};

void read_body(Unit& unit, const FunctionDecl* function) {
  Function facts;
  BodyLowering lowering(unit, function, facts);
  bool has_graph = lowering.run();
  Function& target = unit.function_facts(function);
  target.is_coroutine = isa_and_nonnull<CoroutineBodyStmt>(function->getBody());
  if (!has_graph) return;
  target.locals = std::move(facts.locals);
  target.events = std::move(facts.events);
  target.blocks = std::move(facts.blocks);
  target.nests = std::move(facts.nests);
  target.entry = facts.entry;
}

void read_initialiser(Unit& unit, const VarDecl* variable) {
  Function facts;
  BodyLowering lowering(unit, nullptr, facts);
  if (!lowering.run_initialiser(variable)) return;
  facts.key = "initialisation of " + unit.global(variable);
  facts.name = unit.keys().name_of(variable);
  facts.where = unit.keys().where(variable->getLocation());
  facts.is_initialiser = true;
  unit.add_function(std::move(facts));
}

}  // namespace

Facts extract(ASTContext& context, const ExtractOptions& options) {
  Unit unit(context, options);
  Walk walk(unit);
  walk.context(context.getTranslationUnitDecl());
  for (const VarDecl* variable : walk.variables()) read_initialiser(unit, variable);
  while (const FunctionDecl* function = unit.next_body()) read_body(unit, function);
  return unit.finish();
}

}  // namespace ferrule
