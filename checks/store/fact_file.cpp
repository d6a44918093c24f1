#include "checks/store/fact_file.h"

#include "checks/store/archive.h"
#include "checks/store/consistent.h"
#include "checks/store/facts_bytes.h"
#include "checks/store/seal.h"

#include <algorithm>
#include <cctype>

namespace ferrule {

template <class Archive>
constexpr void visit(Archive& archive, FactFile& it) {
  archive(it.facts, it.targets);
}

namespace {

bool is_in_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
}

bool starts_path(std::string_view text, std::size_t at, std::string_view prefix) {
  if (!text.substr(at).starts_with(prefix)) return false;
  const std::size_t end = at + prefix.size();
  return end == text.size() || text[end] == '/' || prefix.ends_with('/') || !is_in_name(text[end]);
}

}  // namespace

std::string mapped(std::string_view text, const PrefixMap& prefixes) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_start = text[i] == '/' && (i == 0 || !is_in_name(text[i - 1]));
    const auto prefix = !is_start ? prefixes.rend()
                                  : std::find_if(prefixes.rbegin(), prefixes.rend(),
                                                 [&](const auto& one) { return starts_path(text, i, one.first); });
    if (prefix == prefixes.rend()) {
      result += text[i++];
    } else {
      result += prefix->second;
      i += prefix->first.size();
    }
  }
  return result;
}

std::string to_fact_file(const FactFile& file, const PrefixMap& prefixes) {
  const store::MapString map = [&](std::string_view text) { return mapped(text, prefixes); };
  return store::sealed("fact file", facts_form(), store::written(file, prefixes.empty() ? nullptr : map));
}

std::string read_fact_file(std::string_view bytes, const PrefixMap& prefixes, FactFile& file) {
  const store::Unsealed opened = store::unsealed("fact file", facts_form(), bytes);
  if (opened.broken == store::Broken::Foreign) return "is no fact file";
  if (opened.broken == store::Broken::OtherForm) return "is a fact file of another version of Ferrule";
  const store::MapString map = [&](std::string_view text) { return mapped(text, prefixes); };
  auto read = opened.broken ? std::nullopt : store::read<FactFile>(opened.content, prefixes.empty() ? nullptr : map);
  if (!read || !std::ranges::all_of(read->facts.functions, is_consistent)) return "is a damaged fact file";
  file = std::move(*read);
  return "";
}

}  // namespace ferrule
