// Clang's form, for people: a source line with a caret for the finding and for each note, then the cures.
#include "tool/report/snippet.h"
#include "tool/report/writers.h"

#include <set>

namespace ferrule {
namespace {

// What stands to the left of a source line takes eight columns more.
constexpr std::size_t snippet_width = 112;

class TextWriter {
 public:
  explicit TextWriter(WriterContext& context) : context_(context) {}

  void write(const Finding& finding) {
    if (!text_.empty()) text_ += '\n';
    diagnostic(finding.where, "warning", "\x1b[0;1;35m", finding.message + " [ferrule-" + finding.rule + "]");
    snippet_at(finding.where);
    std::set<Note> written;
    for (const Note& note : finding.notes) {
      const Location& where = note.where ? note.where : finding.where;
      if (!written.insert({where, note.text}).second) continue;
      diagnostic(where, "note", note_hue, note.text);
      snippet_at(where);
    }
    for (const std::string& cure : finding.cures) diagnostic(finding.where, "note", note_hue, "cure: " + cure);
  }

  std::string take() { return std::move(text_); }

 private:
  static constexpr std::string_view note_hue = "\x1b[0;1;36m";

  void diagnostic(const Location& where, std::string_view severity, std::string_view hue, const std::string& message) {
    const std::string place = displayed_path(where.file, context_.directory) + ":" + std::to_string(where.line) + ":" +
                              std::to_string(where.column) + ": ";
    colored("\x1b[1m", printable(place));
    colored(hue, std::string(severity) + ": ");
    colored(severity == "note" ? "" : "\x1b[1m", printable(message));
    text_ += '\n';
  }

  void snippet_at(const Location& where) {
    const std::string_view line = context_.sources.line(where.file, where.line);
    if (line.empty() || where.column == 0) return;
    const Snippet shown = snippet(line, where.column, snippet_width);
    std::string number = std::to_string(where.line);
    number.insert(0, number.size() < 5 ? 5 - number.size() : 0, ' ');
    text_ += number + " | " + shown.line + "\n";
    text_ += std::string(number.size(), ' ') + " | " + std::string(shown.caret, ' ');
    colored("\x1b[0;1;32m", "^");
    text_ += '\n';
  }

  void colored(std::string_view escape, std::string_view text) {
    const bool on = context_.color && !escape.empty();
    if (on) text_ += escape;
    text_ += text;
    if (on) text_ += "\x1b[0m";
  }

  WriterContext& context_;
  std::string text_;
};

}  // namespace

Written write_text(const Report& report, WriterContext& context) {
  TextWriter writer(context);
  for (const Finding& finding : report.findings) writer.write(finding);
  return {writer.take()};
}

}  // namespace ferrule
