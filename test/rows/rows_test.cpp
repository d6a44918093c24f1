// The members of every class `Rows` in a program of this folder have the verdicts that stand beside them:
//   std::thread thread;  // yes yes no        (Send, Sync, Synchronized)
#include "checks/judge/flow.h"
#include "checks/judge/verdicts.h"
#include "test/facts/parse.h"

#include <gtest/gtest.h>

#include <array>
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

class Rows : public testing::TestWithParam<Program_> {};

TEST_P(Rows, HaveTheVerdictsBesideThem) {
  const std::string path = std::string(ROWS_FOLDER) + "/" + GetParam().file;
  const std::vector<std::string> flags = {"-std=c++23", "-pthread", std::string("-stdlib=") + GetParam().library,
                                          "-I" ROWS_RUNTIME};
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
            << GetParam().file << ":" << field.where.line << ": " << name_of(question) << " of " << line << "\n  "
            << (verdict.reasons.empty() ? "" : verdict.reasons.front().text);
      }
      ++rows;
    }
  }
  EXPECT_GT(rows, 5u);
}

std::string name_of_program(const testing::TestParamInfo<Program_>& info) {
  const std::string file = info.param.file;
  return file.substr(0, file.find('.')) + (std::string(info.param.library) == "libc++" ? "_libcxx" : "_libstdcxx");
}

constexpr std::array files = {"values.cpp", "ownership.cpp", "callables.cpp", "closures.cpp", "threads.cpp",
                              "io.cpp",     "shapes.cpp",    "forms.cpp",     "evidence.cpp", "monitors.cpp",
                              "leaks.cpp",  "locks.cpp",     "runtime.cpp"};

std::vector<Program_> programs() {
  std::vector<Program_> all;
  for (const char* file : files)
    for (const char* library : {"libstdc++", "libc++"}) all.push_back({file, library});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Programs, Rows, testing::ValuesIn(programs()), name_of_program);

}  // namespace
}  // namespace ferrule::test
