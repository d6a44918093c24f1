// Names of entities: keys that are the same in every unit, and names and spellings for people.
#pragma once

#include "checks/facts/clang_headers.h"
#include "checks/model/location.h"

namespace ferrule {

/// Makes and remembers the keys of one unit's entities. A key says everything that tells the entity from others:
/// scopes (inline namespaces too), template arguments, parameters; the file for what other units cannot see; the
/// place within its function for closures and local classes. Not thread-safe; lives as long as the AST.
class Keys {
 public:
  explicit Keys(clang::ASTContext& context);

  const std::string& of_tag(const clang::TagDecl* tag);
  const std::string& of_function(const clang::FunctionDecl* function);
  const std::string& of_variable(const clang::VarDecl* variable);
  const std::string& of_type(clang::QualType type);
  const std::string& of_field(const clang::FieldDecl* field);

  /// Member name; for a closure's field the captured variable, "this" or "*this".
  std::string field_name(const clang::FieldDecl* field);
  /// Qualified, without inline namespaces and template arguments.
  const std::string& name_of(const clang::NamedDecl* decl);
  /// As a person writes it: default template arguments and inline namespaces left out.
  const std::string& spelling_of(clang::QualType type);
  std::string spelling_of_tag(const clang::TagDecl* tag);

  Location where(clang::SourceLocation location);
  bool in_system_header(clang::SourceLocation location);

  std::string argument_text(const clang::TemplateArgument& argument);

 private:
  std::string scope_key(const clang::Decl* decl);
  std::string make_tag(const clang::TagDecl* tag);
  std::string make_function(const clang::FunctionDecl* function);
  std::string make_type(clang::QualType type);
  std::string make_spelling(clang::QualType type);
  std::string scope_name(const clang::DeclContext* context);
  std::string own_name(const clang::NamedDecl* decl);
  std::string arguments_key(llvm::ArrayRef<clang::TemplateArgument> arguments);
  void append_argument(std::string& text, const clang::TemplateArgument& argument, bool key);
  std::string arguments_spelling(const clang::ClassTemplateSpecializationDecl* specialization);
  std::string local_suffix(const clang::Decl* decl);
  std::string file_suffix(const clang::NamedDecl* decl);
  const std::string& file_path(clang::FileID file);
  std::string unique(char kind, std::string key, const void* entity);
  template <class Leaf>
  std::string compose_type(clang::QualType type, Leaf leaf, bool key);

  clang::ASTContext& context_;
  clang::SourceManager& sources_;
  clang::PrintingPolicy policy_;
  llvm::DenseMap<const void*, std::unique_ptr<std::string>> keys_;
  llvm::DenseMap<const void*, std::unique_ptr<std::string>> names_;
  llvm::DenseMap<const void*, std::unique_ptr<std::string>> types_;
  llvm::DenseMap<const void*, std::unique_ptr<std::string>> spellings_;
  llvm::DenseMap<clang::FileID, std::unique_ptr<std::string>> files_;
  llvm::DenseMap<clang::FileID, bool> system_files_;
  std::unordered_map<std::string, const void*> owners_;
};

}  // namespace ferrule
