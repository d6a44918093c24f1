// Handles that are `void` (`typedef void CURL`): the name alone tells what they are, so types keep it that would
// otherwise lose it in their canonical form.
#include "checks/facts/clang_headers.h"
#include "checks/facts/unit.h"

namespace ferrule {

using namespace clang;

namespace {

/// The outermost name that a library or program gives to `void`; null if it is written plainly.
const TypedefNameDecl* name_of_void(QualType type) {
  const TypedefNameDecl* name = nullptr;
  while (const auto* alias = type->getAs<TypedefType>()) {
    name = alias->getDecl();
    type = name->getUnderlyingType();
  }
  return name && name->getDeclContext()->getRedeclContext()->isFileContext() ? name : nullptr;
}

/// The arguments of a class template as they are written, behind aliases and alias templates.
llvm::ArrayRef<clang::TemplateArgument> written_arguments(QualType type) {
  const auto* written = type->getAs<TemplateSpecializationType>();
  while (written && written->isTypeAlias()) written = written->getAliasedType()->getAs<TemplateSpecializationType>();
  return written ? written->template_arguments() : llvm::ArrayRef<clang::TemplateArgument>();
}

bool is_handle_argument(const clang::TemplateArgument& argument) {
  return argument.getKind() == clang::TemplateArgument::Type && names_handle(argument.getAsType());
}

const ClassTemplateSpecializationDecl* instance_of(QualType type) {
  return dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
}

void spread(llvm::ArrayRef<clang::TemplateArgument> arguments, std::vector<clang::TemplateArgument>& into) {
  for (const clang::TemplateArgument& argument : arguments) {
    if (argument.getKind() == clang::TemplateArgument::Pack)
      spread(argument.pack_elements(), into);
    else
      into.push_back(argument);
  }
}

/// `x` of `std::move(x)`, also where an object is made from it; null if the initialiser is something else.
const ValueDecl* moved_variable(const Expr* init) {
  init = init ? init->IgnoreImplicit() : nullptr;
  if (const auto* made = dyn_cast_or_null<CXXConstructExpr>(init))
    init = made->getNumArgs() == 1 ? made->getArg(0)->IgnoreImplicit() : nullptr;
  const auto* call = dyn_cast_or_null<CallExpr>(init);
  if (!call || !call->isCallToStdMove()) return nullptr;
  const Expr* moved = call->getArg(0)->IgnoreParenImpCasts();
  if (const auto* named = dyn_cast<DeclRefExpr>(moved)) return named->getDecl();
  if (const auto* member = dyn_cast<MemberExpr>(moved)) return member->getMemberDecl();
  return nullptr;
}

}  // namespace

bool names_handle(QualType type) {
  const QualType target = type->getPointeeType();
  if (!target.isNull()) return (type->isPointerType() || !target->isVoidType()) && names_handle(target);
  if (type->isVoidType()) return name_of_void(type) != nullptr;
  const llvm::ArrayRef<clang::TemplateArgument> arguments = written_arguments(type);
  return std::any_of(arguments.begin(), arguments.end(), is_handle_argument);
}

QualType written_capture_type(const FieldDecl* field) {
  const auto* closure = cast<CXXRecordDecl>(field->getParent());
  const LambdaCapture& capture = *(closure->captures_begin() + field->getFieldIndex());
  const auto* variable = capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
  const ValueDecl* source = variable && variable->isInitCapture() ? moved_variable(variable->getInit()) : nullptr;
  const QualType written = source ? source->getType().getNonReferenceType() : QualType();
  const ASTContext& context = closure->getASTContext();
  return source && context.hasSameType(written, field->getType()) ? written : field->getType();
}

/// Whether names can matter at all, which is soon seen and seldom so.
bool Unit::may_name_handle(QualType canonical) {
  const auto [found, is_new] = may_name_handle_.try_emplace(canonical.getAsOpaquePtr(), false);
  if (!is_new) return found->second;
  bool may = canonical->isVoidType();
  const ClassTemplateSpecializationDecl* instance = instance_of(canonical);
  if (const QualType target = canonical->getPointeeType(); !target.isNull()) {
    may = may_name_handle(context_.getCanonicalType(target));
  } else if (instance && keys_.in_system_header(instance->getLocation())) {
    std::vector<clang::TemplateArgument> arguments;
    spread(instance->getTemplateArgs().asArray(), arguments);
    may = std::any_of(arguments.begin(), arguments.end(), [&](const clang::TemplateArgument& argument) {
      return argument.getKind() == clang::TemplateArgument::Type &&
             may_name_handle(context_.getCanonicalType(argument.getAsType()));
    });
  }
  return may_name_handle_[canonical.getAsOpaquePtr()] = may;
}

/// As if the handle were a class that is not defined.
const std::string& Unit::handle(QualType type) {
  Type facts;
  const bool refers = type->isReferenceType(), points = type->isPointerType();
  facts.kind = refers ? TypeKind::Reference : points ? TypeKind::Pointer : TypeKind::Record;
  facts.is_const = type.isConstQualified() && !refers;
  if (refers || points) {
    facts.target = handle(type->getPointeeType());
    const std::string sign = points ? "*" : type->isLValueReferenceType() ? "&" : "&&";
    const auto add_sign = [&](const std::string& target) { return target + (target.ends_with('*') ? "" : " ") + sign; };
    facts.key = add_sign(facts.target);
    facts.spelling = add_sign(handles_.at(facts.target));
  } else if (type->isVoidType()) {
    handle_class(type, facts);
  } else {
    handle_instance(type, facts);
  }
  if (facts.is_const)
    for (std::string* text : {&facts.key, &facts.spelling}) *text = points ? *text + "const" : "const " + *text;
  auto [entry, fresh] = handles_.try_emplace(facts.key, facts.spelling);
  if (fresh) facts_.types.push_back(facts);
  return entry->first;
}

void Unit::handle_class(QualType type, Type& facts) {
  const TypedefNameDecl* name = name_of_void(type);
  facts.key = facts.record = facts.spelling = keys_.name_of(name);
  if (!handles_.try_emplace("class " + facts.key, "").second) return;
  Record& record = facts_.records.emplace_back();
  record.key = record.name = record.spelling = facts.key;
  record.where = keys_.where(name->getLocation());
  record.is_system = keys_.in_system_header(name->getLocation());
}

void Unit::handle_instance(QualType type, Type& facts) {
  const ClassTemplateSpecializationDecl* instance = instance_of(type);
  std::vector<clang::TemplateArgument> arguments;
  spread(instance->getTemplateArgs().asArray(), arguments);
  const llvm::ArrayRef<clang::TemplateArgument> written = written_arguments(type);
  Record named;
  facts.key = facts.spelling = keys_.name_of(instance) + "<";
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool is_handle = i < written.size() && is_handle_argument(written[i]);
    if (is_handle)
      named.arguments.push_back({handle(written[i].getAsType()), ""});
    else
      add_argument(named, arguments[i]);
    const ferrule::TemplateArgument& made = named.arguments.back();
    const char* comma = i > 0 ? ", " : "";
    facts.key += comma + made.type + made.literal;
    if (i < written.size())
      facts.spelling += comma + (is_handle ? handles_.at(made.type) : keys_.argument_text(arguments[i]));
  }
  facts.key += ">";
  facts.spelling += ">";
  facts.record = facts.key;
  record(instance);
  if (handles_.try_emplace("class " + facts.key, "").second)
    named_instances_.push_back({instance, facts.key, facts.spelling, std::move(named.arguments)});
}

/// What is known of an instance for `void` holds for the named one, which differs in its arguments.
void Unit::name_instances() {
  for (NamedInstance& named : named_instances_) {
    Record facts = facts_.records[records_[named.instance->getCanonicalDecl()]];
    facts.key = std::move(named.key);
    facts.spelling = std::move(named.spelling);
    facts.arguments = std::move(named.arguments);
    facts_.records.push_back(std::move(facts));
  }
}

}  // namespace ferrule
