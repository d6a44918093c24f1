#include "tool/cli/plain/changes.h"
#include "tool/cli/plain/link.h"
#include "tool/cli/plain/workers.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace ferrule::cli {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

Function function(const std::string& key, const std::string& file, const std::vector<std::string>& calls = {}) {
  Function made{.key = key, .name = key, .where = {file, 1, 1}};
  made.blocks.emplace_back();
  for (const std::string& callee : calls) made.events.push_back({.kind = Event::Kind::Call, .callee = callee});
  return made;
}

UnitSymbols unit(std::vector<Function> functions, std::vector<std::string> targets = {}) {
  return symbols_of({.functions = std::move(functions)}, std::move(targets));
}

TEST(Link, WithoutContradictionsAllIsOneProgram) {
  EXPECT_EQ(link({}), (Groups{{}}));
  EXPECT_EQ(link({unit({function("main", "a.cpp", {"f"})}), unit({function("f", "f.cpp")}),
                  unit({function("main", "b.cpp", {"f"})})}),
            (Groups{{0, 1, 2}}));
  EXPECT_EQ(link({unit({function("f", "f.h")}), unit({function("f", "copy/f.h", {"more"})})}), (Groups{{0, 1}}))
      << "a header may be reached by several ways";
}

TEST(Link, AMainOfItsOwnMakesAProgram) {
  EXPECT_EQ(link({unit({function("main", "a.cpp"), function("step", "a.cpp")}),
                  unit({function("main", "b.cpp"), function("step", "b.cpp", {"f"})}),
                  unit({function("f", "f.cpp")})}),
            (Groups{{0, 2}, {1, 2}}))
      << "a library goes with all that it does not contradict: not every use of it shows";
}

TEST(Link, ProgramsThatAgreeShareAGroup) {
  EXPECT_EQ(link({unit({function("main", "a.cpp"), function("step", "a.cpp")}),
                  unit({function("main", "b.cpp"), function("step", "b.cpp")}), unit({function("main", "c.cpp")})}),
            (Groups{{0, 2}, {1}}));
}

TEST(Link, TargetsBringTheirUnitsAndTheirLibraries) {
  const std::string app = "/b/CMakeFiles/app.dir";
  const std::string test = "/b/CMakeFiles/test.dir";
  const std::string library = "/b/CMakeFiles/net.dir";
  EXPECT_EQ(link({unit({function("main", "app.cpp", {"step", "send"})}, {app}), unit({function("step", "step.cpp")}, {app}),
                  unit({function("send", "send.cpp", {"detail"})}, {library}),
                  unit({function("detail", "detail.cpp")}, {library}), unit({function("main", "t.cpp", {"step"})}, {test}),
                  unit({function("step", "mock.cpp", {"send"})}, {test}), unit({function("util", "util.cpp")}, {app, test})}),
            (Groups{{0, 1, 2, 3, 6}, {2, 3, 4, 5, 6}}));
}

TEST(Link, LibrariesThatNothingUsesAreNotLost) {
  EXPECT_EQ(link({unit({function("f", "a.cpp")}), unit({function("f", "b.cpp")}), unit({function("main", "c.cpp")})}),
            (Groups{{0, 2}, {1}}));
}

TEST(Link, ObjectsNameTheirTargets) {
  EXPECT_EQ(target_of_object("/b/app/CMakeFiles/app.dir/src/main.cpp.o"), "/b/app/CMakeFiles/app.dir");
  EXPECT_EQ(target_of_object("/b/app.p/main.cpp.o"), "/b/app.p");
  EXPECT_EQ(target_of_object("/b/bin/_objs/app/main.o"), "/b/bin/_objs/app");
  EXPECT_EQ(target_of_object("/b/main.o"), "");
  EXPECT_EQ(target_of_object(""), "");
}

std::map<std::size_t, std::string> run(std::size_t count, unsigned jobs) {
  std::map<std::size_t, std::string> results;
  const auto work = [](std::size_t task) -> std::string {
    if (task == 3) raise(SIGSEGV);
    if (task == 5) raise(SIGKILL);
    if (task == 7) _exit(1);
    return std::string(task * 100'000, 'x');
  };
  const auto take = [&](TaskResult result) {
    results[result.task] = result.death.empty() ? std::to_string(result.bytes.size()) : result.death;
  };
  EXPECT_TRUE(run_in_workers(count, jobs, work, take));
  return results;
}

TEST(Workers, OneThatDiesTakesOnlyItsTaskAlong) {
  for (const unsigned jobs : {1u, 2u, 9u}) {
    const auto results = run(9, jobs);
    EXPECT_EQ(results, (std::map<std::size_t, std::string>{{0, "0"},
                                                           {1, "100000"},
                                                           {2, "200000"},
                                                           {3, "crashed"},
                                                           {4, "400000"},
                                                           {5, "was killed, as by a lack of memory"},
                                                           {6, "600000"},
                                                           {7, "ended early"},
                                                           {8, "800000"}}));
  }
  EXPECT_TRUE(run(0, 4).empty());
}

TEST(Changes, AreReadFromADiff) {
  const Changes changes = parse_diff(
      "diff --git a/x.cpp b/x.cpp\nindex 1..2 100644\n--- a/x.cpp\n+++ b/x.cpp\n@@ -1 +1,2 @@ f\n+a\n+b\n@@ -9,2 +10,0 @@\n--- a\n-+++ b/y\n"
      "diff --git a/gone.cpp b/gone.cpp\n--- a/gone.cpp\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-a\n"
      "diff --git \"a/\\303\\251 \\\"q\\\".cpp\" b/z\n--- a/z\n+++ \"b/\\303\\251 \\\"q\\\".cpp\"\t\n@@ -0,0 +5 @@\n+a\n",
      "/r");
  EXPECT_EQ(changes, (Changes{{"/r/x.cpp", {{1, 2}, {10, 11}}}, {"/r/\xc3\xa9 \"q\".cpp", {{5, 5}}}}));
  EXPECT_TRUE(is_changed(changes, "/r/x.cpp", 11));
  EXPECT_FALSE(is_changed(changes, "/r/x.cpp", 3));
  EXPECT_FALSE(is_changed(changes, "/r/gone.cpp", 1));
}

}  // namespace
}  // namespace ferrule::cli
