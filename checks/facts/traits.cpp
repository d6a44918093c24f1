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

/// What the parameters of a partial specialisation stand for, where its argument is made to match a class. Clang asks
/// that only where the program uses the trait for that class.
class Match {
 public:
  Match(ASTContext& context, unsigned parameters) : context_(context), meant_(parameters) {}

  bool unify(QualType pattern, QualType actual) {
    pattern = pattern.getCanonicalType();  // with the arguments that are left out
    actual = actual.getCanonicalType();
    if (!pattern->isDependentType()) return context_.hasSameType(pattern, actual);
    if (const auto* parameter = pattern->getAs<TemplateTypeParmType>()) {
      if ((pattern.getCVRQualifiers() & ~actual.getCVRQualifiers()) != 0) return false;
      Qualifiers left = actual.getQualifiers();
      left.removeCVRQualifiers(pattern.getCVRQualifiers());
      const QualType rest = context_.getQualifiedType(actual.getUnqualifiedType(), left);
      return bind(parameter->getIndex(), clang::TemplateArgument(rest));
    }
    if (pattern.getCVRQualifiers() != actual.getCVRQualifiers()) return false;
    if (pattern->isPointerType() || pattern->isReferenceType())
      return pattern->getTypeClass() == actual->getTypeClass() &&
             unify(pattern->getPointeeType(), actual->getPointeeType());
    const Instance of_pattern = instance(pattern), of_actual = instance(actual);
    return of_pattern.source && of_pattern.source == of_actual.source &&
           unify(of_pattern.arguments, of_actual.arguments);
  }

  llvm::ArrayRef<clang::TemplateArgument> meant() const { return meant_; }

 private:
  using Arguments = llvm::ArrayRef<clang::TemplateArgument>;

  static SmallVector<clang::TemplateArgument> spread(Arguments arguments) {
    SmallVector<clang::TemplateArgument> all;
    for (const clang::TemplateArgument& argument : arguments) {
      if (argument.getKind() == clang::TemplateArgument::Pack)
        all.append(argument.pack_begin(), argument.pack_end());
      else
        all.push_back(argument);
    }
    return all;
  }

  struct Instance {
    const Decl* source = nullptr;  // the template
    SmallVector<clang::TemplateArgument> arguments = {};
  };

  static Instance instance(QualType type) {
    const auto* written = type->getAs<TemplateSpecializationType>();
    const TemplateDecl* source = written ? written->getTemplateName().getAsTemplateDecl() : nullptr;
    if (source && type->isDependentType()) return {source->getCanonicalDecl(), spread(written->template_arguments())};
    const auto* record = dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
    if (!record) return {};
    return {record->getSpecializedTemplate()->getCanonicalDecl(), spread(record->getTemplateArgs().asArray())};
  }

  bool bind(unsigned parameter, const clang::TemplateArgument& argument) {
    if (parameter >= meant_.size()) return false;
    if (!meant_[parameter].isNull()) return meant_[parameter].structurallyEquals(argument);
    meant_[parameter] = argument;
    return true;
  }

  bool unify(Arguments pattern, Arguments actual) {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (pattern[at].isPackExpansion()) return unify_rest(pattern[at], actual.drop_front(at));
      if (at >= actual.size() || !unify(pattern[at], actual[at])) return false;
    }
    return pattern.size() == actual.size();
  }

  bool unify_rest(const clang::TemplateArgument& expansion, Arguments rest) {
    const clang::TemplateArgument pattern = expansion.getPackExpansionPattern();
    if (pattern.getKind() != clang::TemplateArgument::Type) return true;  // values say nothing of threads
    const auto* parameter = pattern.getAsType()->getAs<TemplateTypeParmType>();
    return parameter && bind(parameter->getIndex(), clang::TemplateArgument::CreatePackCopy(context_, rest));
  }

  bool unify(const clang::TemplateArgument& pattern, const clang::TemplateArgument& actual) {
    if (pattern.getKind() == clang::TemplateArgument::Type)
      return actual.getKind() == clang::TemplateArgument::Type && unify(pattern.getAsType(), actual.getAsType());
    if (pattern.getKind() == clang::TemplateArgument::Expression)  // a parameter that is a value
      return pattern.isDependent() && actual.getKind() != clang::TemplateArgument::Type;
    return pattern.structurallyEquals(actual);
  }

  ASTContext& context_;
  SmallVector<clang::TemplateArgument> meant_;
};

