#include "checks/types/why_find.h"

#include "checks/types/why_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

namespace ferrule {
namespace {

bool is_word_character(char of) { return std::isalnum(static_cast<unsigned char>(of)) || of == '_'; }

std::string without_spaces(std::string_view spelling) {
  std::string text;
  for (std::size_t at = 0; at < spelling.size(); ++at) {
    const char c = spelling[at];
    const bool inside = at > 0 && at + 1 < spelling.size();
    // A blank counts only between two words: "unsigned int", not "int *".
    if (c == ' ' && !(inside && is_word_character(spelling[at - 1]) && is_word_character(spelling[at + 1]))) continue;
    text += c;
  }
  return text;
}

bool ends_with_name(std::string_view full, std::string_view name) {
  return full.ends_with(name) && full.size() > name.size() + 2 && full.substr(full.size() - name.size() - 2, 2) == "::";
}

bool is_unqualified_record(const Type& type) {
  return type.kind == TypeKind::Record && !type.is_const && !type.is_volatile;
}

std::string place_text(const Location& where) {
  return where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
}

/// "lambda at main.cpp:12:3", "main.cpp:12".
struct PlaceName {
  std::string_view file;
  unsigned line = 0;
  unsigned column = 0;  // 0: any

  bool is(const Location& where) const {
    if (where.line != line || (column != 0 && where.column != column)) return false;
    return where.file == file || (where.file.ends_with(file) && where.file[where.file.size() - file.size() - 1] == '/');
  }
};

std::optional<unsigned> take_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  text = text.substr(0, colon);
  return number;
}

std::optional<PlaceName> place_of(std::string_view query) {
  if (query.starts_with('(') && query.ends_with(')')) query = query.substr(1, query.size() - 2);
  static constexpr std::array words = {"lambda", "closure", "struct", "class", "union", "type", "unnamed", "at"};
  for (std::string_view word : words)
    if (query.starts_with(word) && query.substr(word.size()).starts_with(' ')) {
      query.remove_prefix(word.size());
      query.remove_prefix(std::min(query.find_first_not_of(' '), query.size()));
    }
  const std::optional<unsigned> last = take_number(query);
  if (!last) return std::nullopt;
  const std::optional<unsigned> first = take_number(query);
  if (query.empty() || query.ends_with(':')) return std::nullopt;
  return first ? PlaceName{query, *first, *last} : PlaceName{query, *last, 0};
}

class Finder {
 public:
  explicit Finder(const Program& program) : program_(program) {
    for (const Type& type : program.facts().types) {
      std::optional<TypeName> name = parse_type_name(type.spelling);
      if (!name) continue;
      std::optional<TypeName> key = type.key == type.spelling ? std::nullopt : parse_type_name(type.key);
      if (key) drop_reserved(*key);
      types_.push_back({&type, std::move(*name), in_full(type, key), std::move(key)});
    }
  }

  FoundType find(std::string_view query) {
    if (const std::optional<PlaceName> place = place_of(query)) return at(*place);
    std::optional<TypeName> name = parse_type_name(query);
    FoundType found = name ? resolve(*name) : FoundType();
    if (found.key.empty() && found.several.empty()) found = as_text(query);
    return found;
  }

 private:
  struct Known {
    const Type* type;
    TypeName name;
    std::optional<TypeName> full;  // with all template arguments
    std::optional<TypeName> key;   // and with inline namespaces
  };

  std::optional<TypeName> in_full(const Type& type, const std::optional<TypeName>& key) const {
    const Record* record = is_unqualified_record(type) ? program_.record(type.record) : nullptr;
    std::optional<TypeName> name = record && key ? parse_type_name(record->name) : std::nullopt;
    if (name && !name->parts.empty() && !key->parts.empty()) name->parts.back() = key->parts.back();
    return name;
  }

  // Inline namespaces of standard libraries, which nobody writes.
  static void drop_reserved(TypeName& name) {
    std::erase_if(name.parts, [](const TypeName::Part& part) { return part.word.starts_with("__"); });
    for (TypeName::Part& part : name.parts)
      for (TypeName& argument : part.arguments) drop_reserved(argument);
  }

  FoundType resolve(const TypeName& name) {
    if (FoundType found = named(name); is_found(found)) return found;
    TypeName expanded = name;
    if (expand(expanded))
      if (FoundType found = named(expanded); is_found(found)) return found;
    // The alias of a type whose own name cannot be written.
    if (is_bare(name))
      if (const Alias* alias = alias_of(name)) return {.key = alias->type};
    return derived(name);
  }

