// Makes facts about types by hand, in the words of a C++ declaration.
#pragma once

#include "checks/types/verdicts.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ferrule::test {

using Fields = std::vector<std::pair<std::string, std::string>>;  // name, type key

class Types {
 public:
  std::string scalar(const std::string& name) {
    return type({.key = name, .kind = TypeKind::Scalar, .spelling = name});
  }
  std::string pointer(const std::string& to) {
    return type({.key = to + " *", .kind = TypeKind::Pointer, .spelling = to + " *", .target = to});
  }
  std::string reference(const std::string& to) {
    return type({.key = to + " &", .kind = TypeKind::Reference, .spelling = to + " &", .target = to});
  }
  std::string array(const std::string& of) {
    return type({.key = of + "[3]", .kind = TypeKind::Array, .spelling = of + "[3]", .target = of});
  }
  std::string constant(const std::string& of) {
    Type copy = types_.at(of);
    copy.key = copy.spelling = "const " + of;
    copy.is_const = true;
    return type(copy);
  }
  std::string function(const std::string& signature) {
    return type({.key = signature, .kind = TypeKind::Function, .spelling = signature});
  }

  /// A class; the reference is good until the next one is made.
  Record& record(const std::string& name, const Fields& fields = {}) {
    type({.key = name, .kind = TypeKind::Record, .spelling = name, .record = name});
    Record record{.key = name, .name = name, .spelling = name};
    record.is_complete = true;
    for (const auto& [field, of] : fields)
      record.fields.push_back({.key = name + "." + field, .name = field, .type = of});
    facts_.records.push_back(record);
    return facts_.records.back();
  }
  /// An instance of a class template: the key of its type.
  std::string instance(const std::string& name, const std::vector<std::string>& arguments) {
    std::string key = name + "<";
    for (const std::string& argument : arguments) key += (key.ends_with('<') ? "" : ", ") + argument;
    key += ">";
    if (types_.contains(key)) return key;
    Record& made = record(key);
    made.name = name;
    for (const std::string& argument : arguments) made.arguments.push_back({.type = argument});
    return key;
  }
  void derive(const std::string& from, const std::string& base) {
    for (Record& record : facts_.records)
      if (record.key == from) record.bases.push_back({.type = base});
  }

  Facts& facts() { return facts_; }
  Facts finish(const std::string& unit = {}) {
    Facts facts = facts_;
    facts.unit = unit;
    for (const auto& [key, type] : types_) facts.types.push_back(type);
    return facts;
  }

 private:
  std::string type(Type type) {
    std::string key = type.key;
    types_.emplace(key, std::move(type));
    return key;
  }

  std::map<std::string, Type> types_;
  Facts facts_;
};

/// All leaves of a tree of reasons, in order.
inline void leaves(const std::vector<Reason>& reasons, std::vector<std::string>& into) {
  for (const Reason& reason : reasons) {
    if (reason.because.empty()) into.push_back(reason.text);
    leaves(reason.because, into);
  }
}

}  // namespace ferrule::test
