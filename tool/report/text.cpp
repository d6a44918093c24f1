#include "tool/report/report.h"

#include <algorithm>

namespace ferrule {
namespace {

class TextWriter {
 public:
  TextWriter(SourceCache& sources, const TextOptions& options) : sources_(sources), options_(options) {}

  void write(const Finding& finding) {
    diagnostic(finding.where, "warning", "\x1b[0;1;35m", finding.message + " [ferrule-" + finding.rule + "]");
    for (const Note& note : finding.notes) note_at(note.where ? note.where : finding.where, note.text);
    for (const std::string& cure : finding.cures) note_at(finding.where, "cure: " + cure);
  }

  std::string take() { return std::move(text_); }

 private:
  void note_at(const Location& where, const std::string& text) { diagnostic(where, "note", "\x1b[0;1;36m", text); }

  void diagnostic(const Location& where, std::string_view severity, std::string_view hue, const std::string& message) {
    const std::string place = displayed_path(where.file, options_.directory) + ":" + std::to_string(where.line) + ":" +
                              std::to_string(where.column) + ": ";
    colored("\x1b[1m", place);
    colored(hue, std::string(severity) + ": ");
    colored(severity == "note" ? "" : "\x1b[1m", message);
    text_ += '\n';
    snippet(where);
  }

  void snippet(const Location& where) {
    const std::string_view line = sources_.line(where.file, where.line);
    if (line.empty() || where.column == 0) return;
    std::string number = std::to_string(where.line);
    number.insert(0, number.size() < 5 ? 5 - number.size() : 0, ' ');
    text_ += number + " | " + std::string(line) + "\n";
    text_ += std::string(number.size(), ' ') + " | ";
    // Tabs stay tabs, and the bytes after the first of a UTF-8 sequence take no room, so that the caret stands right.
    for (const char c : line.substr(0, std::min<std::size_t>(where.column - 1, line.size()))) {
      if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) text_ += c == '\t' ? '\t' : ' ';
    }
    colored("\x1b[0;1;32m", "^");
    text_ += '\n';
  }

  void colored(std::string_view escape, std::string_view text) {
    const bool on = options_.color && !escape.empty();
    if (on) text_ += escape;
    text_ += text;
    if (on) text_ += "\x1b[0m";
  }

  SourceCache& sources_;
  const TextOptions& options_;
  std::string text_;
};

std::string count(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

std::string listed(const std::vector<FailedUnit>& units, std::string_view directory) {
  std::string text;
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < units.size() && i < shown; ++i)
    text += (i == 0 ? ": '" : ", '") + displayed_path(units[i].file, directory) + "' (" + units[i].reason + ")";
  if (units.size() > shown) text += ", and " + std::to_string(units.size() - shown) + " more";
  return text;
}

}  // namespace

std::string displayed_path(const std::string& path, std::string_view directory) {
  if (directory.empty() || !path.starts_with(directory)) return path;
  if (directory.ends_with('/')) return path.substr(directory.size());
  return path.size() > directory.size() && path[directory.size()] == '/' ? path.substr(directory.size() + 1) : path;
}

std::string text_report(const Report& report, SourceCache& sources, const TextOptions& options) {
  TextWriter writer(sources, options);
  for (const Finding& finding : report.findings) writer.write(finding);
  return writer.take();
}

std::string summary(const Report& report, std::string_view directory) {
  std::string text =
      count(report.findings.size(), "finding") + " in " + count(report.units - report.failed.size(), "unit");
  if (report.suppressed > 0) text += ", " + std::to_string(report.suppressed) + " suppressed by NOLINT";
  if (report.elsewhere > 0) text += ", " + std::to_string(report.elsewhere) + " elsewhere";
  if (report.turned_off > 0) text += ", " + std::to_string(report.turned_off) + " turned off";
  text += "; " + (report.failed.empty() ? "every unit was analysed" : not_analysed(report, directory));
  if (report.excluded > 0) text += "; excluded: " + count(report.excluded, "unit");
  if (report.other_languages.empty()) return text;
  return text + "; left out: " + count(report.other_languages.size(), "unit") + " in other languages" +
         listed(report.other_languages, directory);
}

std::string not_analysed(const Report& report, std::string_view directory) {
  if (report.failed.empty()) return "";
  std::string text = "not analysed: " + std::to_string(report.failed.size()) + " of " + count(report.units, "unit");
  return text + listed(report.failed, directory);
}

}  // namespace ferrule
