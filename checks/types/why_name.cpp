#include "checks/types/why_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace ferrule {
namespace {

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    if (is_word_character(c)) {
      while (end < text.size() && is_word_character(text[end])) ++end;
    } else if (text.substr(at, 2) == "::" || text.substr(at, 2) == "&&") {
      ++end;
    }
    tokens.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

/// "long unsigned", "unsigned long int" → "unsigned long", as the compiler spells it.
class BuiltIn {
 public:
  bool take(const std::string& word) {
    static const std::set<std::string, std::less<>> words = {"unsigned", "signed", "long",   "short",
                                                             "int",      "char",   "double", "__int128"};
    if (!words.contains(word)) return false;
    ++count_[word];
    return true;
  }
  bool is_empty() const { return count_.empty(); }

  std::string name() const {
    const auto has = [&](const char* word) { return count_.contains(word); };
    const std::string sign = has("unsigned") ? "unsigned " : "";
    if (has("char")) return has("signed") ? "signed char" : sign + "char";
    if (has("double")) return has("long") ? "long double" : "double";
    if (has("__int128")) return sign + "__int128";
    if (has("short")) return sign + "short";
    const auto longs = count_.find("long");
    if (longs != count_.end()) return sign + (longs->second > 1 ? "long long" : "long");
    return sign + "int";
  }

 private:
  std::map<std::string, unsigned, std::less<>> count_;
};

class Parser {
 public:
  explicit Parser(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  std::optional<TypeName> whole() {
    std::optional<TypeName> name = type();
    return name && at_ == tokens_.size() ? name : std::nullopt;
  }

 private:
  const std::string& next() const {
    static const std::string none;
    return at_ < tokens_.size() ? tokens_[at_] : none;
  }
  bool skip(std::string_view token) {
    if (next() != token) return false;
    ++at_;
    return true;
  }

  template <class Qualified>
  bool qualifier(Qualified& of) {
    if (skip("const")) return of.is_const = true;
    if (skip("volatile")) return of.is_volatile = true;
    return false;
  }

  std::optional<TypeName> type() {
    static constexpr std::array elaborated = {"struct", "class", "union", "enum", "typename"};
    TypeName name;
    BuiltIn built_in;
    while (at_ < tokens_.size()) {
      if (qualifier(name)) continue;
      if (name.parts.empty() &&
          std::any_of(elaborated.begin(), elaborated.end(), [&](auto word) { return skip(word); }))
        continue;
      if (name.parts.empty() && built_in.take(next())) {
        ++at_;
        continue;
      }
      if (!built_in.is_empty() || !name.parts.empty() || !path(name)) break;
    }
    if (!built_in.is_empty()) name.parts.push_back({built_in.name()});
    if (name.parts.empty()) return std::nullopt;
    while (suffix(name)) continue;
    return name;
  }

  bool path(TypeName& name) {
    skip("::");
    do {
      while (skip_unnamed()) continue;
      if (!is_word_character(next().empty() ? ' ' : next().front())) return false;
      TypeName::Part part{next()};
      ++at_;
      if (next() == "<" && !arguments(part)) return false;
      name.parts.push_back(std::move(part));
    } while (skip("::"));
    return true;
  }

  // "(anonymous namespace)::"
  bool skip_unnamed() {
    static constexpr std::array words = {"(", "anonymous", "namespace", ")", "::"};
    if (at_ + words.size() > tokens_.size() || !std::equal(words.begin(), words.end(), tokens_.begin() + at_))
      return false;
    at_ += words.size();
    return true;
  }

  // The keys of packs have braces around what they consist of.
  bool arguments(TypeName::Part& part) {
    part.has_arguments = true;
    ++at_;
    for (;;) {
      while (next() == "{" || next() == "}" || next() == ",") ++at_;
      if (skip(">")) return true;
      if (at_ == tokens_.size()) return false;
      const std::size_t start = at_;
      std::optional<TypeName> argument = type();
      if (!argument || (next() != "," && next() != ">" && next() != "}")) {
        at_ = start;
        argument = value();
      }
      part.arguments.push_back(std::move(*argument));
    }
  }

  // An argument that is no type, as it stands.
  TypeName value() {
    std::string text;
    for (unsigned depth = 0; at_ < tokens_.size(); ++at_) {
      const std::string& token = next();
      if (depth == 0 && (token == "," || token == ">" || token == "}")) break;
      depth += token == "(" || token == "{";
      depth -= depth > 0 && (token == ")" || token == "}");
      text += token;
    }
    return {.parts = {{text}}};
  }

  bool suffix(TypeName& name) {
    const std::string& token = next();
    if (token == "*" || token == "&" || token == "&&") {
      TypeName::Suffix made{token};
      ++at_;
      while (qualifier(made)) continue;
      name.suffixes.push_back(std::move(made));
      return true;
    }
    if (token == "[") {
      // The first of several is the outermost.
      const std::size_t first = name.suffixes.size();
      while (next() == "[") name.suffixes.insert(name.suffixes.begin() + first, TypeName::Suffix{bracketed("[", "]")});
      return true;
    }
    if (token != "(") return false;
    std::string text = bracketed("(", ")");
    while (next() == "const" || next() == "volatile" || next() == "noexcept") text += ' ' + tokens_[at_++];
    name.suffixes.push_back({text});
    return true;
  }

  std::string bracketed(std::string_view open, std::string_view close) {
    std::string text;
    unsigned depth = 0;
    do {
      depth += next() == open;
      depth -= next() == close;
      if (!text.empty() && is_word_character(text.back()) && is_word_character(next().front())) text += ' ';
      text += tokens_[at_++];
    } while (depth > 0 && at_ < tokens_.size());
    return text;
  }

  std::vector<std::string> tokens_;
  std::size_t at_ = 0;
};

Fit fit(const TypeName::Part& part, const TypeName::Part& whole) {
  if (part.word != whole.word) return Fit::None;
  if (!part.has_arguments) return whole.has_arguments ? Fit::Template : Fit::Whole;
  if (part.arguments.size() > whole.arguments.size()) return Fit::None;
  Fit worst = part.arguments.size() < whole.arguments.size() ? Fit::Template : Fit::Whole;
  for (std::size_t at = 0; at < part.arguments.size(); ++at)
    worst = std::min(worst, fit(part.arguments[at], whole.arguments[at]));
  return worst;
}

}  // namespace

std::optional<TypeName> parse_type_name(std::string_view text) { return Parser(tokens_of(text)).whole(); }

Fit fit(const TypeName& name, const TypeName& whole) {
  if (name.is_const != whole.is_const || name.is_volatile != whole.is_volatile || name.suffixes != whole.suffixes)
    return Fit::None;
  if (name.parts.size() > whole.parts.size()) return Fit::None;
  const std::size_t left_out = whole.parts.size() - name.parts.size();
  Fit worst = left_out > 0 ? Fit::Short : Fit::Whole;
  for (std::size_t at = 0; at < name.parts.size(); ++at)
    worst = std::min(worst, fit(name.parts[at], whole.parts[left_out + at]));
  return worst;
}

}  // namespace ferrule
