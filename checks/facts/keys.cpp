#include "checks/facts/keys.h"

#include "checks/facts/compat.h"

namespace ferrule {

using namespace clang;

Keys::Keys(ASTContext& context)
    : context_(context), sources_(context.getSourceManager()), policy_(context.getPrintingPolicy()) {
  policy_.SuppressScope = false;
  policy_.Bool = true;
}

const std::string& Keys::file_path(FileID file) {
  std::unique_ptr<std::string>& path = files_[file];
  if (path) return *path;
  path = std::make_unique<std::string>();
  if (OptionalFileEntryRef entry = sources_.getFileEntryRefForID(file)) {
    llvm::SmallString<256> text(entry->getName());
    sources_.getFileManager().makeAbsolutePath(text);
    llvm::sys::path::remove_dots(text, true);
    *path = text.str().str();
  }
  return *path;
}

Location Keys::where(SourceLocation location) {
  if (location.isInvalid()) return {};
  auto [file, offset] = sources_.getDecomposedLoc(sources_.getFileLoc(location));
  return {file_path(file), sources_.getLineNumber(file, offset), sources_.getColumnNumber(file, offset)};
}

bool Keys::in_system_header(SourceLocation location) {
  if (location.isInvalid()) return true;
  SourceLocation in_file = sources_.getExpansionLoc(location);
  FileID file = sources_.getFileID(in_file);
  auto [entry, fresh] = system_files_.try_emplace(file, false);
  if (fresh) entry->second = sources_.isInSystemHeader(in_file);
  // In preprocessed code, the markers of lines say it, each of what follows it.
  bool invalid = false;
  const SrcMgr::SLocEntry& slot = sources_.getSLocEntry(file, &invalid);
  const bool changes_within = !invalid && slot.isFile() && slot.getFile().hasLineDirectives();
  return changes_within ? sources_.isInSystemHeader(in_file) : entry->second;
}

std::string Keys::unique(char kind, std::string key, const void* entity) {
  std::string candidate = key;
  for (unsigned number = 2;; ++number) {
    auto [owner, fresh] = owners_.try_emplace(kind + candidate, entity);
    if (fresh || owner->second == entity) return candidate;
    candidate = key + "#" + std::to_string(number);
  }
}

/// Where a closure or local class stands, counted from the start of what it is in, so that edits above don't matter.
std::string Keys::local_suffix(const Decl* decl) {
  Location at = where(decl->getLocation());
  const DeclContext* context = decl->getDeclContext();
  while (context && !context->isFunctionOrMethod() && !context->isRecord() && !context->isFileContext())
    context = context->getParent();
  std::string column = ":" + std::to_string(at.column);
  if (!context || context->isFileContext()) return " " + at.file + ":" + std::to_string(at.line) + column;
  unsigned start = where(cast<Decl>(context)->getLocation()).line;
  return " +" + std::to_string(static_cast<int>(at.line) - static_cast<int>(start)) + column;
}

/// The file of an entity that other units cannot name, and the unit of one that each unit has for itself.
std::string Keys::file_suffix(const NamedDecl* decl) {
  const DeclContext* context = decl->getDeclContext()->getRedeclContext();
  if (!context->isFileContext()) return {};
  const auto* function = dyn_cast<FunctionDecl>(decl);
  const auto* variable = dyn_cast<VarDecl>(decl);
  bool is_static = (function && function->getStorageClass() == SC_Static) ||
                   (variable && variable->getFormalLinkage() == Linkage::Internal);
  if (!is_static && !decl->isInAnonymousNamespace()) return {};
  FileID file = sources_.getFileID(sources_.getFileLoc(decl->getLocation()));
  std::string suffix = "@" + file_path(file);
  if (variable && file != sources_.getMainFileID()) suffix += "@" + file_path(sources_.getMainFileID());
  return suffix;
}

std::string Keys::scope_key(const Decl* decl) {
  const DeclContext* context = decl->getDeclContext();
  while (context && (isa<LinkageSpecDecl>(context) || isa<ExportDecl>(context) || isa<EnumDecl>(context)))
    context = context->getParent();
  if (!context || context->isTranslationUnit()) return {};
  if (const auto* space = dyn_cast<NamespaceDecl>(context)) {
    const Decl* canonical = space->getCanonicalDecl();
    std::unique_ptr<std::string>& key = keys_[canonical];
    if (key) return *key;
    std::string text = scope_key(space);
    text += space->isAnonymousNamespace() ? std::string("(anonymous)") : space->getName().str();
    text += "::";
    keys_[canonical] = std::make_unique<std::string>(text);
    return text;
  }
  if (const auto* tag = dyn_cast<TagDecl>(context)) return of_tag(tag) + "::";
  if (const auto* function = dyn_cast<FunctionDecl>(context)) return of_function(function) + "::";
  return scope_key(cast<Decl>(context));
}

std::string Keys::own_name(const NamedDecl* decl) {
  if (isa<CXXConstructorDecl>(decl)) {
    const CXXRecordDecl* parent = cast<CXXMethodDecl>(decl)->getParent();
    return parent->isLambda() ? std::string("(lambda)") : parent->getName().str();
  }
  if (isa<CXXDestructorDecl>(decl)) {
    const CXXRecordDecl* parent = cast<CXXMethodDecl>(decl)->getParent();
    return "~" + (parent->isLambda() ? std::string("(lambda)") : parent->getName().str());
  }
  if (const auto* conversion = dyn_cast<CXXConversionDecl>(decl))
    return "operator " + spelling_of(conversion->getConversionType());
  if (const IdentifierInfo* identifier = decl->getIdentifier()) return identifier->getName().str();
  return decl->getNameAsString();
}

std::string Keys::make_tag(const TagDecl* tag) {
  std::string key = scope_key(tag);
  const auto* record = dyn_cast<CXXRecordDecl>(tag);
  if (record && record->isLambda()) return key + "(lambda" + local_suffix(tag) + ")";
  if (tag->getName().empty()) {
    if (const TypedefNameDecl* name = tag->getTypedefNameForAnonDecl()) return key + name->getName().str();
    return key + "(unnamed" + local_suffix(tag) + ")";
  }
  key += tag->getName();
  if (const auto* specialization = dyn_cast<ClassTemplateSpecializationDecl>(tag))
    key += arguments_key(specialization->getTemplateArgs().asArray());
  if (tag->getDeclContext()->isFunctionOrMethod()) key += local_suffix(tag);
  return key + file_suffix(tag);
}

const std::string& Keys::of_tag(const TagDecl* tag) {
  const TagDecl* canonical = tag->getCanonicalDecl();
  if (std::unique_ptr<std::string>& key = keys_[canonical]) return *key;
  auto made = std::make_unique<std::string>(unique('t', make_tag(canonical), canonical));
  return *(keys_[canonical] = std::move(made));
}

namespace {

/// Whether the class has another member template of this name, which may have the same parameters.
bool has_sibling_template(const FunctionDecl* function) {
  const auto* record = dyn_cast<CXXRecordDecl>(function->getDeclContext());
  if (!record) return false;
  unsigned templates = 0;
  for (const NamedDecl* member : record->lookup(function->getDeclName()))
    templates += isa<FunctionTemplateDecl>(member);
  return templates > 1;
}

}  // namespace

std::string Keys::make_function(const FunctionDecl* function) {
  std::string key = scope_key(function);
  key += isa<CXXConversionDecl>(function) ? "operator " + of_type(function->getReturnType()) : own_name(function);
  if (function->isExternC() || !context_.getLangOpts().CPlusPlus) return key + file_suffix(function);
  const TemplateArgumentList* arguments = function->getTemplateSpecializationArgs();
  if (arguments) key += arguments_key(arguments->asArray());
  key += "(";
  bool first = true;
  for (const ParmVarDecl* parameter : function->parameters()) {
    if (!first) key += ",";
    first = false;
    key += of_type(parameter->getType().getUnqualifiedType());
  }
  key += function->isVariadic() ? ",...)" : ")";
  if (const auto* method = dyn_cast<CXXMethodDecl>(function)) {
    if (method->isConst()) key += " const";
    if (method->isVolatile()) key += " volatile";
    if (method->getRefQualifier() == RQ_LValue) key += " &";
    if (method->getRefQualifier() == RQ_RValue) key += " &&";
  }
  // Overloads that only a constraint or the result type tells apart. One that is deduced may be a closure or class of
  // this very function, whose key begins with the function's.
  if (arguments && !function->getDeclaredReturnType()->getContainedDeducedType())
    key += "->" + of_type(function->getReturnType());
  if (arguments && has_sibling_template(function)) key += local_suffix(function);
  if (function->getTrailingRequiresClause()) key += local_suffix(function);
  return key + file_suffix(function);
}

const std::string& Keys::of_function(const FunctionDecl* function) {
  const FunctionDecl* canonical = function->getCanonicalDecl();
  if (std::unique_ptr<std::string>& key = keys_[canonical]) return *key;
  auto made = std::make_unique<std::string>(unique('f', make_function(canonical), canonical));
  return *(keys_[canonical] = std::move(made));
}

const std::string& Keys::of_variable(const VarDecl* variable) {
  const VarDecl* canonical = variable->getCanonicalDecl();
  if (std::unique_ptr<std::string>& key = keys_[canonical]) return *key;
  std::string text = scope_key(canonical) + own_name(canonical);
  if (const auto* specialization = dyn_cast<VarTemplateSpecializationDecl>(canonical))
    text += arguments_key(specialization->getTemplateArgs().asArray());
  if (canonical->getDeclContext()->isFunctionOrMethod()) text += local_suffix(canonical);
  text += file_suffix(canonical);
  auto made = std::make_unique<std::string>(unique('v', std::move(text), canonical));
  return *(keys_[canonical] = std::move(made));
}

std::string Keys::field_name(const FieldDecl* field) {
  const auto* record = dyn_cast<CXXRecordDecl>(field->getParent());
  if (record && record->isLambda()) {
    unsigned index = field->getFieldIndex();
    if (index < record->capture_size()) {
      const LambdaCapture& capture = *(record->captures_begin() + index);
      if (capture.capturesVariable()) return capture.getCapturedVar()->getNameAsString();
      if (capture.capturesThis()) return capture.getCaptureKind() == LCK_StarThis ? "*this" : "this";
    }
  }
  if (!field->getName().empty()) return field->getName().str();
  return "(unnamed " + std::to_string(field->getFieldIndex()) + ")";
}

const std::string& Keys::of_field(const FieldDecl* field) {
  const FieldDecl* canonical = field->getCanonicalDecl();
  if (std::unique_ptr<std::string>& key = keys_[canonical]) return *key;
  std::string text = of_tag(canonical->getParent()) + "." + field_name(canonical);
  return *(keys_[canonical] = std::make_unique<std::string>(std::move(text)));
}

std::string Keys::arguments_key(llvm::ArrayRef<TemplateArgument> arguments) {
  std::string text = "<";
  for (const TemplateArgument& argument : arguments) {
    if (text.size() > 1) text += ",";
    append_argument(text, argument, true);
  }
  return text + ">";
}

void Keys::append_argument(std::string& text, const TemplateArgument& argument, bool key) {
  switch (argument.getKind()) {
    case TemplateArgument::Type:
      text += key ? of_type(argument.getAsType()) : spelling_of(argument.getAsType());
      return;
    case TemplateArgument::Pack: {
      bool first = true;
      if (key) text += "{";
      for (const TemplateArgument& element : argument.pack_elements()) {
        if (!first) text += key ? "," : ", ";
        first = false;
        append_argument(text, element, key);
      }
      if (key) text += "}";
      return;
    }
    case TemplateArgument::Declaration:
      if (const auto* function = dyn_cast<FunctionDecl>(argument.getAsDecl()))
        text += "&" + (key ? of_function(function) : name_of(function));
      else if (const auto* variable = dyn_cast<VarDecl>(argument.getAsDecl()))
        text += "&" + (key ? of_variable(variable) : name_of(variable));
      else
        text += "&" + argument.getAsDecl()->getQualifiedNameAsString();
      return;
    default: {
      llvm::raw_string_ostream stream(text);
      argument.print(policy_, stream, key);
      return;
    }
  }
}

std::string Keys::argument_text(const TemplateArgument& argument) {
  std::string text;
  append_argument(text, argument, false);
  return text;
}

}  // namespace ferrule
