#include "checks/knowledge/configuration_keys.h"

#include "checks/knowledge/concurrency.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace ferrule::knowledge {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view profiles[] = {"default", "strict"};
constexpr std::string_view path_profiles[] = {"default", "strict", "off"};
constexpr std::string_view threads[] = {"main", "maker"};
constexpr std::string_view handles[] = {"none", "this", "receiver", "result", "arg0", "arg1", "arg2",
                                        "arg3", "arg4", "arg5",     "arg6",   "arg7", "arg8", "arg9"};

constexpr KeyShape claim_keys[] = {
    {.name = "type",
     .shape = Shape::Text,
     .about = "The class's qualified name, without template arguments; one that ends in '*' is of all that begin so.",
     .is_required = true},
    {.name = "send", .shape = Shape::Claim, .about = "It may be handed over to another thread."},
    {.name = "sync", .shape = Shape::Claim, .about = "Several threads may use it through a reference to const."},
    {.name = "synchronized", .shape = Shape::ClaimYes, .about = "Several threads may use it at once."},
    {.name = "thread_bound", .shape = Shape::True, .about = "It stays with the thread that made it."},
    {.name = "reason", .shape = Shape::Text, .about = "Why, for whoever checks it later.", .is_required = true},
};

constexpr KeyShape type_keys[] = {
    {.name = "names", .shape = Shape::Texts, .noun = "a name", .is_required = true},
    {.name = "send", .shape = Shape::Terms, .is_required = true},
    {.name = "sync", .shape = Shape::Terms, .is_required = true},
    {.name = "synchronized", .shape = Shape::Terms, .is_required = true},
    {.name = "reason", .shape = Shape::Text},
    {.name = "send_reason", .shape = Shape::Text},
    {.name = "sync_reason", .shape = Shape::Text},
    {.name = "synchronized_reason", .shape = Shape::Text},
    {.name = "cure", .shape = Shape::Text},
    {.name = "source", .shape = Shape::Text},
    {.name = "lock", .shape = Shape::Flag},
    {.name = "synchroniser", .shape = Shape::Flag},
    {.name = "count", .shape = Shape::Flag},
    {.name = "counted_by", .shape = Shape::Texts, .noun = "a function"},
    {.name = "bound_to", .shape = Shape::Word, .words = WordList::Threads, .noun = "a thread"},
    {.name = "unless_called", .shape = Shape::Texts, .noun = "a function"},
};

constexpr KeyShape function_keys[] = {
    {.name = "does",
     .shape = Shape::Word,
     .words = WordList::Does,
     .noun = "something that a function does",
     .is_required = true},
    {.name = "on", .shape = Shape::Number},
    {.name = "callable", .shape = Shape::Callable},
    {.name = "runs", .shape = Shape::Text},
    {.name = "message", .shape = Shape::Number},
    {.name = "handle", .shape = Shape::Word, .words = WordList::Handles, .noun = "a handle"},
    {.name = "only_for", .shape = Shape::Texts, .noun = "a class"},
    {.name = "skip", .shape = Shape::Text},
    {.name = "sink", .shape = Shape::Text},
    {.name = "state", .shape = Shape::Text},
    {.name = "reads", .shape = Shape::Numbers},
    {.name = "writes", .shape = Shape::Numbers},
    {.name = "reads_rest", .shape = Shape::Number},
    {.name = "writes_rest", .shape = Shape::Number},
    {.name = "shared", .shape = Shape::Flag},
    {.name = "zero_is_success", .shape = Shape::Flag},
    {.name = "joins_on_destroy", .shape = Shape::Flag},
    {.name = "static", .shape = Shape::Flag},
    {.name = "interrupts", .shape = Shape::Flag},
    {.name = "checked", .shape = Shape::Flag},
};

constexpr KeyShape class_keys[] = {
    {.name = "is", .shape = Shape::Word, .words = WordList::Is, .noun = "something that a class is"},
    {.name = "shared", .shape = Shape::Flag},
    {.name = "joins_on_destroy", .shape = Shape::Flag},
    {.name = "blocks_holder", .shape = Shape::Flag},
    {.name = "view", .shape = Shape::Flag},
    {.name = "sole_owner", .shape = Shape::Flag},
    {.name = "elements_stay", .shape = Shape::Flag},
    {.name = "holds_inside", .shape = Shape::Flag},
    {.name = "names_element", .shape = Shape::Flag},
    {.name = "placeholder", .shape = Shape::Flag},
};

