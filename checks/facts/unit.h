// The facts of one unit while they are gathered: registers each type, class, variable and function once.
#pragma once

#include "checks/facts/extract.h"
#include "checks/facts/keys.h"

#include <map>
#include <set>

namespace ferrule {

class Unit {
 public:
  Unit(clang::ASTContext& context, const ExtractOptions& options);

  clang::ASTContext& context() { return context_; }
  Keys& keys() { return keys_; }
  const ExtractOptions& options() const { return options_; }

  /// Registers the type and all that it is made of; its key.
  const std::string& type(clang::QualType type);
  /// Registers the name for a type, unless it is a template's.
  void alias(const clang::TypedefNameDecl* decl);
  /// Registers the variable; its key.
  const std::string& global(const clang::VarDecl* variable);
  /// Registers the function as declared; its key.
  const std::string& function(const clang::FunctionDecl* function);
  /// A member function of a class that a library hides behind a public one (`std::__basic_future` behind
  /// `std::future`), under the public class's name.
  std::string inherited_function(const clang::CXXMethodDecl* method, const clang::CXXRecordDecl* seen_as);
  /// The registered function, to be filled. Invalid after the next registration.
  Function& function_facts(const clang::FunctionDecl* function);
  /// Remembers a function whose body is to be read.
  void want_body(const clang::FunctionDecl* function);
  /// A generic closure that no instance of is known (a library's template calls it, whose body was skipped): its body
  /// is read as it is written.
  void want_uninstantiated(clang::FunctionTemplateDecl* pattern);
  const clang::FunctionDecl* next_body();

  /// A function that no declaration names: the initialiser of a global, a parallel region.
  void add_function(Function facts) { facts_.functions.push_back(std::move(facts)); }
  /// A function that only the compiler calls; its key.
  std::string runtime_function(const std::string& name);
  /// A lock that no declaration names. Its key is its name.
  void add_lock(const std::string& name, const Location& where);

  void record(const clang::TagDecl* tag);
  Facts finish();

 private:
  bool may_name_handle(clang::QualType canonical);
  const std::string& handle(clang::QualType type);
  void handle_class(clang::QualType type, Type& facts);
  void handle_instance(clang::QualType type, Type& facts);
  void name_instances();
  void declare(Function& facts, const clang::FunctionDecl* function);
  void fill_record(const clang::TagDecl* tag);
  void fill_class(Record& facts, const clang::CXXRecordDecl* record);
  void fill_fields(Record& facts, const clang::RecordDecl* record);
  void fill_methods(Record& facts, const clang::CXXRecordDecl* record);
  void fill_arguments(Record& facts, const clang::ClassTemplateSpecializationDecl* specialization);
  void add_argument(Record& facts, const clang::TemplateArgument& argument);

  clang::ASTContext& context_;
  ExtractOptions options_;
  Keys keys_;
  Facts facts_;
  llvm::DenseMap<const void*, const std::string*> types_;
  std::map<std::string, std::string> handles_;  // keys of what `handle` registered -> for people
  llvm::DenseMap<const void*, bool> may_name_handle_;
  struct NamedInstance {
    const clang::TagDecl* instance;
    std::string key;
    std::string spelling;
    std::vector<TemplateArgument> arguments;
  };
  std::vector<NamedInstance> named_instances_;  // of a library's templates, with the names that handles have
  llvm::DenseMap<const clang::Decl*, size_t> records_;
  llvm::DenseMap<const clang::Decl*, size_t> functions_;
  llvm::DenseSet<const clang::Decl*> globals_;
  llvm::DenseSet<const clang::Decl*> aliases_;
  llvm::DenseSet<const clang::Decl*> wanted_;
  std::vector<const clang::FunctionDecl*> bodies_;
  size_t next_body_ = 0;
  std::unordered_map<std::string, bool> inherited_;
  std::set<std::string> unnamed_;  // locks and functions that no declaration names
  std::vector<std::pair<const clang::TagDecl*, unsigned>> pending_records_;
  unsigned depth_ = 0;  // of the library class that is being filled, below the class that the code base names
};

/// Does the type, as it is written, name a handle that is `void` (`typedef void CURL`): a pointer to it, or an instance
/// of a library's template for it?
bool names_handle(clang::QualType type);

/// The type of a capture as the variable that it is made from was declared: deduction forgets names.
clang::QualType written_capture_type(const clang::FieldDecl* field);

/// Has the function an explicit object parameter (C++23) that is a reference? It is what others call `*this`. One by
/// value is a copy, and a parameter as any other.
bool has_object_parameter(const clang::FunctionDecl* function);

/// Where the parameter of a function is: the object itself is no `Param`.
Place parameter_place(const clang::ParmVarDecl* parameter);

/// Type arguments of a function template specialisation, packs spread out; their keys.
std::vector<std::string> template_types(Unit& unit, const clang::FunctionDecl* function);

}  // namespace ferrule