  static bool is_found(const FoundType& found) { return !found.key.empty() || !found.several.empty(); }
  static bool is_bare(const TypeName& name) { return name.suffixes.empty() && !name.is_const && !name.is_volatile; }

  FoundType named(const TypeName& name) const {
    Fit best = Fit::None;
    std::vector<const Type*> fitting;
    for (const Known& known : types_) {
      Fit fits = fit(name, known.name);
      for (const std::optional<TypeName>* other : {&known.full, &known.key})
        if (*other) fits = std::max(fits, fit(name, **other));
      if (fits == Fit::None || fits < best) continue;
      if (fits > best) fitting.clear();
      best = fits;
      fitting.push_back(known.type);
    }
    return one_of(std::move(fitting));
  }

  FoundType one_of(std::vector<const Type*> types) const {
    if (types.size() == 1) return {.key = types.front()->key};
    std::sort(types.begin(), types.end(), [](auto* a, auto* b) { return a->spelling < b->spelling; });
    FoundType found;
    for (std::size_t at = 0; at < types.size(); ++at) {
      const std::string& spelling = types[at]->spelling;
      const bool is_alone = (at == 0 || types[at - 1]->spelling != spelling) &&
                            (at + 1 == types.size() || types[at + 1]->spelling != spelling);
      const Record* record = program_.record(types[at]->record);
      found.several.push_back(is_alone || !record ? spelling : spelling + " at " + place_text(record->where));
    }
    return found;
  }

  FoundType at(const PlaceName& place) const {
    std::vector<const Type*> closures, others;
    for (const Type& type : program_.facts().types) {
      const Record* record = is_unqualified_record(type) ? program_.record(type.record) : nullptr;
      if (record && place.is(record->where)) (record->is_closure ? closures : others).push_back(&type);
    }
    return one_of(closures.empty() ? others : closures);
  }

  FoundType as_text(std::string_view query) const {
    const std::string wanted = without_spaces(query);
    std::vector<const Type*> exact, shorter;
    for (const Type& type : program_.facts().types) {
      const std::string spelling = without_spaces(type.spelling);
      if (spelling == wanted || type.key == query) exact.push_back(&type);
      if (ends_with_name(spelling, wanted)) shorter.push_back(&type);
    }
    return one_of(exact.empty() ? shorter : exact);
  }

  const Alias* alias_of(const TypeName& name) const {
    for (const TypeName::Part& part : name.parts)
      if (part.has_arguments) return nullptr;
    const Alias *whole = nullptr, *shorter = nullptr;
    bool is_one = true;
    for (const Alias& alias : program_.facts().aliases) {
      const std::optional<TypeName> known = parse_type_name(alias.key);
      if (!known) continue;
      const Fit fits = fit({.parts = name.parts}, *known);
      if (fits == Fit::Whole) {
        if (whole && whole->type != alias.type) return nullptr;
        whole = &alias;
      } else if (fits == Fit::Short) {
        is_one &= !shorter || shorter->type == alias.type;
        shorter = &alias;
      }
    }
    return whole ? whole : is_one ? shorter : nullptr;
  }

  /// Puts what aliases stand for in their place. True if there were any.
  bool expand(TypeName& name) const {
    bool expanded = false;
    for (TypeName::Part& part : name.parts)
      for (TypeName& argument : part.arguments) expanded |= expand(argument);
    const Alias* alias = alias_of(name);
    const Type* type = alias ? program_.type(alias->type) : nullptr;
    std::optional<TypeName> meant = type ? parse_type_name(type->spelling) : std::nullopt;
    if (!meant) return expanded;
    bool& is_const = meant->suffixes.empty() ? meant->is_const : meant->suffixes.back().is_const;
    is_const |= name.is_const;
    bool& is_volatile = meant->suffixes.empty() ? meant->is_volatile : meant->suffixes.back().is_volatile;
    is_volatile |= name.is_volatile;
    meant->suffixes.insert(meant->suffixes.end(), name.suffixes.begin(), name.suffixes.end());
    name = std::move(*meant);
    return true;
  }

