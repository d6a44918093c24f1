#include "tool/report/report.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ferrule {
namespace {

Finding finding_in(const std::string& file) {
  return {.rule = "non-moved-capture",
          .where = {file, 2, 3},
          .message = "'n' dangles",
          .notes = {{{file, 1, 1}, "'n' ends here"}},
          .cures = {"move it"},
          .subject = "c:@F@main"};
}

TEST(Text, IsClangsForm) {
  const auto path = std::filesystem::temp_directory_path() / ("report_test_" + std::to_string(getpid()) + ".cpp");
  std::ofstream(path, std::ios::binary) << "int n;\n\tstart(n);\n";
  SourceCache sources;
  const Report report{.findings = {finding_in(path.string())}, .units = 1};
  const std::string text = text_report(report, sources, {.directory = path.parent_path().string()});
  const std::string name = path.filename().string();
  EXPECT_EQ(text, name +
                      ":2:3: warning: 'n' dangles [ferrule-non-moved-capture]\n"
                      "    2 | \tstart(n);\n      | \t ^\n" +
                      name + ":1:1: note: 'n' ends here\n    1 | int n;\n      | ^\n" + name +
                      ":2:3: note: cure: move it\n    2 | \tstart(n);\n      | \t ^\n");
  std::filesystem::remove(path);
}

TEST(Text, PathsBelowTheDirectoryAreRelative) {
  EXPECT_EQ(displayed_path("/a/b/c.cpp", "/a/b"), "c.cpp");
  EXPECT_EQ(displayed_path("/a/bc/c.cpp", "/a/b"), "/a/bc/c.cpp");
  EXPECT_EQ(displayed_path("/c.cpp", "/"), "c.cpp");
}

TEST(Summary, SaysWhatWasNotAnalysed) {
  EXPECT_EQ(summary({.units = 2}, "/"), "0 findings in 2 units; every unit was analysed");
  EXPECT_EQ(summary({.findings = {finding_in("/a.cpp")}, .units = 2, .failed = {{"/b.cpp", "it does not parse"}}}, "/"),
            "1 finding in 1 unit; not analysed: 1 of 2 units: 'b.cpp' (it does not parse)");
}

TEST(Fingerprint, IsStableAcrossMovesOnly) {
  const Finding here = finding_in("/a/x.cpp");
  Finding moved = finding_in("/elsewhere/x.cpp");
  moved.where.line = 90;
  Finding other = here;
  other.subject = "c:@F@other";
  EXPECT_EQ(fingerprint(here), fingerprint(moved));
  EXPECT_NE(fingerprint(here), fingerprint(other));
  // Baselines keep fingerprints for years: a change of this one is a change for every user.
  EXPECT_EQ(fingerprint(here).size(), 16u);
}

TEST(Json, HoldsEverything) {
  const std::string text = json_report(
      {.findings = {finding_in("/a/x.cpp")}, .units = 2, .failed = {{"/a/y.cpp", "it does not parse"}}}, "/a");
  for (const char* part : {"\"version\": 1", "\"rule\": \"non-moved-capture\"", "\"file\": \"x.cpp\"", "\"line\": 2",
                           "\"fingerprint\": \"", "\"cures\": [\n        \"move it\"", "\"total\": 2",
                           "\"reason\": \"it does not parse\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Json, SurvivesBytesThatAreNotText) {
  Finding finding = finding_in("/a/x.cpp");
  finding.message = "'\xff' dangles";
  EXPECT_NE(json_report({.findings = {finding}, .units = 1}, "/a").find("dangles"), std::string::npos);
}

}  // namespace
}  // namespace ferrule
