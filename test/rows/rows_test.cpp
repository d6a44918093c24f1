// The members of every class `Rows` in a program of this folder have the verdicts that stand beside them:
//   std::thread thread;  // yes yes no        (Send, Sync, Synchronized)
#include "checks/flow/flow.h"
#include "checks/types/verdicts.h"
#include "test/facts/parse.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ferrule::test {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

const char* word(Answer answer) {
  constexpr std::array words = {"yes", "if_unique", "unknown", "no"};
  return words[static_cast<std::size_t>(answer)];
}

struct Program_ {
  const char* file;
  const char* library;
};

// Each row of a program, on the lines of its file.
void check_rows(const std::string& path, const std::vector<std::string>& flags) {
  std::optional<Facts> facts = facts_of_file(path, flags);
  ASSERT_TRUE(facts) << path << " does not parse";
  std::vector<Facts> units;
  units.push_back(std::move(*facts));
  const Program program(std::move(units));
  const Flow flow(program);
  const Verdicts verdicts(program, &flow);
  const std::vector<std::string> lines = lines_of(path);
  unsigned rows = 0;
  for (const Record& record : program.facts().records) {
    if (record.name != "Rows") continue;
    for (const Field& field : record.fields) {
      const std::string& line = lines.at(field.where.line - 1);
      const std::size_t comment = line.find("//");
      ASSERT_NE(comment, std::string::npos) << "'" << field.name << "' has no verdicts beside it";
      std::istringstream words(line.substr(comment + 2));
      for (Question question : {Question::Send, Question::Sync, Question::Synchronized}) {
        std::string expected;
        words >> expected;
        const Verdict& verdict = verdicts.of(question, field.type);
        EXPECT_EQ(word(verdict.answer), expected)
            << path << ":" << field.where.line << ": " << name_of(question) << " of " << line << "\n  "
            << (verdict.reasons.empty() ? "" : verdict.reasons.front().text);
      }
      ++rows;
    }
  }
  EXPECT_GT(rows, 5u);
}

class Rows : public testing::TestWithParam<Program_> {};

TEST_P(Rows, HaveTheVerdictsBesideThem) {
  check_rows(std::string(ROWS_FOLDER) + "/" + GetParam().file,
             {"-std=c++23", "-pthread", std::string("-stdlib=") + GetParam().library, "-I" ROWS_RUNTIME});
}

// Programs over the headers of other libraries, where these are installed. Their first lines say what they need:
//   // needs FILE        (all of them)
//   // include FOLDER    (several, those that exist)
class Libraries : public testing::TestWithParam<const char*> {};

TEST_P(Libraries, AreKnownByTheNamesOfTheirHeaders) {
  const std::string path = std::string(ROWS_FOLDER) + "/libraries/" + GetParam() + ".cpp";
  std::vector<std::string> flags = {"-std=c++20", "-pthread", "-w"};
  bool is_installed = true;
  for (const std::string& line : lines_of(path)) {
    std::istringstream words(line);
    std::string slashes, what, where;
    words >> slashes >> what >> where;
    if (slashes != "//" || (what != "needs" && what != "include")) break;
    const bool exists = std::filesystem::exists(where);
    if (what == "needs") is_installed = is_installed && exists;
    if (what == "include" && exists) flags.insert(flags.end(), {"-isystem", where});
  }
  if (!is_installed) GTEST_SKIP() << "the headers of " << GetParam() << " are not installed";
  check_rows(path, flags);
}

INSTANTIATE_TEST_SUITE_P(Programs, Libraries, testing::Values("absl", "asio", "boost", "c", "pybind11", "qt", "tbb"),
                         [](const auto& info) { return std::string(info.param); });

std::string name_of_program(const testing::TestParamInfo<Program_>& info) {
  const std::string file = info.param.file;
  return file.substr(0, file.find('.')) + (std::string(info.param.library) == "libc++" ? "_libcxx" : "_libstdcxx");
}

constexpr std::array files = {"values.cpp", "ownership.cpp", "callables.cpp", "closures.cpp", "threads.cpp",
                              "io.cpp",     "shapes.cpp",    "forms.cpp",     "evidence.cpp", "monitors.cpp",
                              "leaks.cpp",  "locks.cpp",     "runtime.cpp",  "libraries.cpp"};

std::vector<Program_> programs() {
  std::vector<Program_> all;
  for (const char* file : files)
    for (const char* library : {"libstdc++", "libc++"}) all.push_back({file, library});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Programs, Rows, testing::ValuesIn(programs()), name_of_program);

}  // namespace
}  // namespace ferrule::test
