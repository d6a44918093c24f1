#include "checks/knowledge/configuration_shape.h"

#include "checks/knowledge/configuration.h"
#include "checks/knowledge/configuration_keys.h"
#include "checks/knowledge/types.h"
#include "checks/model/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ferrule::knowledge {
namespace {

using Json = nlohmann::json;
using Words = std::span<const std::string_view>;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos; }

/// One value of the document, and where it is.
struct Value {
  const Json& json;
  std::string pointer;
  const JsonPlaces& places;

  Location where() const { return places.value(pointer); }
  std::string name() const { return pointer.substr(pointer.rfind('/') + 1); }
  [[noreturn]] void refuse(const std::string& what) const { knowledge::refuse(places.value(pointer), what); }
  [[noreturn]] void wrong_type(const char* wanted) const {
    refuse("has " + in_quotes(name()) + ", which must be " + wanted);
  }

  bool has(std::string_view key) const { return json.contains(key); }
  Value member(const std::string& key) const { return {json.at(key), pointer + "/" + key, places}; }
  std::vector<Value> elements() const {
    if (!json.is_array()) wrong_type("a list");
    std::vector<Value> all;
    for (std::size_t i = 0; i < json.size(); ++i) all.push_back({json[i], pointer + "/" + std::to_string(i), places});
    return all;
  }
  std::vector<Value> members() const {
    if (!json.is_object()) wrong_type("an object");
    std::vector<Value> all;
    for (const auto& [key, value] : json.items()) all.push_back(member(key));
    return all;
  }

  void must_be_text() const {
    if (!json.is_string()) wrong_type("a string");
  }
  void must_be_flag() const {
    if (!json.is_boolean()) wrong_type("true or false");
  }
  void must_be_number() const {
    if (!json.is_number_unsigned()) wrong_type("a whole number from 0");
  }
  void must_be_numbers() const {
    if (!json.is_array() || json.empty()) wrong_type("a list of whole numbers from 0");
    for (const Value& element : elements())
      if (!element.json.is_number_unsigned())
        element.refuse("has " + in_quotes(name()) + " with what is no whole number from 0");
  }
  void must_be_one_of(Words words, const char* noun) const {
    must_be_text();
    const auto& word = json.get_ref<const std::string&>();
    if (std::ranges::find(words, word) == words.end())
      refuse("has " + in_quotes(word) + ", which is not " + noun + did_you_mean(word, words));
  }
  void must_be_texts(const char* noun) const {
    if (!json.is_array() || json.empty()) wrong_type("a list of strings");
    for (const Value& element : elements())
      if (!element.json.is_string() || is_blank(element.json))
        element.refuse("has " + std::string(noun) + " that is not a string");
  }
  void must_have_only(Words keys, const char* noun) const {
    if (!json.is_object()) refuse("has " + std::string(noun) + " that is not an object");
    for (const auto& [key, value] : json.items())
      if (std::ranges::find(keys, key) == keys.end())
        knowledge::refuse(places.key(pointer + "/" + key),
                          "has " + in_quotes(key) + ", which is not a key of " + noun + did_you_mean(key, keys));
  }
};

void check_terms(const Value& value) {
  value.must_be_text();
  const std::string text = value.json;
  if (!parse_terms(text))
    value.refuse("has " + in_quotes(text) + " for " + in_quotes(value.name()) +
                 ", which is not an answer like 'yes', 'no' or 'send(T0)'");
}

// ---- claims

void check_claimed(const Value& value, bool may_be_false) {
  if (value.json.is_boolean()) {
    if (!value.json.get<bool>() && !may_be_false)
      value.refuse("has " + in_quotes(value.name()) + ", which can only be claimed; to deny it, say '\"sync\": false'");
    return;
  }
  if (!value.json.is_string()) value.wrong_type("true, false or a condition like 'send(T0)'");
  const auto terms = parse_terms(value.json.get<std::string>());
  const auto asks = [](const Term& term) { return term.kind == Term::Kind::Ask || term.kind == Term::Kind::Pointer; };
  if (!terms || !std::ranges::all_of(*terms, asks))
    value.refuse("has " + in_quotes(value.json.get<std::string>()) + " for " + in_quotes(value.name()) +
                 ", which is not a condition like 'send(T0)'");
}

void check_claim(const Value& claim) {
  const std::string type = claim.json["type"];
  if (is_blank(type)) claim.member("type").refuse("has a claim whose 'type' is empty");
  if (type.find('<') != std::string::npos)
    claim.member("type").refuse("has " + in_quotes(type) +
                                ", but a claim is of a template without its arguments; conditions speak of them");
  if (is_blank(claim.json["reason"]))
    claim.member("reason").refuse("has a claim of " + in_quotes(type) + " whose 'reason' is empty");
  const auto has = [&](const char* question) { return claim.has(question); };
  constexpr const char* questions[] = {"send", "sync", "synchronized", "thread_bound"};
  if (std::ranges::none_of(questions, has))
    claim.refuse("has a claim of " + in_quotes(type) +
                 " that claims nothing; it needs 'send', 'sync', 'synchronized' or 'thread_bound'");
}