/// The types that a template parameter stands for: one, or all of a pack. Types that are not a parameter stand for
/// themselves unless they depend on one. False if they depend on one in a way that is not followed.
bool add_meant(QualType written, unsigned depth, llvm::ArrayRef<clang::TemplateArgument> arguments,
               SmallVectorImpl<QualType>& meant) {
  const auto* parameter = written->getAs<TemplateTypeParmType>();
  if (!parameter) {
    if (!written->isDependentType()) meant.push_back(written);
    return !written->isDependentType();
  }
  if (parameter->getDepth() != depth || parameter->getIndex() >= arguments.size()) return false;
  const clang::TemplateArgument& argument = arguments[parameter->getIndex()];
  if (argument.getKind() == clang::TemplateArgument::Type) meant.push_back(argument.getAsType());
  if (argument.getKind() == clang::TemplateArgument::Pack)
    for (const clang::TemplateArgument& element : argument.pack_elements())
      if (element.getKind() == clang::TemplateArgument::Type) meant.push_back(element.getAsType());
  return !argument.isNull();
}

/// Reads what must be Send or Sync out of an expression: a constraint, or what a trait is initialised with.
struct Demands {
  Unit& unit;
  unsigned depth;
  llvm::ArrayRef<clang::TemplateArgument> arguments;
  std::vector<Annotation::Demand> demands = {};
  bool is_false = false;
  bool is_understood = true;  ///< the demands are all that it says

  void read(const Expr* expr) {
    expr = expr->IgnoreParenImpCasts();
    if (const auto* constant = dyn_cast<ConstantExpr>(expr)) return read(constant->getSubExpr());
    if (const auto* literal = dyn_cast<CXXBoolLiteralExpr>(expr)) {
      is_false |= !literal->getValue();
    } else if (const auto* fold = dyn_cast<CXXFoldExpr>(expr)) {
      if (fold->getOperator() != BO_LAnd) return give_up();
      read(fold->getPattern());
      if (fold->getInit()) read(fold->getInit());
    } else if (const auto* both = dyn_cast<BinaryOperator>(expr)) {
      if (both->getOpcode() != BO_LAnd) return give_up();
      read(both->getLHS());
      read(both->getRHS());
    } else if (const auto* concept_use = dyn_cast<ConceptSpecializationExpr>(expr)) {
      read(*concept_use);
    } else {
      give_up();
    }
  }

 private:
  void give_up() { is_understood = false; }

  void read(const ConceptSpecializationExpr& use) {
    const std::string name = use.getNamedConcept()->getQualifiedNameAsString();
    if (name != "ferrule::Send" && name != "ferrule::Sync") return give_up();
    if (use.getTemplateArguments().empty()) return;
    const clang::TemplateArgument& argument = use.getTemplateArguments().front();
    SmallVector<QualType> meant;
    if (argument.getKind() != clang::TemplateArgument::Type ||
        !add_meant(argument.getAsType(), depth, arguments, meant))
      return give_up();
    for (QualType type : meant)
      demands.push_back({name == "ferrule::Send", unit.type(type), unit.keys().where(use.getConceptNameLoc())});
  }
};

/// One specialisation of a trait that is true for a class, and on which terms.
struct Special {
  const VarDecl* decl = nullptr;
  std::vector<Annotation::Demand> demands = {};
};

bool is_true(const VarTemplateSpecializationDecl* special, ASTContext& context) {
  const Expr* value = special->getInit();
  bool result = false;
  return value && !value->isValueDependent() && value->EvaluateAsBooleanCondition(result, context) && result;
}

