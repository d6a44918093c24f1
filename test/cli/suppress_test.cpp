#include "tool/suppress/suppress.h"
#include "tool/suppress/unused.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace ferrule {
namespace {

class Suppress : public testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }

  std::vector<SuppressedFinding> taken_;

  bool suppressed(const std::string& text, unsigned line, const std::string& rule = "lock-order") {
    std::ofstream(path_, std::ios::binary) << text;
    SourceCache sources;
    std::vector<Finding> findings{{.rule = rule, .where = {path_, line, 1}, .message = "'m' is locked twice"}};
    taken_ = Suppressions(sources).take_from(findings);
    EXPECT_EQ(findings.size() + taken_.size(), 1u);
    return findings.empty();
  }

 private:
  std::string path_ =
      (std::filesystem::temp_directory_path() / ("suppress_test_" + std::to_string(getpid()) + ".cpp")).string();
};

TEST_F(Suppress, OnTheLine) {
  EXPECT_TRUE(suppressed("f();  // NOLINT\n", 1));
  EXPECT_TRUE(suppressed("f();  // NOLINT(ferrule-lock-order)\n", 1));
  EXPECT_TRUE(suppressed("f();  // NOLINT(bugprone-x, ferrule-lock-order)\n", 1));
  EXPECT_TRUE(suppressed("f();  // NOLINT(ferrule-*): measured\n", 1));
  EXPECT_TRUE(suppressed("f();  // NOLINT(bugprone-x) NOLINT(ferrule-lock-order)\n", 1));
  EXPECT_FALSE(suppressed("f();  // NOLINT(ferrule-use-after-send)\n", 1));
  EXPECT_FALSE(suppressed("f();  // NOLINT()\n", 1));
  EXPECT_FALSE(suppressed("f();  // NOLINT\ng();\n", 2));
  EXPECT_FALSE(suppressed("f();\n", 1));
}

TEST_F(Suppress, OnTheLineBefore) {
  EXPECT_TRUE(suppressed("// NOLINTNEXTLINE\nf();\n", 2));
  EXPECT_TRUE(suppressed("// NOLINTNEXTLINE(ferrule-lock-order)\r\nf();\r\n", 2));
  EXPECT_FALSE(suppressed("// NOLINTNEXTLINE\nf();\n", 1));
  EXPECT_FALSE(suppressed("// NOLINTNEXTLINE\nf();\ng();\n", 3));
}

TEST_F(Suppress, InABlock) {
  const std::string block = "// NOLINTBEGIN(ferrule-*)\nf();\n// NOLINTEND(ferrule-*)\ng();\n";
  EXPECT_TRUE(suppressed(block, 2));
  EXPECT_FALSE(suppressed(block, 4));
  EXPECT_FALSE(suppressed("// NOLINTBEGIN\nf();\n", 2)) << "a block without an end hides nothing";
  EXPECT_FALSE(suppressed("// NOLINTBEGIN(ferrule-*)\nf();\n// NOLINTEND\n", 2)) << "nor does one of another list";
  EXPECT_TRUE(suppressed("// NOLINTBEGIN\n// NOLINTBEGIN(a)\n// NOLINTEND(a)\nf();\n// NOLINTEND\n", 4));
}

TEST_F(Suppress, KeepsTheReason) {
  EXPECT_TRUE(suppressed("f();  // NOLINT(ferrule-lock-order): measured, twice\n", 1));
  EXPECT_EQ(taken_[0].reason, "measured, twice");
  EXPECT_TRUE(suppressed("f();  /* NOLINT(ferrule-lock-order) - start-up only */ g();\n", 1));
  EXPECT_EQ(taken_[0].reason, "start-up only");
  EXPECT_TRUE(suppressed("f();  // NOLINT(ferrule-lock-order) NOLINT(bugprone-x): other\n", 1));
  EXPECT_EQ(taken_[0].reason, "");
}

TEST_F(Suppress, WithoutTheFile) {
  SourceCache sources;
  std::vector<Finding> findings{{.rule = "lock-order", .where = {"/no/such/file.cpp", 3, 1}, .message = ""}};
  EXPECT_TRUE(Suppressions(sources).take_from(findings).empty());
  EXPECT_EQ(findings.size(), 1u);
}

// The line once the only fix of what is wrong with it has been applied; "" if there is none.
std::string mended(const std::string& line) {
  constexpr std::string_view rules[] = {"lock-order", "guard-escape"};
  const std::vector<std::string> files = {"/a.cpp"};
  SourceCache sources;
  sources.add(files[0], line);
  Suppressions suppressions(sources);
  const auto wrong = wrong_suppressions(suppressions, sources, files, {.rules = rules, .is_whole = true});
  EXPECT_EQ(wrong.findings.size(), 1u);
  const Fix* fix = fix_of(wrong.fixes, wrong.findings.at(0));
  return fix ? std::string(line).replace(fix->where.column - 1, fix->length, fix->text) : "no fix";
}

TEST(Fixes, ARuleThatIsMisspelt) {
  EXPECT_EQ(mended("f();  // NOLINT(a-b, ferrule-lock-oder): why"), "f();  // NOLINT(a-b, ferrule-lock-order): why");
  EXPECT_EQ(mended("f();  // NOLINT(ferrule-zebra)"), "no fix");
}

TEST(Fixes, WhatHidesNothing) {
  EXPECT_EQ(mended("f();  // NOLINT(ferrule-lock-order, a-b)"), "f();  // NOLINT(a-b)");
  EXPECT_EQ(mended("f();  // NOLINT(a-b, ferrule-lock-order)"), "f();  // NOLINT(a-b)");
  EXPECT_EQ(mended("größe();  // NOLINT(ferrule-lock-order): why"), "größe();");
  EXPECT_EQ(mended("  // NOLINTNEXTLINE(ferrule-lock-order)"), "");
  EXPECT_EQ(mended("//NOLINT(ferrule-lock-order)"), "");
  EXPECT_EQ(mended("f();  // see above NOLINT(ferrule-lock-order)"), "no fix")
      << "a comment that says more is left to people";
  EXPECT_EQ(mended("f();  /* NOLINT(ferrule-lock-order) */ g();"), "no fix");
}

TEST(GlobList, LastMatchDecides) {
  EXPECT_TRUE(glob_list_matches("*", "ferrule-lock-order"));
  EXPECT_TRUE(glob_list_matches(" ferrule-*-order ", "ferrule-lock-order"));
  EXPECT_FALSE(glob_list_matches("ferrule-*,-ferrule-lock-*", "ferrule-lock-order"));
  EXPECT_TRUE(glob_list_matches("-*,ferrule-lock-order", "ferrule-lock-order"));
  EXPECT_FALSE(glob_list_matches("", "ferrule-lock-order"));
}

TEST(GlobList, TakesNoTimeForManyStars) {
  const std::string many(64, '*');
  EXPECT_FALSE(glob_list_matches(many + "z", "ferrule-unguarded-shared-data"));
  EXPECT_TRUE(glob_list_matches(many + "data" + many, "ferrule-unguarded-shared-data"));
  EXPECT_FALSE(glob_list_matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(4000, 'a')));
}

}  // namespace
}  // namespace ferrule
