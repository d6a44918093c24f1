#include "tool/cli/plain/arguments.h"
#include "tool/cli/plain/database.h"
#include "tool/cli/plain/error.h"
#include "checks/model/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 3> options = {
    {{"-j", "N", ""}, {"--profile", "default|strict", ""}, {"--quiet", "", ""}}};
const CommandSpec spec = {"check", "check", "", options};

std::string error_of(const std::vector<std::string>& words) {
  try {
    parse_arguments(spec, words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Arguments, TakeValuesInEveryForm) {
  const std::vector<std::string> words = {"-j2", "a.cpp", "--profile=strict", "--quiet", "--", "-std=c++20"};
  const Arguments arguments = parse_arguments(spec, words);
  EXPECT_EQ(arguments.value("-j", ""), "2");
  EXPECT_EQ(arguments.value("--profile", ""), "strict");
  EXPECT_TRUE(arguments.has("--quiet"));
  EXPECT_EQ(arguments.positional, std::vector<std::string>{"a.cpp"});
  EXPECT_EQ(arguments.after_dashes, std::vector<std::string>{"-std=c++20"});
}

TEST(Arguments, RefuseWithOneSentence) {
  EXPECT_EQ(error_of({"--profil", "strict"}),
            "'--profil' is not an option of 'ferrule check'; did you mean '--profile'?");
  EXPECT_EQ(error_of({"--profile", "strct"}),
            "'strct' is not a value of '--profile', which takes default or strict; did you mean 'strict'?");
  EXPECT_EQ(error_of({"-j"}), "'-j' needs a value: N");
  EXPECT_EQ(error_of({"--quiet=yes"}), "'--quiet' takes no value");
}

TEST(Nearest, FindsSlips) {
  const std::vector<std::string_view> names = {"lock-order", "lock-across-wait", "guard-escape"};
  EXPECT_EQ(nearest("lock-oder", names), "lock-order");
  EXPECT_EQ(nearest("gaurd-escape", names), "guard-escape");
  EXPECT_EQ(nearest("cache", names), "");
}

TEST(SplitCommand, FollowsTheShell) {
  EXPECT_EQ(split_command(R"(g++ -DX='a b' "-I/with space" -DQ=\"q\" '' x.cpp)"),
            (std::vector<std::string>{"g++", "-DX=a b", "-I/with space", "-DQ=\"q\"", "", "x.cpp"}));
  EXPECT_EQ(split_command(R"("a\"b\n" c\ d)"), (std::vector<std::string>{"a\"b\\n", "c d"}));
}

}  // namespace
}  // namespace ferrule::cli
