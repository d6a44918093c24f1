// Types and classes as plain values. Everything refers to everything else by key, so facts of many units merge.
#pragma once

#include "checks/model/location.h"
#include "checks/model/place.h"

#include <optional>
#include <string>
#include <vector>

namespace ferrule {

enum class TypeKind : unsigned char {
  Unknown,  ///< dependent, placeholder, or something the facts do not model
  Scalar,   ///< arithmetic, nullptr_t, void, vector and complex types
  Enum,
  Pointer,    ///< `target` is the pointee
  Reference,  ///< lvalue or rvalue reference; `target` is what it refers to
  MemberPointer,
  Function,  ///< a function type (a pointer to one is Pointer with this target)
  Array,     ///< `target` is the element
  Atomic,    ///< `_Atomic(T)`; `target` is T
  Record,    ///< class, struct, union or closure: `record` is its key
};

/// One canonical type. `key` is unique and the same in every unit.
struct Type {
  std::string key;
  TypeKind kind = TypeKind::Unknown;
  std::string spelling;  ///< as a person would write it, e.g. "std::vector<int>"
  bool is_const = false;
  bool is_volatile = false;
  std::string target = {};
  std::string record = {};
};

/// Another name for a type: a typedef or alias-declaration that is no template's.
struct Alias {
  std::string key;  ///< the qualified name, without inline namespaces
  std::string type;
};

/// `[[clang::annotate("ferrule::NAME", "reason")]]` on a class or function, a Clang attribute of the same
/// meaning, or a claim that a configuration makes.
struct Annotation {
  /// Another type that must be Send or Sync.
  struct Demand {
    bool send = true;  ///< otherwise Sync
    std::string type = {};
    Location where = {};
  };

  std::string name;  ///< "claim_send", "claim_sync", "claim_synchronized", "not_send", "not_sync", "thread_affine",
                     ///< "requires_send", "requires_sync", "sink", …; "asserts_send" and "asserts_sync" of an instance
                     ///< of a template whose constraints demand that of the type whose key is the `reason`
  std::string reason = {};  ///< second argument of the annotation, "" if none
  Location where = {};
  std::string condition = {};  ///< of a claim: what must hold of the template arguments ("send(T0)"); "" for nothing
  std::vector<Demand> demands = {};  ///< of a claim: what else must hold
  bool is_configured = false;        ///< a configuration says it, not the source
};

struct Field {
  std::string key;   ///< record key + "." + name
  std::string name;  ///< for a capture: the captured variable, or "this"
  std::string type;
  Location where = {};
  bool is_mutable = false;
  bool is_bit_field = false;  ///< but not `int : 0`, which ends a run of them
  bool is_reference = false;
  std::optional<Place> guarded_by = {};  ///< from a thread-safety attribute; relative to This
  bool guards_pointee = false;           ///< `pt_guarded_by` instead of `guarded_by`
  enum class Capture : unsigned char { None, Copy, Reference, Init, This, StarThis } capture = Capture::None;
};

struct Base {
  std::string type;
  bool is_virtual = false;
  Location where = {};
};

struct TemplateArgument {
  std::string type = {};     ///< key, if it is a type
  std::string literal = {};  ///< its text, if it is a value or template
};

/// A class, struct, union or closure, or one instantiation of a class template.
struct Record {
  std::string key;
  std::string name;      ///< qualified, without inline namespaces and template arguments: "std::vector", "Cache::Node"
  std::string spelling;  ///< with template arguments, for people
  Location where = {};
  std::vector<TemplateArgument> arguments = {};
  std::vector<Field> fields = {};
  std::vector<Base> bases = {};
  std::vector<std::string> methods = {};  ///< keys of member functions (bodies may be in other units)
  std::vector<Annotation> annotations = {};
  std::string copy_constructor = {};
  std::string destructor = {};
  std::string call_operator = {};  ///< operator() if there is exactly one, also a closure's body
  bool is_complete = false;
  bool is_closure = false;
  bool is_mutable_closure = false;  ///< a lambda marked `mutable`
  bool is_union = false;
  bool is_system = false;  ///< defined in a system header
  bool is_polymorphic = false;
  bool is_final = false;
  bool is_capability = false;  ///< Clang's `capability`/`lockable` attribute
  bool is_scoped_capability = false;
  bool has_lock_methods = false;  ///< has callable `lock()` and `unlock()` without arguments (BasicLockable)
};

/// A variable that outlives its function: namespace scope, static member, function-local static, thread_local.
struct Global {
  std::string key;
  std::string name;
  std::string type;
  Location where = {};
  bool is_thread_local = false;
  bool is_constant = false;  ///< const or constexpr object
  bool is_local_static = false;
  bool is_system = false;
  bool starts_with_numbers = false;  ///< a structure whose constants are not all zero
  std::optional<Place> guarded_by = {};
  bool guards_pointee = false;  ///< `pt_guarded_by` instead of `guarded_by`
};

}  // namespace ferrule
