#include "tool/report/snippet.h"
#include "tool/report/writers.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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

std::string written(const char* form, const Report& report, const std::string& root = "/a") {
  SourceCache sources;
  static constexpr RuleText rules[] = {{"non-moved-capture", "a closure crosses", "# non-moved-capture"},
                                       {"lock-order", "locks are taken in a cycle", ""}};
  WriterContext context{sources, rules, root, root};
  return std::ranges::find(forms(), std::string_view(form), &Form::name)->write(report, context).text;
}

TEST(Text, IsClangsForm) {
  const auto path = std::filesystem::temp_directory_path() / ("report_test_" + std::to_string(getpid()) + ".cpp");
  std::ofstream(path, std::ios::binary) << "int n;\n\tstart(n);\n";
  SourceCache sources;
  const Report report{.findings = {finding_in(path.string())}, .units = 1};
  WriterContext context{.sources = sources, .directory = path.parent_path().string()};
  const std::string text = write_text(report, context).text;
  const std::string name = path.filename().string();
  EXPECT_EQ(text, name +
                      ":2:3: warning: 'n' dangles [ferrule-non-moved-capture]\n"
                      "    2 |         start(n);\n      |          ^\n" +
                      name + ":1:1: note: 'n' ends here\n    1 | int n;\n      | ^\n" + name +
                      ":2:3: note: cure: move it\n");
  std::filesystem::remove(path);
}

TEST(Text, SaysNothingTwice) {
  Finding finding = finding_in("/a/x.cpp");
  finding.notes.push_back(finding.notes[0]);
  finding.notes.push_back({{"/a/x.cpp", 7, 1}, "'n' ends here"});
  const std::string one =
      "x.cpp:2:3: warning: 'n' dangles [ferrule-non-moved-capture]\n"
      "x.cpp:1:1: note: 'n' ends here\nx.cpp:7:1: note: 'n' ends here\n"
      "x.cpp:2:3: note: cure: move it\n";
  EXPECT_EQ(written("text", {.findings = {finding, finding}, .units = 1}), one + "\n" + one);
}

TEST(Snippet, TheCaretStandsUnderTheByte) {
  const auto caret = [](std::string_view line, std::string_view what) {
    return snippet(line, static_cast<unsigned>(line.find(what) + 1), 100).caret;
  };
  EXPECT_EQ(caret("int x;", "x"), 4u);
  EXPECT_EQ(caret("\tx;", "x"), 8u);
  EXPECT_EQ(caret("ab\tx;", "x"), 8u);
  EXPECT_EQ(caret("f(\"größe\", x);", "x"), 11u);
  EXPECT_EQ(caret("f(\"日本\", x);", "x"), 10u) << "two columns each";
  EXPECT_EQ(caret("\x1b[31m x", "x"), 13u) << "as <U+001B>";
  EXPECT_EQ(caret("\xff x", "x"), 5u) << "as <FF>";
}

TEST(Snippet, NothingReachesTheTerminalRaw) {
  EXPECT_EQ(snippet("\x1b[31m\x07", 1, 100).line, "<U+001B>[31m<U+0007>");
  EXPECT_EQ(printable("'\xff\x1b'\t"), "'<FF><U+001B>'<U+0009>");
  EXPECT_EQ(printable("'größe'"), "'größe'");
}