  /// A type that the program does not name, of one that it has.
  FoundType derived(const TypeName& name) {
    TypeName inner = name;
    Type made;
    if (!name.suffixes.empty()) {
      inner.suffixes.pop_back();
    } else if (name.is_const || name.is_volatile) {
      inner.is_const = inner.is_volatile = false;
    } else {
      return built_in(name);
    }
    FoundType found = resolve(inner);
    const Type* target = program_.type(found.key);
    for (const Type& type : found.made)
      if (type.key == found.key) target = &type;
    if (!target) return found;
    if (name.suffixes.empty())
      made = qualified(*target, name.is_const, name.is_volatile);
    else if (!apply(name.suffixes.back(), *target, made))
      return {};
    found.key = made.key;
    if (!program_.type(made.key)) found.made.push_back(std::move(made));
    return found;
  }

  static FoundType built_in(const TypeName& name) {
    static const std::set<std::string, std::less<>> others = {"bool",    "float",    "char8_t", "char16_t",
                                                              "wchar_t", "char32_t", "void"};
    if (name.parts.size() != 1) return {};
    const std::string& word = name.parts.front().word;
    const bool is_number = word.find(' ') != std::string::npos || word == "int" || word == "char" || word == "short" ||
                           word == "long" || word == "double" || word == "__int128";
    if (!is_number && !others.contains(word)) return {};
    return {.key = word, .made = {{.key = word, .kind = TypeKind::Scalar, .spelling = word}}};
  }

  static Type qualified(Type type, bool is_const, bool is_volatile) {
    const std::string words =
        std::string(is_const ? "const" : "") + (is_const && is_volatile ? " " : "") + (is_volatile ? "volatile" : "");
    const bool after = type.kind == TypeKind::Pointer;
    type.key = after ? type.key + words : words + " " + type.key;
    type.spelling = after ? type.spelling + words : words + " " + type.spelling;
    type.is_const |= is_const;
    type.is_volatile |= is_volatile;
    return type;
  }

  static bool apply(const TypeName::Suffix& suffix, const Type& target, Type& made) {
    if (target.kind == TypeKind::Reference) return false;
    const bool is_array = suffix.text.starts_with('[');
    if (is_array)
      made.kind = TypeKind::Array;
    else if (suffix.text == "*")
      made.kind = TypeKind::Pointer;
    else if (suffix.text == "&" || suffix.text == "&&")
      made.kind = TypeKind::Reference;
    else
      return false;
    const auto with = [&](const std::string& text) {
      const bool is_joined = is_array || text.ends_with('*') || text.ends_with('&');
      return text + (is_joined ? "" : " ") + suffix.text;
    };
    made.key = with(target.key);
    made.spelling = with(target.spelling);
    made.target = target.key;
    if (suffix.is_const || suffix.is_volatile) made = qualified(made, suffix.is_const, suffix.is_volatile);
    return true;
  }

  const Program& program_;
  std::vector<Known> types_;
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t at = 0; at < row.size(); ++at) row[at] = at;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

std::string_view last_word(std::string_view name) {
  const std::size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? name : name.substr(colons + 2);
}

// "const Node *" → "Node": what is misspelled is the name.
std::string bare_name(std::string_view query) {
  std::optional<TypeName> name = parse_type_name(query);
  if (!name) return without_spaces(query);
  std::string text;
  for (const TypeName::Part& part : name->parts) text += (text.empty() ? "" : "::") + part.word;
  return text;
}

}  // namespace

FoundType find_type(const Program& program, std::string_view query) { return Finder(program).find(query); }

std::vector<std::string> near_types(const Program& program, std::string_view query, std::size_t count) {
  const std::string wanted = without_spaces(query), bare = bare_name(query);
  std::set<std::pair<std::size_t, std::string>> ranked;
  const auto rank = [&](const std::string& name, const std::string& spelling) {
    std::size_t far = std::min(
        {distance(without_spaces(spelling), wanted), distance(name, bare), distance(last_word(name), last_word(bare))});
    // Another instance of the template that is meant, or one of several classes of that name.
    if (name == bare || ends_with_name(name, bare)) far = std::min<std::size_t>(far, 1);
    if (far <= (bare.size() < 4 ? 1 : std::max<std::size_t>(2, bare.size() / 3))) ranked.insert({far, spelling});
  };
  for (const Type& type : program.facts().types) {
    const Record* record = is_unqualified_record(type) ? program.record(type.record) : nullptr;
    if (record && !record->is_closure) rank(record->name, type.spelling);
  }
  for (const Alias& alias : program.facts().aliases) rank(alias.key, alias.key);
  std::vector<std::string> near;
  for (const auto& [far, spelling] : ranked)
    if (near.size() < count) near.push_back(spelling);
  return near;
}

}  // namespace ferrule
