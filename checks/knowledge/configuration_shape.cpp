#include "checks/knowledge/configuration_shape.h"

#include "checks/knowledge/concurrency.h"
#include "checks/knowledge/configuration.h"
#include "checks/knowledge/types.h"
#include "checks/model/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ferrule::knowledge {
namespace {

using Json = nlohmann::json;
using Words = std::span<const std::string_view>;

constexpr int known_version = 1;

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

  bool has(const char* key) const { return json.contains(key); }
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
  constexpr std::string_view keys[] = {"type", "send", "sync", "synchronized", "thread_bound", "reason"};
  claim.must_have_only(keys, "a claim");
  if (!claim.has("type")) claim.refuse("has a claim without 'type'");
  claim.member("type").must_be_text();
  const std::string type = claim.json["type"];
  if (is_blank(type)) claim.member("type").refuse("has a claim whose 'type' is empty");
  if (type.find('<') != std::string::npos)
    claim.member("type").refuse("has " + in_quotes(type) +
                                ", but a claim is of a template without its arguments; conditions speak of them");
  if (!claim.has("reason")) claim.refuse("has a claim of " + in_quotes(type) + " without 'reason'");
  claim.member("reason").must_be_text();
  if (is_blank(claim.json["reason"]))
    claim.member("reason").refuse("has a claim of " + in_quotes(type) + " whose 'reason' is empty");
  bool claims = false;
  for (const char* question : {"send", "sync", "synchronized"}) {
    if (!claim.has(question)) continue;
    check_claimed(claim.member(question), question != std::string_view("synchronized"));
    claims = true;
  }
  if (claim.has("thread_bound")) {
    claim.member("thread_bound").must_be_flag();
    if (!claim.json["thread_bound"].get<bool>())
      claim.member("thread_bound").refuse("has 'thread_bound', which can only be true");
    claims = true;
  }
  if (!claims)
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
  constexpr std::string_view keys[] = {
      "names", "send",   "sync", "synchronized", "reason", "send_reason", "sync_reason", "synchronized_reason",
      "cure",  "source", "lock", "synchroniser", "count",  "counted_by",  "bound_to",    "unless_called"};
  rule.must_have_only(keys, "a type");
  if (!rule.has("names")) rule.refuse("has a type without 'names'");
  rule.member("names").must_be_texts("a name");
  for (const Value& name : rule.member("names").elements()) check_braces(name.json, name.where());
  for (const char* list : {"counted_by", "unless_called"})
    if (rule.has(list)) rule.member(list).must_be_texts("a function");
  for (const char* question : {"send", "sync", "synchronized"}) {
    if (!rule.has(question)) rule.refuse("has a type without " + in_quotes(question));
    check_terms(rule.member(question));
  }
  for (const char* text : {"reason", "send_reason", "sync_reason", "synchronized_reason", "cure", "source"})
    if (rule.has(text)) rule.member(text).must_be_text();
  constexpr std::string_view threads[] = {"main", "maker"};
  if (rule.has("bound_to")) rule.member("bound_to").must_be_one_of(threads, "a thread");
  for (const char* flag : {"lock", "synchroniser", "count"})
    if (rule.has(flag)) rule.member(flag).must_be_flag();
}

void check_name(const Value& entry) { check_braces(entry.name(), entry.places.key(entry.pointer)); }

void check_handle(const Value& handle) {
  constexpr std::string_view words[] = {"none", "this", "receiver", "result", "arg0", "arg1", "arg2",
                                        "arg3", "arg4", "arg5",     "arg6",   "arg7", "arg8", "arg9"};
  handle.must_be_one_of(words, "a handle");
}

