#include "checks/facts/traits.h"

#include "checks/facts/compat.h"

namespace ferrule {

using namespace clang;

namespace {

template <class Wanted>
const Wanted* find_in_ferrule(ASTContext& context, StringRef name) {
  for (const NamedDecl* found : context.getTranslationUnitDecl()->lookup(&context.Idents.get("ferrule")))
    if (const auto* space = dyn_cast<NamespaceDecl>(found))
      for (const NamedDecl* inner : space->lookup(&context.Idents.get(name)))
        if (const auto* wanted = dyn_cast<Wanted>(inner)) return wanted;
  return nullptr;
}

/// Specialised for this class, explicitly or by a partial specialisation that was instantiated, and true.
const VarTemplateSpecializationDecl* true_for(ASTContext& context, const VarTemplateDecl* trait,
                                              const CXXRecordDecl* record) {
  for (const VarTemplateSpecializationDecl* special : trait->specializations()) {
    const bool is_own = special->getSpecializationKind() == TSK_ExplicitSpecialization ||
                        isa<VarTemplatePartialSpecializationDecl*>(special->getSpecializedTemplateOrPartial());
    const TemplateArgumentList& arguments = special->getTemplateArgs();
    if (!is_own || arguments.size() != 1 || arguments[0].getKind() != clang::TemplateArgument::Type) continue;
    const CXXRecordDecl* subject = arguments[0].getAsType()->getAsCXXRecordDecl();
    if (!subject || subject->getCanonicalDecl() != record->getCanonicalDecl()) continue;
    const Expr* value = special->getInit();
    bool is_true = false;
    if (value && !value->isValueDependent() && value->EvaluateAsBooleanCondition(is_true, context) && is_true)
      return special;
  }
  return nullptr;
}

/// The types that a template parameter stands for: one, or all of a pack. Types that are not a parameter stand for
/// themselves unless they depend on one.
void add_meant(QualType written, unsigned depth, const TemplateArgumentList* arguments,
               SmallVectorImpl<QualType>& meant) {
  const auto* parameter = written->getAs<TemplateTypeParmType>();
  if (!parameter) {
    if (!written->isDependentType()) meant.push_back(written);
    return;
  }
  if (!arguments || parameter->getDepth() != depth || parameter->getIndex() >= arguments->size()) return;
  const clang::TemplateArgument& argument = arguments->get(parameter->getIndex());
  if (argument.getKind() == clang::TemplateArgument::Type) meant.push_back(argument.getAsType());
  if (argument.getKind() == clang::TemplateArgument::Pack)
    for (const clang::TemplateArgument& element : argument.pack_elements())
      if (element.getKind() == clang::TemplateArgument::Type) meant.push_back(element.getAsType());
}

struct Constraints {
  Unit& unit;
  unsigned depth;
  const TemplateArgumentList* arguments;
  std::vector<Annotation>& annotations;

  void read(const Expr* constraint) {
    constraint = constraint->IgnoreParenImpCasts();
    if (const auto* fold = dyn_cast<CXXFoldExpr>(constraint)) return read(fold->getPattern());
    if (const auto* both = dyn_cast<BinaryOperator>(constraint)) {
      if (both->getOpcode() != BO_LAnd) return;
      read(both->getLHS());
      return read(both->getRHS());
    }
    const auto* concept_use = dyn_cast<ConceptSpecializationExpr>(constraint);
    if (!concept_use || concept_use->getTemplateArguments().empty()) return;
    const std::string name = concept_use->getNamedConcept()->getQualifiedNameAsString();
    if (name != "ferrule::Send" && name != "ferrule::Sync") return;
    const clang::TemplateArgument& argument = concept_use->getTemplateArguments().front();
    if (argument.getKind() != clang::TemplateArgument::Type) return;
    SmallVector<QualType> meant;
    add_meant(argument.getAsType(), depth, arguments, meant);
    for (QualType type : meant)
      annotations.push_back({name == "ferrule::Send" ? "asserts_send" : "asserts_sync", unit.type(type),
                             unit.keys().where(concept_use->getConceptNameLoc())});
  }
};

}  // namespace

void add_traits(Unit& unit, const CXXRecordDecl* record, std::vector<Annotation>& annotations) {
  constexpr std::pair<const char*, const char*> traits[] = {{"claims_send", "claim_send"},
                                                            {"claims_sync", "claim_sync"},
                                                            {"claims_synchronized", "claim_synchronized"},
                                                            {"denies_send", "not_send"},
                                                            {"denies_sync", "not_sync"}};
  for (const auto& [trait, meaning] : traits)
    if (const auto* found = find_in_ferrule<VarTemplateDecl>(unit.context(), trait))
      if (const auto* special = true_for(unit.context(), found, record))
        annotations.push_back(
            {meaning, std::string("'ferrule::") + trait + "' says so", unit.keys().where(special->getLocation())});
}

void add_constraints(Unit& unit, const Decl* decl, std::vector<Annotation>& annotations) {
  const TemplateDecl* source = nullptr;
  const TemplateArgumentList* arguments = nullptr;
  if (const auto* function = dyn_cast<FunctionDecl>(decl)) {
    source = function->getPrimaryTemplate();
    arguments = function->getTemplateSpecializationArgs();
  } else if (const auto* special = dyn_cast<ClassTemplateSpecializationDecl>(decl)) {
    source = special->getSpecializedTemplate();
    arguments = &special->getTemplateArgs();
  }
  // The runtime's own templates are judged where something crosses, with more in sight than the type.
  if (!source || StringRef(source->getQualifiedNameAsString()).starts_with("ferrule::")) return;
  Constraints constraints{unit, source->getTemplateDepth(), arguments, annotations};
  for (const Expr* constraint : compat::constraints_of(source)) constraints.read(constraint);
}

}  // namespace ferrule
