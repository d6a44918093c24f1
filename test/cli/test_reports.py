"""The forms of a report, and where they go. Run with FERRULE set."""
import json
import os
import stat
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from sarif_structure import problems_of
from test_cli import BROKEN, CLEAN, CliTest, DANGLING, kinds

RACE = """\
#include <thread>
int größe = 0, hits = 0;
void work() { /* größe */ ++hits; }
int main() {
  std::thread first(work);
  ++hits;
  first.join();
  return 0;
}
"""


class Forms(CliTest):
    def report(self, form, *arguments, status=1):
        result = self.ferrule("check", "--quiet", "--format", form, *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stdout

    def race(self):
        self.write("src/a.cpp", RACE)
        return ("src/a.cpp", "--", "-std=c++20")

    def test_concise(self):
        text = self.report("concise", *self.race())
        self.assertRegex(text, r"\Asrc/a\.cpp:\d+:\d+: warning: 'hits' .* \[ferrule-unguarded-shared-data\]\n\Z")

    def test_github(self):
        text = self.report("github", *self.race())
        self.assertRegex(text, r"\A::warning file=src/a\.cpp,line=\d+,col=\d+,title=ferrule-unguarded-shared-data::'hits' [^\n]*"
                               r"%0Asrc/a\.cpp:\d+: [^\n]*%0Acure: [^\n]*\n\Z")

    def test_gitlab(self):
        issues = json.loads(self.report("gitlab", *self.race()))
        self.assertEqual(len(issues), 1)
        self.assertEqual(set(issues[0]), {"description", "check_name", "fingerprint", "severity", "location"})
        self.assertEqual(issues[0]["location"]["path"], "src/a.cpp")
        self.assertEqual(json.loads(self.report("gitlab", "--rules", "lock-order", *self.race(), status=0)), [])

    def test_junit(self):
        self.write("src/a.cpp", RACE)
        self.write("b.cpp", BROKEN)
        self.database([("src/a.cpp", "-std=c++20"), ("b.cpp", "")])
        root = ElementTree.fromstring(self.report("junit", status=3))
        self.assertEqual((root.get("failures"), root.get("errors")), ("1", "1"))
        cases = list(root.iter("testcase"))
        self.assertEqual(int(root.get("tests")), len(cases))
        failure, = root.iter("failure")
        self.assertEqual(failure.get("type"), "ferrule-unguarded-shared-data")
        self.assertIn("cure: ", failure.text)
        rules = self.ferrule("explain").stdout.splitlines()
        self.assertEqual(len(list(root.iter("testsuite"))), len(rules) + 1)

    def test_paths_of_services_are_the_repository_s(self):
        (self.root / ".git").mkdir()
        self.write("deep/a.cpp", RACE)
        for form, part in (("github", "file=deep/a.cpp,"), ("gitlab", '"path": "deep/a.cpp"'), ("sarif", '"uri": "deep/a.cpp"'),
                           ("junit", 'classname="deep/a.cpp"'), ("concise", "a.cpp:")):
            result = subprocess.run([os.environ["FERRULE"], "check", "--quiet", "--format", form, "a.cpp", "--", "-std=c++20"],
                                    capture_output=True, text=True, cwd=self.root / "deep", check=False)
            self.assertIn(part, result.stdout)
            self.assertEqual(form == "concise", result.stdout.startswith("a.cpp:"))


class Sarif(CliTest):
    def sarif(self, *arguments, status=1):
        result = self.ferrule("check", "--quiet", "--format", "sarif", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual(problems_of(document), [])
        return document["runs"][0]

    def test_a_race_has_a_thread_flow_for_each_way(self):
        self.write("src/my file.cpp", RACE)
        run = self.sarif("src/my file.cpp", "--", "-std=c++20")
        result, = run["results"]
        flows = result["codeFlows"][0]["threadFlows"]
        self.assertEqual(len(flows), 2)
        ends = sorted(flow["locations"][-1]["location"]["physicalLocation"]["region"]["startLine"] for flow in flows)
        self.assertEqual(ends, [3, 6])
        starts = [flow["locations"][0]["location"]["physicalLocation"]["region"]["startLine"] for flow in flows]
        self.assertIn(5, starts, "one of them begins where the thread starts")
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"],
                         {"uri": "src/my%20file.cpp", "uriBaseId": "%SRCROOT%"})
        self.assertEqual(run["originalUriBaseIds"]["%SRCROOT%"]["uri"], f"file://{self.root}/")
        self.assertEqual(run["invocations"][0], {"executionSuccessful": True})

    def test_columns_are_characters(self):
        self.write("a.cpp", RACE)
        run = self.sarif("a.cpp", "--", "-std=c++20")
        regions = [step["location"]["physicalLocation"]["region"] for flow in run["results"][0]["codeFlows"][0]["threadFlows"]
                   for step in flow["locations"]]
        column = RACE.splitlines()[2].index("++hits") + 1
        self.assertIn(3, [region["startLine"] for region in regions])
        for region in regions:
            if region["startLine"] == 3:
                self.assertIn(region["startColumn"], (column, column + 2))

    def test_a_rule_has_its_page(self):
        self.write("a.cpp", CLEAN)
        run = self.sarif("a.cpp", "--", status=0)
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        page = self.ferrule("explain", "lock-order").stdout
        self.assertEqual(rules["ferrule-lock-order"]["help"]["markdown"], page)
        self.assertEqual(run["results"], [])

    def test_what_was_not_analysed_is_a_notification(self):
        self.write("a.cpp", RACE)
        self.write("b.cpp", BROKEN)
        self.database([("a.cpp", "-std=c++20"), ("b.cpp", "")])
        invocation, = self.sarif(status=3)["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        notification, = invocation["toolExecutionNotifications"]
        self.assertEqual(notification["level"], "error")
        self.assertEqual(notification["message"]["text"], "'b.cpp' was not analysed: it does not parse.")

    def test_what_a_comment_hides_is_suppressed_with_its_reason(self):
        self.write("a.cpp", DANGLING.replace("; });", "; });  // NOLINT(ferrule-non-moved-capture): joined by hand"))
        run = self.sarif("--rules", "non-moved-capture", "a.cpp", "--", status=0)
        result, = run["results"]
        self.assertEqual(result["suppressions"], [{"kind": "inSource", "justification": "joined by hand"}])


    def test_what_a_program_can_mend_has_a_fix(self):
        self.write("a.cpp", "int größe;  // NOLINT(ferrule-lock-oder)\n")
        run = self.sarif("a.cpp", "--")
        result, = run["results"]
        change, = result["fixes"][0]["artifactChanges"]
        self.assertEqual(change["artifactLocation"], {"uri": "a.cpp", "uriBaseId": "%SRCROOT%"})
        self.assertEqual(change["replacements"], [{
            "deletedRegion": {"startLine": 1, "startColumn": 23, "endLine": 1, "endColumn": 40},
            "insertedContent": {"text": "ferrule-lock-order"}}])
        fix = json.loads(self.ferrule("check", "--format", "json", "a.cpp", "--").stdout)["findings"][0]["fix"]
        self.assertEqual(fix, {"file": "a.cpp", "line": 1, "column": 25, "length": 17, "text": "ferrule-lock-order"})


class ForPeople(CliTest):
    def program(self):
        self.write("a.cpp", RACE)
        self.write("b.cpp", DANGLING.replace("; });", "; });  // NOLINT(ferrule-non-moved-capture)"))
        self.database([("a.cpp", "-std=c++20"), ("b.cpp", "-std=c++20")])

    def test_a_table_by_rule_and_where_to_read_more(self):
        self.program()
        result = self.ferrule("check")
        self.assertTrue(result.stderr.endswith(
            "ferrule: 1 finding in 2 units, 1 suppressed by NOLINT; every unit was analysed\n"
            "     1  unguarded-shared-data\n"
            "ferrule: 'ferrule explain unguarded-shared-data' says what that means and what to do about it\n"), result.stderr)

    def test_statistics(self):
        self.program()
        result = self.ferrule("check", "--quiet", "--statistics")
        self.assertEqual(result.stderr, "  findings  baseline  suppressed  rule\n"
                         "         1         0           0  unguarded-shared-data\n"
                         "         0         0           1  non-moved-capture\n"
                         "  findings  baseline  suppressed  file\n"
                         "         1         0           0  a.cpp\n"
                         "         0         0           1  b.cpp\n")

    def test_timing(self):
        self.program()
        text = self.ferrule("check", "--quiet", "--timing").stderr
        for part in (r"seconds  stage\n", r"\d  reports\n", r"seconds  unit\n", r"\d  a\.cpp\n", r"seconds  rule\n",
                     r"\d  unguarded-shared-data\n", r"s of CPU time, \d+ MB in a process at most\n"):
            self.assertRegex(text, part)


class OneBug(CliTest):
    BORROWED = """\
#include <thread>
void start() {
  int n = 0;
  std::thread t([&n] { ++n; });
  ++n;
  t.detach();
}
"""
    DISCARDED = """\
#include <mutex>
#include <thread>
class Counter {
 public:
  void add() {
    std::lock_guard<std::mutex>{mutex_};
    ++count_;
  }
  void add_two() { std::lock_guard<std::mutex> guard(mutex_); count_ += 2; }
  int get() { std::lock_guard<std::mutex> guard(mutex_); return count_; }

 private:
  std::mutex mutex_;
  int count_ = 0;
};
int main() {
  Counter counter;
  std::thread t([&counter] { counter.add(); });
  counter.add_two();
  t.join();
  return counter.get();
}
"""

    def test_is_reported_by_the_more_specific_rule(self):
        for text, rule, line in ((self.BORROWED, "non-moved-capture", 5), (self.DISCARDED, "discarded-guard", 7)):
            self.write("a.cpp", text)
            report = json.loads(self.ferrule("check", "--format", "json", "a.cpp", "--", "-std=c++20").stdout)
            finding, = report["findings"]
            self.assertEqual(finding["rule"], rule)
            last = finding["notes"][-1]
            self.assertEqual(last["line"], line)
            self.assertRegex(last["text"], r"^so '\w+' is written ")
            alone = self.ferrule("check", "--quiet", "--format", "concise", "--rules", "unguarded-shared-data", "a.cpp", "--", "-std=c++20")
            self.assertRegex(alone.stdout, rf"\Aa\.cpp:{line}:\d+: [^\n]*\[ferrule-unguarded-shared-data\]\n\Z")

    def test_two_bugs_are_two(self):
        self.write("a.cpp", self.DISCARDED.replace("std::lock_guard<std::mutex>{mutex_};", "").replace("counter.add_two();", "counter.add_two(); std::lock_guard<std::mutex>{lock};").replace("int main", "std::mutex lock;\nint main"))
        result = self.ferrule("check", "--quiet", "--format", "concise", "a.cpp", "--", "-std=c++20")
        self.assertEqual(sorted(line.rsplit("[")[1] for line in result.stdout.splitlines()), ["ferrule-discarded-guard]", "ferrule-unguarded-shared-data]"])


class Outputs(CliTest):
    def test_each_form_has_a_file(self):
        self.write("a.cpp", RACE)
        result = self.ferrule("check", "--quiet", "--format", "sarif", "--output", "r.sarif", "--format", "junit", "--output", "r.xml",
                              "--format", "concise", "a.cpp", "--", "-std=c++20")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(len(result.stdout.splitlines()), 1)
        self.assertEqual(json.loads((self.root / "r.sarif").read_text())["version"], "2.1.0")
        ElementTree.parse(self.root / "r.xml")
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["a.cpp", "r.sarif", "r.xml"])

    @kinds(7)
    def test_two_reports_in_one_file(self):
        self.write("a.cpp", CLEAN)
        self.refused("'./r' is given to '--output' twice; each report needs a file of its own",
                     "check", "--format", "text", "--output", "r", "--format", "json", "--output", "./r", "a.cpp", "--")

    def test_a_folder(self):
        self.write("a.cpp", CLEAN)
        (self.root / "reports").mkdir()
        self.refused("'reports' is a directory, and '--output' needs a file", "check", "--output", "reports", "a.cpp", "--")

    @kinds(8)
    def test_what_is_read_is_not_written(self):
        self.write("a.cpp", CLEAN)
        self.write("b.txx", "")
        self.write("h.h", "int x;\n")
        self.database([("a.cpp", ""), ("b.txx", "-x c++")])
        before = {path.name: path.read_text() for path in self.root.iterdir()}
        for name in ("a.cpp", "./a.cpp", "compile_commands.json", "h.h", "b.txx"):
            self.refused(f"'{name}' is a file that is analysed or read, and '--output' would overwrite it", "check", "--output", name)
        self.assertEqual({path.name: path.read_text() for path in self.root.iterdir()}, before)

    @kinds(9)
    def test_is_tried_before_the_analysis(self):
        self.write("a.cpp", BROKEN)
        self.refused("'absent/r' cannot be written: No such file or directory", "check", "--output", "absent/r", "a.cpp", "--")

    def test_wrong_use_leaves_the_old_report(self):
        self.write("a.cpp", CLEAN)
        self.write("r", "old")
        self.assertEqual(self.ferrule("check", "--output", "r", "a.cpp", "--", "-std=c++99").returncode, 3)
        self.assertEqual((self.root / "r").read_text(), "")
        self.write("r", "old")
        self.ferrule("check", "--output", "r", "absent.cpp", "--")
        self.assertEqual((self.root / "r").read_text(), "old")

    def test_keeps_links_and_permissions(self):
        self.write("a.cpp", RACE)
        target = self.write("kept/report", "old")
        target.chmod(0o600)
        (self.root / "link").symlink_to("kept/report")
        self.assertEqual(self.ferrule("check", "--quiet", "--output", "link", "a.cpp", "--", "-std=c++20").returncode, 1)
        self.assertTrue((self.root / "link").is_symlink())
        self.assertIn("'hits'", target.read_text())
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o600)

    @kinds(9)
    def test_a_full_disk_loses_nothing(self):
        self.write("a.cpp", RACE)
        result = self.ferrule("check", "--quiet", "--format", "concise", "--output", "/dev/full", "a.cpp", "--", "-std=c++20")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "ferrule: '/dev/full' cannot be written: No space left on device\n")
        self.assertIn("'hits'", result.stdout, "the analysis is not lost")

    @kinds(6)
    def test_standard_output_that_is_full(self):
        self.write("a.cpp", RACE)
        with open("/dev/full", "wb") as full:
            result = subprocess.run([os.environ["FERRULE"], "check", "--quiet", "a.cpp", "--", "-std=c++20"], stdout=full,
                                    stderr=subprocess.PIPE, text=True, cwd=self.root, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "ferrule: 'standard output' cannot be written: No space left on device\n")

    def test_dash_is_standard_output(self):
        self.write("a.cpp", RACE)
        result = self.ferrule("check", "--quiet", "--format", "concise", "--output", "-", "a.cpp", "--", "-std=c++20")
        self.assertIn("'hits'", result.stdout)
        self.assertEqual([path.name for path in self.root.iterdir()], ["a.cpp"])


if __name__ == "__main__":
    unittest.main()