void check_function(const Value& function) {
  constexpr std::string_view keys[] = {
      "does",       "on",     "callable", "runs",   "message",         "handle",           "only_for",
      "skip",       "sink",   "state",    "shared", "zero_is_success", "joins_on_destroy", "static",
      "interrupts", "checked"};
  check_name(function);
  function.must_have_only(keys, "a function");
  if (!function.has("does")) function.refuse("has " + in_quotes(function.name()) + " without 'does'");
  function.member("does").must_be_one_of(words_for_does(), "something that a function does");
  if (function.json["does"] == "use_state" && (!function.has("state") || is_blank(function.json["state"])))
    function.refuse("has " + in_quotes(function.name()) + " without 'state', which names what it uses");
  for (const char* number : {"on", "message"})
    if (function.has(number)) function.member(number).must_be_number();
  if (function.has("callable") && function.json["callable"] != "first") function.member("callable").must_be_number();
  if (function.has("handle")) check_handle(function.member("handle"));
  if (function.has("only_for")) function.member("only_for").must_be_texts("a class");
  for (const char* text : {"runs", "skip", "sink", "state"})
    if (function.has(text)) function.member(text).must_be_text();
  for (const char* flag : {"shared", "zero_is_success", "joins_on_destroy", "interrupts", "static", "checked"})
    if (function.has(flag)) function.member(flag).must_be_flag();
}

void check_class(const Value& entry) {
  constexpr const char* flags[] = {"shared",        "joins_on_destroy", "blocks_holder", "view",       "sole_owner",
                                   "elements_stay", "holds_inside",     "names_element", "placeholder"};
  constexpr std::string_view keys[] = {
      "is",         "shared",        "joins_on_destroy", "blocks_holder", "view",
      "sole_owner", "elements_stay", "holds_inside",     "names_element", "placeholder"};
  check_name(entry);
  entry.must_have_only(keys, "a class");
  if (entry.has("is")) entry.member("is").must_be_one_of(words_for_is(), "something that a class is");
  if (!entry.has("is") && !entry.has("view") && !entry.has("names_element") && !entry.has("placeholder"))
    entry.refuse("has " + in_quotes(entry.name()) + " without 'is' or 'view'");
  for (const char* flag : flags)
    if (entry.has(flag)) entry.member(flag).must_be_flag();
}

// ---- settings

void check_version(const Value& version) {
  if (version.json.is_number_integer() && version.json == known_version) return;
  version.refuse("has 'version' " + version.json.dump() + ", and this Ferrule reads version " +
                 std::to_string(known_version));
}

void check_settings(const Value& document, Words rule_names) {
  constexpr std::string_view profiles[] = {"default", "strict"};
  constexpr std::string_view profiles_of_paths[] = {"default", "strict", "off"};
  for (const char* text : {"$schema", "about"})
    if (document.has(text)) document.member(text).must_be_text();
  if (document.has("version")) check_version(document.member("version"));
  if (document.has("profile")) document.member("profile").must_be_one_of(profiles, "a profile");
  if (document.has("profiles"))
    for (const Value& path : document.member("profiles").members()) path.must_be_one_of(profiles_of_paths, "a profile");
  if (document.has("exclude")) document.member("exclude").must_be_texts("a path");
  if (!document.has("rules")) return;
  document.member("rules").must_be_texts("a rule");
  for (const Value& rule : document.member("rules").elements()) rule.must_be_one_of(rule_names, "a rule");
}

}  // namespace

void refuse(const Location& where, const std::string& what) {
  throw ConfigurationError("'" + where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
                           "' " + what);
}

void check_shape(const Json& json, const JsonPlaces& places, Words rule_names) {
  constexpr std::string_view keys[] = {"$schema", "version", "about",     "profile", "profiles",
                                       "rules",   "types",   "functions", "classes", "claims", "exclude"};
  const Value document{json, "", places};
  document.must_have_only(keys, "a configuration");
  if (!places.repeated().empty()) {
    const auto& [name, where] = places.repeated().front();
    refuse(where, "has " + in_quotes(name) + " twice");
  }
  check_settings(document, rule_names);
  if (document.has("types"))
    for (const Value& rule : document.member("types").elements()) check_type(rule);
  if (document.has("functions"))
    for (const Value& function : document.member("functions").members()) check_function(function);
  if (document.has("classes"))
    for (const Value& entry : document.member("classes").members()) check_class(entry);
  if (document.has("claims"))
    for (const Value& claim : document.member("claims").elements()) check_claim(claim);
  if (document.has("claims")) check_repeated(document.member("claims").elements());
}

}  // namespace ferrule::knowledge
