#include "tool/suppress/suppress.h"

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