// Two claims of one class that answer one question contradict each other, or one is forgotten.
void check_repeated(const std::vector<Value>& claims) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Value& claim : claims)
    for (const char* question : {"send", "sync", "synchronized", "thread_bound"})
      if (claim.has(question) && !seen.emplace(claim.json["type"], question).second)
        claim.member(question).refuse("has a second claim of " + in_quotes(claim.json["type"].get<std::string>()) +
                                      " with " + in_quotes(question));
}

// ---- knowledge, in the form of the built-in data

void check_braces(const std::string& name, const Location& where) {
  if (std::ranges::count(name, '{') != std::ranges::count(name, '}') || name.find('}') < name.find('{'))
    refuse(where, "has " + in_quotes(name) + ", whose braces do not match");
}

void check_type(const Value& rule) {
  for (const Value& name : rule.member("names").elements()) check_braces(name.json, name.where());
}

void check_function(const Value& function) {
  check_braces(function.name(), function.places.key(function.pointer));
  if (function.json["does"] == "use_state" && (!function.has("state") || is_blank(function.json["state"])))
    function.refuse("has " + in_quotes(function.name()) + " without 'state', which names what it uses");
  const auto has = [&](const char* key) { return function.has(key); };
  if (function.json["does"] == "access" && !has("reads") && !has("writes") && !has("reads_rest") && !has("writes_rest"))
    function.refuse("has " + in_quotes(function.name()) + " without 'reads' or 'writes', which name its arguments");
}

void check_class(const Value& entry) {
  check_braces(entry.name(), entry.places.key(entry.pointer));
  if (!entry.has("is") && !entry.has("view") && !entry.has("names_element") && !entry.has("placeholder"))
    entry.refuse("has " + in_quotes(entry.name()) + " without 'is' or 'view'");
}

// ---- settings

void check_version(const Value& version) {
  if (version.json.is_number_integer() && version.json == known_version) return;
  version.refuse("has 'version' " + version.json.dump() + ", and this Ferrule reads version " +
                 std::to_string(known_version));
}

// ---- all by the tables, and then what no table says

void check_object(const Value& value, const ObjectShape& shape, Words rule_names);

void check_value(const Value& value, const KeyShape& key, Words rule_names) {
  const Words words = words_of(key.words, rule_names);
  switch (key.shape) {
    case Shape::Text:
      return value.must_be_text();
    case Shape::Flag:
      return value.must_be_flag();
    case Shape::True:
      value.must_be_flag();
      if (!value.json.get<bool>()) value.refuse("has " + in_quotes(value.name()) + ", which can only be true");
      return;
    case Shape::Callable:
      if (value.json == "first") return;
      [[fallthrough]];
    case Shape::Number:
      return value.must_be_number();
    case Shape::Numbers:
      return value.must_be_numbers();
    case Shape::Version:
      return check_version(value);
    case Shape::Word:
      return value.must_be_one_of(words, key.noun);
    case Shape::Words:
      value.must_be_texts(key.noun);
      for (const Value& element : value.elements()) element.must_be_one_of(words, key.noun);
      return;
    case Shape::WordsOf:
      for (const Value& member : value.members()) member.must_be_one_of(words, key.noun);
      return;
    case Shape::Texts:
      return value.must_be_texts(key.noun);
    case Shape::Terms:
      return check_terms(value);
    case Shape::Claim:
      return check_claimed(value, true);
    case Shape::ClaimYes:
      return check_claimed(value, false);
    case Shape::List:
      for (const Value& element : value.elements()) check_object(element, *key.objects, rule_names);
      return;
    case Shape::Object:
      for (const Value& member : value.members()) check_object(member, *key.objects, rule_names);
      return;
  }
}

// How a sentence speaks of the object.
std::string subject(const Value& value, const ObjectShape& shape) {
  if (&shape == &function_shape || &shape == &class_shape) return in_quotes(value.name());
  if (&shape != &claim_shape || !value.has("type") || !value.json["type"].is_string()) return shape.noun;
  return "a claim of " + in_quotes(value.json["type"].get<std::string>());
}

void check_object(const Value& value, const ObjectShape& shape, Words rule_names) {
  std::vector<std::string_view> names;
  for (const KeyShape& key : shape.keys) names.push_back(key.name);
  value.must_have_only(names, shape.noun);
  for (const KeyShape& key : shape.keys)
    if (key.is_required && !value.has(key.name))
      value.refuse("has " + subject(value, shape) + " without " + in_quotes(key.name));
  for (const KeyShape& key : shape.keys)
    if (value.has(key.name)) check_value(value.member(std::string(key.name)), key, rule_names);
  if (&shape == &claim_shape) check_claim(value);
  if (&shape == &type_shape) check_type(value);
  if (&shape == &function_shape) check_function(value);
  if (&shape == &class_shape) check_class(value);
}

}  // namespace

void refuse(const Location& where, const std::string& what) {
  throw ConfigurationError("'" + where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
                           "' " + what);
}

void check_shape(const Json& json, const JsonPlaces& places, Words rule_names) {
  if (json.is_object() && !places.repeated().empty()) {
    const auto& [name, where] = places.repeated().front();
    refuse(where, "has " + in_quotes(name) + " twice");
  }
  const Value document{json, "", places};
  check_object(document, configuration_shape, rule_names);
  if (document.has("claims")) check_repeated(document.member("claims").elements());
}

}  // namespace ferrule::knowledge