class Trait {
 public:
  Trait(Unit& unit, const VarTemplateDecl* trait) : unit_(unit), trait_(trait) {
    const_cast<VarTemplateDecl*>(trait)->getPartialSpecializations(partial_);
  }

  /// Specialised for this class, explicitly or by a partial specialisation, and true.
  std::optional<Special> true_for(const CXXRecordDecl* record) {
    for (const VarTemplateSpecializationDecl* special : trait_->specializations()) {
      const auto* partial =
          special->getSpecializedTemplateOrPartial().dyn_cast<VarTemplatePartialSpecializationDecl*>();
      const bool is_own = special->getSpecializationKind() == TSK_ExplicitSpecialization;
      if ((!is_own && !partial) || !is_about(special, record)) continue;
      if (!is_true(special, unit_.context())) return std::nullopt;
      if (partial) return terms_of(partial, special->getTemplateInstantiationArgs().asArray(), true);
      Demands demands{unit_, 0, {}};
      if (special->getInit()) demands.read(special->getInit());
      return Special{special, std::move(demands.demands)};
    }
    const Candidate best = best_for(compat::type_of(unit_.context(), record));
    return best.partial ? terms_of(best.partial, best.meant, false) : std::nullopt;
  }

 private:
  struct Candidate {
    const VarTemplatePartialSpecializationDecl* partial = nullptr;
    SmallVector<clang::TemplateArgument> meant = {};
  };

  bool is_about(const VarTemplateSpecializationDecl* special, const CXXRecordDecl* record) const {
    const TemplateArgumentList& arguments = special->getTemplateArgs();
    if (arguments.size() != 1 || arguments[0].getKind() != clang::TemplateArgument::Type) return false;
    const CXXRecordDecl* subject = arguments[0].getAsType()->getAsCXXRecordDecl();
    return subject && subject->getCanonicalDecl() == record->getCanonicalDecl();
  }

  static QualType pattern_of(const VarTemplatePartialSpecializationDecl* partial) {
    const TemplateArgumentList& arguments = partial->getTemplateArgs();
    const bool is_type = arguments.size() == 1 && arguments[0].getKind() == clang::TemplateArgument::Type;
    return is_type ? arguments[0].getAsType() : QualType();
  }

  // Of several that fit, the one whose pattern fits another's.
  Candidate best_for(QualType type) {
    Candidate best;
    for (const VarTemplatePartialSpecializationDecl* partial : partial_) {
      const QualType pattern = pattern_of(partial);
      if (pattern.isNull()) continue;
      Match match(unit_.context(), partial->getTemplateParameters()->size());
      if (!match.unify(pattern, type)) continue;
      if (best.partial && !fits(pattern, best.partial)) continue;
      best = {partial, SmallVector<clang::TemplateArgument>(match.meant())};
    }
    return best;
  }

  bool fits(QualType narrow, const VarTemplatePartialSpecializationDecl* wide) {
    return Match(unit_.context(), wide->getTemplateParameters()->size()).unify(pattern_of(wide), narrow);
  }

  /// What this specialisation says where its parameters mean `meant`. `is_evaluated`: Clang says that it is true, as
  /// far as the language can tell.
  std::optional<Special> terms_of(const VarTemplatePartialSpecializationDecl* partial,
                                  llvm::ArrayRef<clang::TemplateArgument> meant, bool is_evaluated) {
    Demands demands{unit_, partial->getTemplateParameters()->getDepth(), meant};
    for (const Expr* constraint : compat::constraints_of(partial)) demands.read(constraint);
    if (partial->getInit()) demands.read(partial->getInit());
    if (!is_evaluated && (demands.is_false || !demands.is_understood || !partial->getInit())) return std::nullopt;
    return Special{partial, std::move(demands.demands)};
  }

  Unit& unit_;
  const VarTemplateDecl* trait_;
  SmallVector<VarTemplatePartialSpecializationDecl*> partial_;
};

