// JUnit's XML, which every CI server shows: a suite for each rule, a failed case for each finding. A rule that has
// found nothing is a case that has passed, and a unit that was not analysed is an error.
#include "tool/report/writers.h"

#include <algorithm>
#include <map>

namespace ferrule {
namespace {

// XML 1.0 has no way to write most control characters, and bytes that are not UTF-8 would spoil the whole file.
std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) {
      const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u; };
      const std::string_view sequence = text.substr(i, length);
      if (byte >= 0xc2 && byte < 0xf5 && sequence.size() == length &&
          std::ranges::all_of(sequence.substr(1), continues)) {
        result += sequence;
        i += length - 1;
      } else {
        result += "\xef\xbf\xbd";
      }
    } else if (byte == '&') {
      result += "&amp;";
    } else if (byte == '<') {
      result += "&lt;";
    } else if (byte == '>') {
      result += "&gt;";
    } else if (byte == '"') {
      result += "&quot;";
    } else if (byte == '\n' || byte == '\t') {
      result += "&#" + std::to_string(byte) + ";";
    } else {
      result += byte < 0x20 || byte == 0x7f ? '?' : static_cast<char>(byte);
    }
  }
  return result;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string place(const Location& where, const WriterContext& context) {
  return displayed_path(where.file, context.root) + ":" + std::to_string(where.line) + ":" +
         std::to_string(where.column);
}

std::string body(const Finding& finding, const WriterContext& context) {
  std::string text = place(finding.where, context) + ": " + finding.message + "\n";
  for (const Note& note : finding.notes)
    text += place(note.where ? note.where : finding.where, context) + ": " + note.text + "\n";
  for (const std::string& cure : finding.cures) text += "cure: " + cure + "\n";
  return text;
}

struct Suite {
  std::string cases = {};
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
};

void add_finding(Suite& suite, const Finding& finding, std::size_t times, const WriterContext& context) {
  // Servers follow a case from run to run by its name, so lines stay out of it.
  const std::string name = finding.message + (times > 1 ? " (" + std::to_string(times) + ")" : "");
  suite.cases += "    <testcase" + attribute("classname", displayed_path(finding.where.file, context.root)) +
                 attribute("name", name) + ">\n      <failure" + attribute("message", finding.message) +
                 attribute("type", "ferrule-" + finding.rule) + ">";
  suite.cases += escaped(body(finding, context)) + "</failure>\n    </testcase>\n";
  ++suite.tests;
  ++suite.failures;
}

std::string written(const std::string& name, Suite suite) {
  if (suite.tests == 0) {
    suite.cases = "    <testcase" + attribute("classname", name) + attribute("name", "no finding") + "/>\n";
    suite.tests = 1;
  }
  return "  <testsuite" + attribute("name", name) + attribute("tests", std::to_string(suite.tests)) +
         attribute("failures", std::to_string(suite.failures)) + attribute("errors", std::to_string(suite.errors)) +
         ">\n" + suite.cases + "  </testsuite>\n";
}

}  // namespace

Written write_junit(const Report& report, WriterContext& context) {
  Suite units;
  for (const FailedUnit& unit : report.failed) {
    units.cases += "    <testcase" + attribute("classname", "units") +
                   attribute("name", displayed_path(unit.file, context.root)) + ">\n      <error" +
                   attribute("message", "not analysed: " + unit.reason) + "/>\n    </testcase>\n";
    ++units.tests;
    ++units.errors;
  }
  std::map<std::string_view, Suite> suites;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> seen;
  for (const RuleText& rule : context.rules) suites[rule.name];
  for (const Finding& finding : report.findings)
    add_finding(suites[finding.rule], finding, ++seen[{finding.rule, finding.where.file, finding.message}], context);

  std::string body = units.tests > 0 ? written("units", units) : "";
  std::size_t tests = units.tests;
  for (const auto& [rule, suite] : suites) {
    body += written("ferrule-" + std::string(rule), suite);
    tests += std::max<std::size_t>(1, suite.tests);
  }
  return {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "ferrule") +
          attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(report.findings.size())) +
          attribute("errors", std::to_string(units.errors)) + ">\n" + body + "</testsuites>\n"};
}

}  // namespace ferrule
