// The keys of `.ferrule.json`, as tables: what checks a configuration and what describes it to editors are the same.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>

namespace ferrule::knowledge {

/// What a key's value must be.
enum class Shape : unsigned char {
  Text,
  Flag,
  True,      ///< the flag, but never false
  Number,    ///< a whole number from 0
  Numbers,   ///< a list of such, not empty
  Version,   ///< the version that is known
  Word,      ///< one of a list
  Words,     ///< a list of such
  WordsOf,   ///< an object: for any key, one of a list
  Texts,     ///< a list of texts, not empty
  Terms,     ///< an answer like "yes" or "send(T0)"
  Claim,     ///< true, false or a condition like "send(T0)"
  ClaimYes,  ///< the same, but never false
  Callable,  ///< a number, or "first"
  List,      ///< a list of objects
  Object,    ///< an object: for any key, an object
};

/// Lists of words, some of which only the program knows.
enum class WordList : unsigned char { None, Profiles, PathProfiles, Rules, Does, Is, Threads, Handles };

struct ObjectShape;

struct KeyShape {
  std::string_view name;
  Shape shape;
  WordList words = WordList::None;
  const char* noun = "";                 ///< what one of its words or texts is: "a rule"
  const ObjectShape* objects = nullptr;  ///< of List and Object
  std::string_view about = "";
  bool is_required = false;
};

struct ObjectShape {
  const char* noun;  ///< "a claim"
  std::span<const KeyShape> keys;
};

extern const ObjectShape claim_shape;
extern const ObjectShape type_shape;
extern const ObjectShape function_shape;
extern const ObjectShape class_shape;
extern const ObjectShape configuration_shape;

inline constexpr int known_version = 1;

/// `rule_names` are the rules that there are.
std::span<const std::string_view> words_of(WordList list, std::span<const std::string_view> rule_names);

/// The tables as a JSON Schema (draft 2020-12).
nlohmann::ordered_json configuration_schema(std::span<const std::string_view> rule_names);

}  // namespace ferrule::knowledge
