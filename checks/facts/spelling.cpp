// Keys and spellings of types, and names for people.
#include "checks/facts/compat.h"
#include "checks/facts/keys.h"

namespace ferrule {

using namespace clang;

namespace {

std::string qualifiers_text(Qualifiers qualifiers) {
  std::string text;
  if (qualifiers.hasConst()) text += "const";
  if (qualifiers.hasVolatile()) text += text.empty() ? "volatile" : " volatile";
  return text;
}

}  // namespace

/// Writes a canonical type; `leaf` writes the types inside it. Qualifiers go before a name and after a `*`.
template <class Leaf>
std::string Keys::compose_type(QualType type, Leaf leaf, bool key) {
  std::string qualifiers = qualifiers_text(type.getLocalQualifiers());
  const Type* bare = type.getTypePtr();
  auto after = [&](std::string text) { return text + qualifiers; };
  auto space = [](const std::string& text) {
    return text.empty() || text.back() == '*' || text.back() == '&' ? "" : " ";
  };
  auto before = [&](std::string text) { return qualifiers.empty() ? text : qualifiers + " " + text; };
  if (const auto* pointer = dyn_cast<PointerType>(bare)) {
    QualType pointee = pointer->getPointeeType();
    if (const auto* function = dyn_cast<FunctionProtoType>(pointee.getTypePtr()))
      return leaf(pointee).insert(leaf(function->getReturnType()).size() + 1, "(*" + qualifiers + ")");
    std::string target = leaf(pointee);
    return after(target + space(target) + "*");
  }
  if (const auto* reference = dyn_cast<ReferenceType>(bare)) {
    std::string target = leaf(reference->getPointeeType());
    return target + space(target) + (isa<LValueReferenceType>(reference) ? "&" : "&&");
  }
  if (const auto* array = dyn_cast<ArrayType>(bare)) {
    const auto* sized = dyn_cast<ConstantArrayType>(array);
    const std::string size = "[" + (sized ? llvm::toString(sized->getSize(), 10, false) : "") + "]";
    std::string element = leaf(array->getElementType());
    // The size of the outermost array is the first.
    const bool is_nested = isa<ArrayType>(array->getElementType().getTypePtr());
    const size_t at = is_nested ? element.find_last_not_of("0123456789[]") + 1 : element.size();
    return before(element.insert(at, size));
  }
  if (const auto* atomic = dyn_cast<AtomicType>(bare)) return before("_Atomic(" + leaf(atomic->getValueType()) + ")");
  if (const auto* member = dyn_cast<MemberPointerType>(bare)) {
    const CXXRecordDecl* record = compat::class_of(member);
    std::string owner = !record ? "?" : key ? of_tag(record) : spelling_of_tag(record);
    return after(leaf(member->getPointeeType()) + " " + owner + "::*");
  }
  if (const auto* function = dyn_cast<FunctionProtoType>(bare)) {
    std::string text = leaf(function->getReturnType()) + " (";
    bool first = true;
    for (QualType parameter : function->param_types()) {
      if (!first) text += ", ";
      first = false;
      text += leaf(parameter);
    }
    if (function->isVariadic()) text += first ? "..." : ", ...";
    text += ")";
    if (function->isConst()) text += " const";
    if (function->isVolatile()) text += " volatile";
    if (function->getRefQualifier() == RQ_LValue) text += " &";
    if (function->getRefQualifier() == RQ_RValue) text += " &&";
    if (function->isNothrow()) text += " noexcept";
    return text;
  }
  if (const auto* tag = dyn_cast<TagType>(bare))
    return before(key ? of_tag(tag->getDecl()) : spelling_of_tag(tag->getDecl()));
  return before(QualType(bare, 0).getAsString(policy_));
}

std::string Keys::make_type(QualType type) {
  return compose_type(type, [this](QualType inner) -> std::string { return of_type(inner); }, true);
}

std::string Keys::make_spelling(QualType type) {
  return compose_type(type, [this](QualType inner) -> std::string { return spelling_of(inner); }, false);
}

const std::string& Keys::of_type(QualType type) {
  QualType canonical = context_.getCanonicalType(type);
  if (std::unique_ptr<std::string>& text = types_[canonical.getAsOpaquePtr()]) return *text;
  auto made = std::make_unique<std::string>(make_type(canonical));
  return *(types_[canonical.getAsOpaquePtr()] = std::move(made));
}

const std::string& Keys::spelling_of(QualType type) {
  QualType canonical = context_.getCanonicalType(type);
  if (std::unique_ptr<std::string>& text = spellings_[canonical.getAsOpaquePtr()]) return *text;
  auto made = std::make_unique<std::string>(make_spelling(canonical));
  return *(spellings_[canonical.getAsOpaquePtr()] = std::move(made));
}

std::string Keys::arguments_spelling(const ClassTemplateSpecializationDecl* specialization) {
  llvm::ArrayRef<TemplateArgument> arguments = specialization->getTemplateArgs().asArray();
  const TemplateParameterList* parameters = specialization->getSpecializedTemplate()->getTemplateParameters();
  size_t count = arguments.size();
  while (count > 0 && count <= parameters->size() &&
         isSubstitutedDefaultArgument(context_, arguments[count - 1], parameters->getParam(count - 1), arguments,
                                      parameters->getDepth()))
    --count;
  std::string text = "<";
  for (size_t i = 0; i < count; ++i) {
    std::string argument = argument_text(arguments[i]);
    if (argument.empty()) continue;
    if (text.size() > 1) text += ", ";
    text += argument;
  }
  return text + ">";
}

std::string Keys::spelling_of_tag(const TagDecl* tag) {
  const auto* record = dyn_cast<CXXRecordDecl>(tag);
  if (record && record->isLambda()) return "lambda";
  const auto* specialization = dyn_cast<ClassTemplateSpecializationDecl>(tag);
  std::string name = scope_name(tag->getDeclContext());
  if (const auto* parent = dyn_cast<CXXRecordDecl>(tag->getDeclContext())) name = spelling_of_tag(parent) + "::";
  if (tag->getName().empty()) {
    const TypedefNameDecl* alias = tag->getTypedefNameForAnonDecl();
    return name + (alias ? alias->getName().str() : "(unnamed)");
  }
  name += tag->getName();
  if (!specialization) return name;
  std::string arguments = arguments_spelling(specialization);
  if (arguments == "<char>" && name == "std::basic_string") return "std::string";
  if (arguments == "<char>" && name == "std::basic_string_view") return "std::string_view";
  return name + arguments;
}

std::string Keys::scope_name(const DeclContext* context) {
  while (context && !context->isTranslationUnit()) {
    if (const auto* space = dyn_cast<NamespaceDecl>(context)) {
      if (!space->isInline() && !space->isAnonymousNamespace()) return name_of(space) + "::";
    } else if (const auto* record = dyn_cast<CXXRecordDecl>(context)) {
      return name_of(record) + "::";
    } else if (const auto* function = dyn_cast<FunctionDecl>(context)) {
      return name_of(function) + "::";
    }
    context = context->getParent();
  }
  return {};
}

const std::string& Keys::name_of(const NamedDecl* decl) {
  const Decl* canonical = decl->getCanonicalDecl();
  if (std::unique_ptr<std::string>& name = names_[canonical]) return *name;
  std::string text = scope_name(decl->getDeclContext());
  const auto* record = dyn_cast<CXXRecordDecl>(decl);
  if (record && record->isLambda()) {
    text += "(lambda)";
  } else if (const auto* tag = dyn_cast<TagDecl>(decl); tag && tag->getName().empty()) {
    const TypedefNameDecl* alias = tag->getTypedefNameForAnonDecl();
    text += alias ? alias->getName().str() : "(unnamed)";
  } else {
    text += own_name(decl);
  }
  return *(names_[canonical] = std::make_unique<std::string>(std::move(text)));
}

}  // namespace ferrule
