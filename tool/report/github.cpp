// Workflow commands of GitHub Actions: each finding becomes an annotation at its line of the change.
#include "tool/report/writers.h"

namespace ferrule {
namespace {

std::string escaped(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : text) {
    const bool breaks = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    if (!breaks) {
      result += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    result += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return result;
}

std::string place(const Location& where, const WriterContext& context) {
  return displayed_path(where.file, context.root) + ":" + std::to_string(where.line);
}

std::string body(const Finding& finding, const WriterContext& context) {
  std::string text = finding.message;
  for (const Note& note : finding.notes)
    text += "\n" + place(note.where ? note.where : finding.where, context) + ": " + note.text;
  for (const std::string& cure : finding.cures) text += "\ncure: " + cure;
  return text;
}

}  // namespace

Written write_github(const Report& report, WriterContext& context) {
  Written written;
  for (const FailedUnit& unit : report.failed) {
    const std::string file = displayed_path(unit.file, context.root);
    written.text += "::error file=" + escaped(file, true) +
                    ",title=ferrule::" + escaped("'" + file + "' was not analysed: " + unit.reason, false) + "\n";
  }
  for (const Finding& finding : report.findings) {
    written.text += "::warning file=" + escaped(displayed_path(finding.where.file, context.root), true) +
                    ",line=" + std::to_string(finding.where.line) + ",col=" + std::to_string(finding.where.column) +
                    ",title=ferrule-" + finding.rule + "::" + escaped(body(finding, context), false) + "\n";
  }
  constexpr std::size_t most_of_a_step = 10;
  if (report.findings.size() > most_of_a_step)
    written.notices.push_back("GitHub shows " + std::to_string(most_of_a_step) + " warnings of a step; the other " +
                              std::to_string(report.findings.size() - most_of_a_step) + " are in the log alone");
  return written;
}

}  // namespace ferrule
