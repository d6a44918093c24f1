#include "checks/types/why.h"

#include <algorithm>
#include <set>

namespace ferrule {
namespace {

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

std::string why(const Program& program, const Verdicts& verdicts, std::string_view type_key) {
  const Type* type = program.type(type_key);
  if (!type) return {};
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
