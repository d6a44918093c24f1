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

std::string relative(const std::string& file, std::string_view directory) {
  if (directory.empty() || !file.starts_with(directory)) return file;
  const std::size_t slash = directory.ends_with('/') ? directory.size() - 1 : directory.size();
  return file.size() > slash && file[slash] == '/' ? file.substr(slash + 1) : file;
}

class Tree {
 public:
  explicit Tree(std::string_view directory) : directory_(directory) {}

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
  std::string where_text(const Location& where) const {
    if (!where) return "";
    return "  (" + relative(where.file, directory_) + ":" + std::to_string(where.line) + ":" +
           std::to_string(where.column) + ")";
  }

  std::string_view directory_;
  std::set<std::pair<std::string, Location>> printed_;
  std::string text_;
};

}  // namespace

std::string why(const Program& program, const Verdicts& verdicts, std::string_view type_key,
                std::string_view directory) {
  const Type* type = program.type(type_key);
  if (!type) return {};
  std::string text = "'" + type->spelling + "'\n";
  for (Question question : {Question::Send, Question::Sync, Question::Synchronized}) {
    const Verdict& verdict = verdicts.of(question, type->key);
    text += std::string(name_of(question)) + ": " + word(verdict.answer) + '\n';
    Tree tree(directory);
    tree.print(verdict.reasons, "  ");
    text += tree.take();
  }
  return text;
}

}  // namespace ferrule