TEST(Snippet, ALongLineIsCutAroundTheCaret) {
  const std::string line = std::string(100, 'a') + "X" + std::string(100'000, 'b');
  const Snippet middle = snippet(line, 101, 30);
  EXPECT_EQ(middle.line, "…" + std::string(10, 'a') + "X" + std::string(19, 'b') + "…");
  EXPECT_EQ(middle.caret, 11u);
  EXPECT_EQ(snippet(line, 1, 30).line, std::string(30, 'a') + "…");
  const Snippet end = snippet(line, static_cast<unsigned>(line.size()), 30);
  EXPECT_EQ(end.line, "…" + std::string(30, 'b'));
  EXPECT_EQ(end.caret, 30u);
  EXPECT_EQ(snippet(std::string(30, 'a'), 30, 30).line, std::string(30, 'a'));
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

TEST(Fingerprint, HoldsNoPlaces) {
  const auto of = [](const std::string& file, const std::string& subject, const std::string& message) {
    return fingerprint({.rule = "r", .where = {file, 1, 1}, .message = message, .subject = subject});
  };
  const std::string one = of("/a/x.cpp", "work@/a/x.cpp::(lambda +3:17)", "lambda at x.cpp:12:3");
  EXPECT_EQ(one, of("/a/x.cpp", "work@/a/x.cpp::(lambda +-1:2)", "lambda at x.cpp:9:41"));
  EXPECT_EQ(one, of("/b c/y.cpp", "work@/b c/y.cpp::(lambda +3:17)", "lambda at y.cpp:12:3"));
  EXPECT_NE(one, of("/a/x.cpp", "walk@/a/x.cpp::(lambda +3:17)", "lambda at x.cpp:12:3"));
  // The file of a key need not be the finding's.
  EXPECT_EQ(of("/a/x.cpp", "f@/a/v1.2/y.d/z.hpp#n", "m"), of("/a/x.cpp", "f@/other.d/w.h#n", "m"));
  EXPECT_EQ(of("/a/x.cpp", "f@/a/z.hpp/part/int", "m"), of("/a/x.cpp", "f@/b/w.h/part/int", "m"));
  EXPECT_NE(of("/a/x.cpp", "f@/a/z.hpp/part/int", "m"), of("/a/x.cpp", "f@/b/w.h/other/int", "m"));
  EXPECT_NE(of("/a/x.cpp", "a::b", "m"), of("/a/x.cpp", "ab", "m"));
}

Finding found_in(const std::string& file, const std::string& subject) {
  return {.rule = "lock-order", .where = {file, 2, 3}, .message = "'m' is taken twice", .subject = subject};
}

Compared compared(const std::vector<Finding>& then, const std::vector<Finding>& now, bool old_files_exist) {
  std::vector<BaselineEntry> entries;
  for (const Finding& finding : then) entries.push_back(entry_of(finding, "/a"));
  return compare(entries, now, "/a", [&](const std::string&) { return old_files_exist; });
}

TEST(Baseline, HidesAsManyAsItHas) {
  const Finding one = found_in("/a/x.cpp", "f");
  const Compared twice = compared({one, one}, {one, one, one}, true);
  EXPECT_EQ(twice.known.size(), 2u);
  EXPECT_EQ(twice.fresh.size(), 1u);
  EXPECT_EQ(compared({one, one}, {one}, true).left.size(), 1u);
}

TEST(Baseline, FollowsAFileThatIsRenamedAndNoOther) {
  const Finding old_place = found_in("/a/x.cpp", "f");
  const Finding new_place = found_in("/a/y.cpp", "f");
  EXPECT_EQ(compared({old_place}, {new_place}, false).known.size(), 1u);
  EXPECT_EQ(compared({old_place}, {new_place}, false).kept[0].file, "y.cpp");
  const Compared copied = compared({old_place}, {new_place}, true);
  EXPECT_EQ(copied.fresh.size(), 1u);
  EXPECT_EQ(copied.left.size(), 1u);
  // One that is where it was goes before one that has moved.
  const Compared both = compared({old_place}, {new_place, old_place}, false);
  EXPECT_EQ(both.known[0].where.file, "/a/x.cpp");
}

TEST(Baseline, IsOneSortedLineAFinding) {
  const BaselineEntry a = entry_of(found_in("/a/a.cpp", "f"), "/a");
  const BaselineEntry b = entry_of(found_in("/a/b.cpp", "f"), "/a");
  const std::string text = baseline_text({b, a});
  EXPECT_EQ(text, baseline_text({a, b}));
  EXPECT_TRUE(text.starts_with("{\n\"version\": 1,\n\"findings\": [\n{\"file\":\"a.cpp\",\"rule\":\"lock-order\""));
  EXPECT_TRUE(text.ends_with("},\nnull\n]\n}\n"));
}

TEST(Json, HoldsEverything) {
  const std::string text = written(
      "json", {.findings = {finding_in("/a/x.cpp")}, .units = 2, .failed = {{"/a/y.cpp", "it does not parse"}}});
  for (const char* part : {"\"version\": 1", "\"rule\": \"non-moved-capture\"", "\"file\": \"x.cpp\"", "\"line\": 2",
                           "\"fingerprint\": \"", "\"cures\": [\n        \"move it\"", "\"total\": 2",
                           "\"reason\": \"it does not parse\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Json, SurvivesBytesThatAreNotText) {
  Finding finding = finding_in("/a/x.cpp");
  finding.message = "'\xff' dangles";
  for (const Form& form : forms())
    EXPECT_NE(written(form.name.data(), {.findings = {finding}, .units = 1}).find("dangles"), std::string::npos);
}

TEST(Concise, IsOneLineAFinding) {
  EXPECT_EQ(written("concise", {.findings = {finding_in("/a/x.cpp"), finding_in("/b/y.cpp")}, .units = 2}),
            "x.cpp:2:3: warning: 'n' dangles [ferrule-non-moved-capture]\n"
            "/b/y.cpp:2:3: warning: 'n' dangles [ferrule-non-moved-capture]\n");
}

TEST(GitHub, IsACommandAFinding) {
  EXPECT_EQ(written("github", {.findings = {finding_in("/a/x,1.cpp")}, .units = 1}),
            "::warning file=x%2C1.cpp,line=2,col=3,title=ferrule-non-moved-capture::"
            "'n' dangles%0Ax,1.cpp:1: 'n' ends here%0Acure: move it\n");
  EXPECT_EQ(written("github", {.units = 1, .failed = {{"/a/y.cpp", "it is 50% there"}}}),
            "::error file=y.cpp,title=ferrule::'y.cpp' was not analysed: it is 50%25 there\n");
}

TEST(GitHub, SaysHowManyItShows) {
  SourceCache sources;
  WriterContext context{.sources = sources};
  const Report report{.findings = std::vector<Finding>(12, finding_in("/a/x.cpp")), .units = 1};
  EXPECT_EQ(write_github(report, context).notices,
            std::vector<std::string>{"GitHub shows 10 warnings of a step; the other 2 are in the log alone"});
}

TEST(GitLab, HasAFingerprintOfItsOwnForEach) {
  const std::string text =
      written("gitlab", {.findings = {finding_in("/a/x.cpp"), finding_in("/a/x.cpp")}, .units = 1});
  const std::string one = fingerprint(finding_in("/a/x.cpp"));
  for (const std::string& part :
       {"\"fingerprint\": \"" + one + "\"", "\"fingerprint\": \"" + one + "-2\"", std::string("\"path\": \"x.cpp\""),
        std::string("\"begin\": 2"), std::string("\"severity\": \"major\"")})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(JUnit, IsASuiteARule) {
  Finding finding = finding_in("/a/x.cpp");
  finding.message = "'a<b>' & \x01 dangles";
  const std::string text =
      written("junit", {.findings = {finding}, .units = 2, .failed = {{"/a/y.cpp", "it does not parse"}}});
  for (const char* part : {"<testsuites name=\"ferrule\" tests=\"3\" failures=\"1\" errors=\"1\">",
                           "<testcase classname=\"x.cpp\" name=\"'a&lt;b&gt;' &amp; ? dangles\">",
                           "<error message=\"not analysed: it does not parse\"/>",
                           "<testcase classname=\"ferrule-lock-order\" name=\"no finding\"/>"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(Sarif, CutsAtWhatGitHubTakesAndSaysSo) {
  SourceCache sources;
  WriterContext context{.sources = sources, .root = "/a"};
  Report report{.findings = std::vector<Finding>(25'001, finding_in("/a/x.cpp")), .units = 1};
  report.findings[0].profile = Profile::Strict;  // it goes first
  const Written all = write_sarif(report, context);
  EXPECT_EQ(all.notices, std::vector<std::string>{"the SARIF has 25000 of 25001 results: GitHub refuses more"});
  EXPECT_EQ(all.text.find("\"strict\""), std::string::npos);
  EXPECT_NE(all.text.find("the SARIF has 25000 of 25001 results"), std::string::npos);
}

TEST(Sarif, CutsAtTheSizeThatGitHubTakesAndSaysSo) {
  SourceCache sources;
  WriterContext context{.sources = sources, .root = "/a", .most_packed_bytes = 20'000};
  Report report{.units = 1};
  for (int i = 0; i < 1000; ++i) {
    Finding finding = finding_in("/a/x.cpp");
    finding.subject = std::to_string(i * 7919 % 1009);
    report.findings.push_back(finding);
  }
  const Written all = write_sarif(report, context);
  ASSERT_EQ(all.notices.size(), 1u);
  EXPECT_TRUE(all.notices[0].ends_with(" of 1000 results: GitHub refuses more"));
  const auto results = nlohmann::json::parse(all.text)["runs"][0]["results"].size();
  EXPECT_EQ(all.notices[0], "the SARIF has " + std::to_string(results) + " of 1000 results: GitHub refuses more");
  EXPECT_GT(results, 200u) << "not more is cut than must be";
  EXPECT_LT(results, 1000u);
}

}  // namespace
}  // namespace ferrule