/// The words of a comment that is all there is on its line, "" if there is none.
StringRef comment_on(StringRef line) {
  line = line.trim();
  if (line.consume_front("/*"))
    line = line.consume_back("*/") ? line : StringRef();
  else if (!line.starts_with("//"))
    return {};
  line = line.ltrim("/*!<").trim().rtrim(".");
  return line.starts_with("NOLINT") ? StringRef() : line;
}

/// What the author says beside a declaration, or in the lines above it.
std::string comment_of(const Decl* decl, const SourceManager& sources) {
  const SourceLocation begin = sources.getExpansionLoc(decl->getBeginLoc());
  const SourceLocation end = sources.getExpansionLoc(decl->getEndLoc());
  const auto [file, first] = sources.getDecomposedLoc(begin);
  const auto [end_file, last] = sources.getDecomposedLoc(end);
  const StringRef text = sources.getBufferData(file);
  if (file != end_file || last < first || last > text.size()) return {};
  const StringRef rest = text.substr(last).take_until([](char c) { return c == '\n'; });
  if (const size_t beside = rest.find(';'); beside != StringRef::npos)
    if (const StringRef comment = comment_on(rest.substr(beside + 1)); !comment.empty()) return comment.str();
  std::string words;
  StringRef above = text.take_front(first);
  above = above.take_front(above.rfind('\n') + 1);  // npos + 1: the first line of the file
  while (!above.empty()) {
    above = above.drop_back();
    const size_t start = above.rfind('\n') + 1;
    const StringRef line = above.substr(start);
    above = above.take_front(start);
    const StringRef comment = comment_on(line);
    if (!comment.empty())
      words = comment.str() + (words.empty() ? "" : " ") + words;
    else if (!words.empty() || !line.trim().starts_with("template"))
      break;
  }
  return words;
}

}  // namespace

void add_traits(Unit& unit, const CXXRecordDecl* record, std::vector<Annotation>& annotations) {
  constexpr std::pair<const char*, const char*> traits[] = {{"claims_send", "claim_send"},
                                                            {"claims_sync", "claim_sync"},
                                                            {"claims_synchronized", "claim_synchronized"},
                                                            {"denies_send", "not_send"},
                                                            {"denies_sync", "not_sync"}};
  for (const auto& [trait, meaning] : traits)
    if (const auto* found = find_in_ferrule<VarTemplateDecl>(unit.context(), trait))
      if (std::optional<Special> special = Trait(unit, found).true_for(record)) {
        std::string reason = comment_of(special->decl, unit.context().getSourceManager());
        if (reason.empty()) reason = std::string("it specialises 'ferrule::") + trait + "'";
        Annotation annotation{meaning, std::move(reason), unit.keys().where(special->decl->getLocation())};
        annotation.demands = std::move(special->demands);
        annotations.push_back(std::move(annotation));
      }
}

void add_constraints(Unit& unit, const Decl* decl, std::vector<Annotation>& annotations) {
  const TemplateDecl* source = nullptr;
  llvm::ArrayRef<clang::TemplateArgument> arguments;
  if (const auto* function = dyn_cast<FunctionDecl>(decl)) {
    source = function->getPrimaryTemplate();
    if (const TemplateArgumentList* chosen = function->getTemplateSpecializationArgs()) arguments = chosen->asArray();
  } else if (const auto* special = dyn_cast<ClassTemplateSpecializationDecl>(decl)) {
    source = special->getSpecializedTemplate();
    arguments = special->getTemplateArgs().asArray();
  }
  // The runtime's own templates are judged where something crosses, with more in sight than the type.
  if (!source || StringRef(source->getQualifiedNameAsString()).starts_with("ferrule::")) return;
  Demands demands{unit, source->getTemplateDepth(), arguments};
  for (const Expr* constraint : compat::constraints_of(source)) demands.read(constraint);
  for (const Annotation::Demand& demand : demands.demands)
    annotations.push_back({demand.send ? "asserts_send" : "asserts_sync", demand.type, demand.where});
}

}  // namespace ferrule
