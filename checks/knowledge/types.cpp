#include "checks/knowledge/types.h"

#include "checks/knowledge/names.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace ferrule::knowledge {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 3> question_names = {"send", "sync", "synchronized"};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Answer> constant_named(std::string_view name) {
  if (name == "yes") return Answer::Yes;
  if (name == "if_unique") return Answer::IfUnique;
  if (name == "unknown") return Answer::Unknown;
  if (name == "no") return Answer::No;
  return std::nullopt;
}

// "*T0", "T1..."
bool parse_operand(std::string_view text, Term& term) {
  if (text.starts_with('*')) {
    term.pointee = true;
    text.remove_prefix(1);
  }
  if (text.ends_with("...")) {
    term.rest = true;
    text.remove_suffix(3);
  }
  if (!text.starts_with('T')) return false;
  text.remove_prefix(1);
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, term.argument);
  return error == std::errc() && stop == end;
}

std::optional<Term> parse_term(std::string_view text) {
  Term term;
  if (text.ends_with('?')) {
    term.doubtful = true;
    text = trim(text.substr(0, text.size() - 1));
  }
  if (std::optional<Answer> constant = constant_named(text)) {
    term.constant = *constant;
    return term;
  }
  if (text == "structural") {
    term.kind = Term::Kind::Structural;
    return term;
  }
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  const std::string_view function = text.substr(0, open);
  if (!parse_operand(trim(text.substr(open + 1, text.size() - open - 2)), term)) return std::nullopt;
  if (function == "pointer" || function == "counted") {
    term.kind = function == "pointer" ? Term::Kind::Pointer : Term::Kind::Counted;
    return term;
  }
  term.kind = Term::Kind::Ask;
  for (std::size_t question = 0; question < question_names.size(); ++question)
    if (function == question_names[question]) {
      term.question = static_cast<Question>(question);
      return term;
    }
  return std::nullopt;
}

[[noreturn]] void fail(const Document& document, const std::string& what) {
  throw Error("'" + std::string(document.name) + "' " + what);
}

std::string text_of(const Document& document, const json& entry, const char* key) {
  auto it = entry.find(key);
  if (it == entry.end()) return {};
  if (!it->is_string()) fail(document, "has a type rule whose '" + std::string(key) + "' is not a string");
  return it->get<std::string>();
}

bool flag_of(const Document& document, const json& entry, const char* key) {
  auto it = entry.find(key);
  if (it == entry.end()) return false;
  if (!it->is_boolean()) fail(document, "has a type rule whose '" + std::string(key) + "' is neither true nor false");
  return it->get<bool>();
}

std::vector<std::string> names_in(const Document& document, const json& entry, const char* key) {
  auto it = entry.find(key);
  if (it == entry.end()) return {};
  if (!it->is_array()) fail(document, "has a type rule whose '" + std::string(key) + "' is not a list");
  std::vector<std::string> names;
  for (const json& name : *it) {
    if (!name.is_string()) fail(document, "has a type rule with a name that is not a string");
    for (std::string& one : expand_braces(name.get<std::string>())) names.push_back(std::move(one));
  }
  return names;
}

Affinity affinity_of(const Document& document, const json& entry) {
  const std::string text = text_of(document, entry, "bound_to");
  if (text.empty()) return Affinity::None;
  if (text == "main") return Affinity::Main;
  if (text != "maker") fail(document, "has a type rule whose 'bound_to' is neither 'main' nor 'maker'");
  return Affinity::Maker;
}

TypeRule read_rule(const Document& document, const json& entry) {
  TypeRule rule;
  const std::string reason = text_of(document, entry, "reason");
  for (std::size_t question = 0; question < question_names.size(); ++question) {
    const char* key = question_names[question];
    const std::string text = text_of(document, entry, key);
    std::optional<std::vector<Term>> terms = parse_terms(text);
    if (!terms) fail(document, "has a type rule whose '" + std::string(key) + "' is not understood: '" + text + "'");
    rule.answers[question] = std::move(*terms);
    const std::string own = text_of(document, entry, (std::string(key) + "_reason").c_str());
    rule.reasons[question] = own.empty() ? reason : own;
  }
  rule.cure = text_of(document, entry, "cure");
  rule.source = text_of(document, entry, "source");
  rule.counted_by = names_in(document, entry, "counted_by");
  rule.affinity = affinity_of(document, entry);
  rule.unless_called = names_in(document, entry, "unless_called");
  rule.is_count = flag_of(document, entry, "count");
  rule.is_lock = flag_of(document, entry, "lock");
  rule.is_synchroniser = rule.is_lock || flag_of(document, entry, "synchroniser");
  return rule;
}

}  // namespace

std::optional<std::vector<Term>> parse_terms(std::string_view text) {
  std::vector<Term> terms;
  for (;;) {
    const std::size_t comma = text.find(',');
    std::optional<Term> term = parse_term(trim(text.substr(0, comma)));
    if (!term) return std::nullopt;
    terms.push_back(*term);
    if (comma == std::string_view::npos) return terms;
    text.remove_prefix(comma + 1);
  }
}

Types::Types(std::span<const Document> documents, const Types* otherwise) : otherwise_(otherwise) {
  for (const Document& document : documents) {
    const json parsed = json::parse(document.text, nullptr, /*allow_exceptions=*/false);
    if (parsed.is_discarded() || !parsed.is_object()) fail(document, "is not a JSON object");
    auto types = parsed.find("types");
    if (types == parsed.end()) continue;
    if (!types->is_array()) fail(document, "has 'types' that is not a list");
    for (const json& entry : *types) {
      if (!entry.is_object()) fail(document, "has a type rule that is not an object");
      TypeRule rule = read_rule(document, entry);
      std::vector<std::string> names = names_in(document, entry, "names");
      if (names.empty()) fail(document, "has a type rule without 'names'");
      for (std::string& name : names) {
        rule.name = std::move(name);
        add(rule);
      }
    }
  }
}

void Types::add(TypeRule rule) {
  const std::size_t number = rules_.size();
  if (rule.name.ends_with('*')) {
    const std::string prefix = rule.name.substr(0, rule.name.size() - 1);
    const auto shorter = [&](const auto& known) { return known.first.size() <= prefix.size(); };
    prefixes_.insert(std::find_if(prefixes_.begin(), prefixes_.end(), shorter), {prefix, number});
  } else {
    exact_[rule.name] = number;
  }
  rules_.push_back(std::move(rule));
}

const TypeRule* Types::find(std::string_view qualified_name) const {
  if (auto it = exact_.find(qualified_name); it != exact_.end()) return &rules_[it->second];
  for (const auto& [prefix, number] : prefixes_)
    if (qualified_name.starts_with(prefix)) return &rules_[number];
  return otherwise_ ? otherwise_->find(qualified_name) : nullptr;
}

const Types& Types::builtin() {
  static const Types types(documents());
  return types;
}

}  // namespace ferrule::knowledge
