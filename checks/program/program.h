// The facts of one unit or of many, merged by key and indexed. Immutable after construction; safe to share.
#pragma once

#include "checks/model/facts.h"
#include "checks/program/key_table.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// As a compiler tells them apart: by the name's end.
bool is_header(std::string_view file);

class Program {
 public:
  /// Merges: for each key the entity that knows most wins (a body over a declaration, a complete class over an
  /// incomplete one), whatever the order of `units`.
  explicit Program(std::vector<Facts> units);

  const Type* type(std::string_view key) const;
  const Record* record(std::string_view key) const;
  const Function* function(std::string_view key) const;
  const Global* global(std::string_view key) const;
  const Field* field(std::string_view key) const;
  const Record* record_of_field(std::string_view field_key) const;

  /// The class that `type_key` is, or that it refers or points to if `through_pointers`; null if none.
  const Record* record_of_type(std::string_view type_key, bool through_pointers = false) const;

  /// Functions that override `function_key`, directly or not, sorted by key.
  std::vector<const Function*> overriders(std::string_view function_key) const;
  /// Classes that derive from `record_key`, directly or not, sorted by key.
  std::vector<const Record*> derived(std::string_view record_key) const;

  const Facts& facts() const { return facts_; }

 private:
  void tell_mains_apart();
  void note_ambiguous();

  Facts facts_;  // sorted by key
  KeyTable<Type> types_;
  KeyTable<Record> records_;
  KeyTable<Function> functions_;
  KeyTable<Global> globals_;
  KeyTable<Field> fields_;
  std::unordered_map<std::string_view, std::vector<const Function*>> overriders_;  // direct
  std::unordered_map<std::string_view, std::vector<const Record*>> derived_;       // direct
};

}  // namespace ferrule
