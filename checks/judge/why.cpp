#include "checks/judge/why.h"

#include <algorithm>
#include <set>

namespace ferrule {
namespace {

std::string normalised(std::string_view spelling) {
  std::string text;
  for (std::size_t at = 0; at < spelling.size(); ++at) {
    const char c = spelling[at];
    const bool inside = at > 0 && at + 1 < spelling.size();
    const auto is_word = [](char of) { return std::isalnum(static_cast<unsigned char>(of)) || of == '_'; };
    // A blank counts only between two words: "unsigned int", not "int *".
    if (c == ' ' && !(inside && is_word(spelling[at - 1]) && is_word(spelling[at + 1]))) continue;
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

const char* word(Answer answer) {
  switch (answer) {
    case Answer::Yes:
      return "yes";
    case Answer::IfUnique:
      return "if unique";
    case Answer::Unknown:
      return "unknown";
    case Answer::No:
      return "no";
  }
  return "";
}

std::string where_text(const Location& where) {
  return where ? "  (" + where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) + ")" : "";
}

class Tree {
 public:
  void print(const std::vector<Reason>& reasons, const std::string& indent) {
    for (std::size_t at = 0; at < reasons.size(); ++at) {
      const Reason& reason = reasons[at];
      const bool is_last = at + 1 == reasons.size();
      text_ += indent + (is_last ? "`- " : "|- ") + reason.text + where_text(reason.where);
      const std::string below = indent + (is_last ? "   " : "|  ");
      if (!reason.because.empty() && !printed_.insert({reason.text, reason.where}).second) {
        text_ += ", as above\n";
        continue;
      }
      text_ += '\n';
      print(reason.because, below);
      if (reason.because.empty() && !reason.cure.empty()) text_ += below + "cure: " + reason.cure + '\n';
    }
  }
  std::string take() { return std::move(text_); }

 private:
  std::set<std::pair<std::string, Location>> printed_;
  std::string text_;
};

}  // namespace

const Type* find_type(const Program& program, std::string_view query) {
  const std::string wanted = normalised(query);
  const Type* by_suffix = nullptr;
  const Type* by_template = nullptr;
  bool suffix_is_ambiguous = false, template_is_ambiguous = false;
  for (const Type& type : program.facts().types) {
    const std::string spelling = normalised(type.spelling);
    if (spelling == wanted) return &type;
    if (!is_unqualified_record(type)) continue;
    const Record* record = program.record(type.record);
    if (record && (record->spelling == query || record->key == query)) return &type;
    if (ends_with_name(spelling, wanted)) {
      suffix_is_ambiguous |= by_suffix != nullptr;
      by_suffix = &type;
    }
    if (record && (record->name == query || ends_with_name(record->name, query))) {
      template_is_ambiguous |= by_template != nullptr;
      by_template = &type;
    }
  }
  if (by_suffix && !suffix_is_ambiguous) return by_suffix;
  return template_is_ambiguous ? nullptr : by_template;
}

std::vector<std::string> near_types(const Program& program, std::string_view query, std::size_t count) {
  const std::string wanted = normalised(query);
  const std::string bare = wanted.substr(0, wanted.find('<'));
  std::set<std::pair<std::size_t, std::string>> ranked;
  for (const Type& type : program.facts().types) {
    const Record* record = is_unqualified_record(type) ? program.record(type.record) : nullptr;
    if (!record || record->is_closure) continue;
    const std::string spelling = normalised(type.spelling);
    const std::size_t colons = record->name.rfind("::");
    const std::string last = colons == std::string::npos ? record->name : record->name.substr(colons + 2);
    std::size_t rank = std::min(distance(spelling, wanted), distance(last, wanted));
    // Another instance of the template that is meant, or one of several classes of that name.
    if (last == bare || record->name == bare || ends_with_name(record->name, bare))
      rank = std::min<std::size_t>(rank, 1);
    if (rank <= std::max<std::size_t>(2, wanted.size() / 3)) ranked.insert({rank, type.spelling});
  }
  std::vector<std::string> near;
  for (const auto& [rank, spelling] : ranked)
    if (near.size() < count) near.push_back(spelling);
  return near;
}

std::optional<std::string> why(const Program& program, const Verdicts& verdicts, std::string_view query) {
  const Type* type = find_type(program, query);
  if (!type) return std::nullopt;
  std::string text = "'" + type->spelling + "'\n";
  for (Question question : {Question::Send, Question::Sync, Question::Synchronized}) {
    const Verdict& verdict = verdicts.of(question, type->key);
    text += std::string(name_of(question)) + ": " + word(verdict.answer) + '\n';
    Tree tree;
    tree.print(verdict.reasons, "  ");
    text += tree.take();
  }
  return text;
}

}  // namespace ferrule