constexpr KeyShape configuration_keys[] = {
    {.name = "$schema", .shape = Shape::Text, .about = "For editors."},
    {.name = "about", .shape = Shape::Text, .about = "For people."},
    {.name = "version", .shape = Shape::Version, .about = "The version of this form."},
    {.name = "profile",
     .shape = Shape::Word,
     .words = WordList::Profiles,
     .noun = "a profile",
     .about = "What is reported: where there is evidence, or also what is not proved."},
    {.name = "profiles",
     .shape = Shape::WordsOf,
     .words = WordList::PathProfiles,
     .noun = "a profile",
     .about = "The same for files and folders, relative to this file; the longest path that fits counts."},
    {.name = "exclude",
     .shape = Shape::Texts,
     .noun = "a path",
     .about = "Units that are not analysed, by file or folder, relative to this file."},
    {.name = "rules", .shape = Shape::Words, .words = WordList::Rules, .noun = "a rule", .about = "Only these rules."},
    {.name = "types", .shape = Shape::List, .objects = &type_shape, .about = "What types of libraries are."},
    {.name = "functions",
     .shape = Shape::Object,
     .objects = &function_shape,
     .about = "What functions of libraries do, by qualified name."},
    {.name = "classes",
     .shape = Shape::Object,
     .objects = &class_shape,
     .about = "What classes of libraries are, by qualified name."},
    {.name = "claims", .shape = Shape::List, .objects = &claim_shape, .about = "What the project vouches for."},
};

Json text_schema() { return {{"type", "string"}}; }

// What is not blank.
Json filled_text_schema() { return {{"type", "string"}, {"pattern", "\\S"}}; }

Json schema_of(const ObjectShape& object, std::span<const std::string_view> rule_names);

Json schema_of(const KeyShape& key, std::span<const std::string_view> rule_names) {
  const auto words = [&] {
    Json list = Json::array();
    for (const std::string_view word : words_of(key.words, rule_names)) list.push_back(word);
    return Json{{"enum", list}};
  };
  switch (key.shape) {
    case Shape::Text:
      return key.is_required ? filled_text_schema() : text_schema();
    case Shape::Terms:
      return text_schema();
    case Shape::Flag:
      return {{"type", "boolean"}};
    case Shape::True:
      return {{"const", true}};
    case Shape::Number:
      return {{"type", "integer"}, {"minimum", 0}};
    case Shape::Numbers:
      return {{"type", "array"}, {"minItems", 1}, {"items", Json{{"type", "integer"}, {"minimum", 0}}}};
    case Shape::Version:
      return {{"const", known_version}};
    case Shape::Word:
      return words();
    case Shape::Words:
      return {{"type", "array"}, {"minItems", 1}, {"items", words()}};
    case Shape::WordsOf:
      return {{"type", "object"}, {"additionalProperties", words()}};
    case Shape::Texts:
      return {{"type", "array"}, {"minItems", 1}, {"items", filled_text_schema()}};
    case Shape::Claim:
      return {{"type", Json::array({"boolean", "string"})}};
    case Shape::ClaimYes:
      return {{"anyOf", Json::array({Json{{"const", true}}, text_schema()})}};
    case Shape::Callable:
      return {{"anyOf", Json::array({Json{{"type", "integer"}, {"minimum", 0}}, Json{{"const", "first"}}})}};
    case Shape::List:
      return {{"type", "array"}, {"items", schema_of(*key.objects, rule_names)}};
    case Shape::Object:
      return {{"type", "object"}, {"additionalProperties", schema_of(*key.objects, rule_names)}};
  }
  return true;
}

Json schema_of(const ObjectShape& object, std::span<const std::string_view> rule_names) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const KeyShape& key : object.keys) {
    Json schema = schema_of(key, rule_names);
    if (!key.about.empty()) schema["description"] = key.about;
    properties[std::string(key.name)] = std::move(schema);
    if (key.is_required) required.push_back(key.name);
  }
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace

const ObjectShape claim_shape = {"a claim", claim_keys};
const ObjectShape type_shape = {"a type", type_keys};
const ObjectShape function_shape = {"a function", function_keys};
const ObjectShape class_shape = {"a class", class_keys};
const ObjectShape configuration_shape = {"a configuration", configuration_keys};

std::span<const std::string_view> words_of(WordList list, std::span<const std::string_view> rule_names) {
  switch (list) {
    case WordList::None:
      return {};
    case WordList::Profiles:
      return profiles;
    case WordList::PathProfiles:
      return path_profiles;
    case WordList::Rules:
      return rule_names;
    case WordList::Does:
      return words_for_does();
    case WordList::Is:
      return words_for_is();
    case WordList::Threads:
      return threads;
    case WordList::Handles:
      return handles;
  }
  return {};
}

nlohmann::ordered_json configuration_schema(std::span<const std::string_view> rule_names) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", ".ferrule.json"},
                 {"description", "What a project tells Ferrule: see docs/configuration.md."}};
  schema.update(schema_of(configuration_shape, rule_names));
  return schema;
}

}  // namespace ferrule::knowledge
