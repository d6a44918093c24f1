"""What of a program is reported: PATHs, changed lines, units, and what the configuration leaves out."""
import json
import os
import subprocess
import unittest

from test_cli import CLEAN, CliTest, kinds

# The race needs both units: one starts the thread, the other has the accesses.
COUNTER_H = "#pragma once\nvoid count();\nint counted();\n"
COUNTER = '#include "counter.h"\nint counter = 0;\nvoid count() {\n  ++counter;\n}\nint counted() { return counter; }\n'
MAIN = """\
#include <pthread.h>
#include "net/counter.h"
void* work(void*) { count(); return nullptr; }
int main() {
  pthread_t t;
  pthread_create(&t, nullptr, work, nullptr);
  int n = counted();
  pthread_join(t, nullptr);
  return n;
}
"""
# A race of its own, in one unit.
OWN = """\
#include <pthread.h>
static int own;
static void* work(void*) { ++own; return nullptr; }
void start() {
  pthread_t t;
  pthread_create(&t, nullptr, work, nullptr);
  ++own;
  pthread_join(t, nullptr);
}
"""
RACE = "[ferrule-unguarded-shared-data]"


class ScopeTest(CliTest):
    def program(self):
        self.write("net/counter.h", COUNTER_H)
        self.write("net/counter.cpp", COUNTER)
        self.write("main.cpp", MAIN)
        self.write("other/clean.cpp", CLEAN)
        self.database([("main.cpp", "-std=c++20"), ("net/counter.cpp", "-std=c++20"), ("other/clean.cpp", "-std=c++20")])

    def database(self, commands):
        return self.write("compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": name, "command": f"g++ {flags} -c {name}"} for name, flags in commands]))

    def check(self, status, *arguments):
        result = self.ferrule("check", *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result


class Paths(ScopeTest):
    @kinds(3)
    def test_filter_the_report_of_the_whole_program(self):
        self.program()
        for paths in (["net"], ["main.cpp"], ["net/counter.cpp", "other"], ["net/"], [self.root / "net"], ["."]):
            self.assertIn(RACE, self.check(1, *paths).stdout, paths)
        result = self.check(0, "other")
        self.assertEqual(result.stdout, "")
        self.assertIn("0 findings in 3 units, 1 elsewhere; every unit was analysed\n", result.stderr)
        report = json.loads(self.check(0, "--format", "json", "other").stdout)
        self.assertEqual((report["elsewhere"], report["findings"]), (1, []))

    def test_through_a_symbolic_link(self):
        self.program()
        (self.root / "link").symlink_to("net")
        self.assertIn(RACE, self.check(1, "link/counter.cpp").stdout)

    @kinds(27)
    def test_of_headers_are_answered_through_their_units(self):
        self.write("h.h", "#pragma once\n" + OWN.replace("void start", "inline void start"))
        self.write("a.cpp", '#include "h.h"\n')
        self.database([("a.cpp", "-std=c++20")])
        self.assertRegex(self.check(1, "h.h").stdout, r"(?m)^h\.h:\d+:")

    def test_that_hold_nothing_are_noted(self):
        self.program()
        self.write("README.md", "")
        self.assertIn("note: 'README.md' holds nothing of the program\n", self.check(0, "README.md").stderr)
        self.assertNotIn("note:", self.check(0, "--quiet", "README.md").stderr)

    def test_that_no_command_compiles_are_not_analysed(self):
        self.program()
        self.write("new.cpp", CLEAN)
        result = self.check(3, "new.cpp", "net")
        self.assertIn(RACE, result.stdout)
        self.assertIn("not analysed: 1 of 4 units: 'new.cpp' (no command compiles it)", result.stderr)
        self.check(1, "--incomplete=note", "new.cpp", "net")

    def test_that_do_not_exist(self):
        self.program()
        self.refused("'absent' does not exist", "check", "absent")

    def test_choose_claims(self):
        self.program()
        self.write("main.cpp", 'struct [[clang::annotate("ferrule::claim_send", "r")]] A { void* x; };\nA a;\n')
        self.assertIn("'A' is claimed", self.ferrule("claims", "main.cpp").stdout)
        self.assertEqual(self.ferrule("claims", "other").stdout, "")

    def test_are_no_words_of_why(self):
        self.refused("'src' is one word too many; 'ferrule why' takes a type, and '--units' chooses units", "why", "int", "src")


class Units(ScopeTest):
    def test_are_judged_as_if_they_were_the_program(self):
        self.program()
        self.assertIn("in 1 unit;", self.check(0, "--units", "net").stderr)
        self.assertIn("in 2 units;", self.check(1, "--units", "net", "--units", "main.cpp").stderr)
        self.assertIn("in 1 unit;", self.check(0, "--units=net", "net").stderr)

    @kinds(27)
    def test_that_are_none(self):
        self.program()
        database = self.root / "compile_commands.json"
        self.write("new.cpp", CLEAN)
        self.refused("'absent' does not exist", "check", "--units", "absent")
        self.refused(f"'new.cpp' is compiled by no command of '{database}'", "check", "--units", "new.cpp")
        self.refused(f"'net/counter.h' is compiled by no command of '{database}'; name a unit that includes it",
                     "check", "--units", "net/counter.h")
        self.refused("'--units' and '--' exclude each other: units come from one place", "check", "--units", "net", "main.cpp", "--")


class Changes(ScopeTest):
    def git(self, *words):
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=self.root, env=environment, check=True,
                              capture_output=True, text=True).stdout

    def repository(self):
        self.program()
        self.git("init", "-q", "-b", "main")
        self.write(".gitignore", "compile_commands.json\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "start")

    def test_only_findings_in_changed_lines(self):
        self.repository()
        self.check(1)
        self.assertIn("0 findings in 3 units, 1 elsewhere;", self.check(0, "--changed-since", "HEAD").stderr)
        self.write("other/clean.cpp", CLEAN + "int more = 1;\n")
        self.check(0, "--changed-since", "HEAD")
        self.write("net/counter.cpp", "// a line more\n" + COUNTER)
        self.check(0, "--changed-since", "HEAD")
        self.write("net/counter.cpp", COUNTER.replace("++counter", "counter += 2"))
        self.assertIn(RACE, self.check(1, "--changed-since", "HEAD").stdout)
        self.check(0, "--changed-since", "HEAD", "other")

    def test_since_the_branch_began(self):
        self.repository()
        self.git("checkout", "-qb", "topic")
        self.write("other/clean.cpp", "// mine\n" + CLEAN)
        self.git("commit", "-qam", "mine")
        self.git("checkout", "-q", "main")
        self.write("net/counter.cpp", COUNTER.replace("++counter", "counter += 2"))
        self.git("commit", "-qam", "theirs")
        self.git("checkout", "-q", "topic")
        self.check(0, "--changed-since", "main")
        self.write("main.cpp", MAIN.replace("(&t, nullptr", "(&t, NULL"))
        self.check(1, "--changed-since=main")

    def test_new_and_renamed_and_deleted_files(self):
        self.repository()
        self.write("new file \"é\".cpp", OWN)
        self.git("mv", "net/counter.cpp", "net/renamed.cpp")
        self.git("rm", "-q", "other/clean.cpp")
        commands = [{"directory": str(self.root), "file": name, "arguments": ["g++", "-c", name]}
                    for name in ("main.cpp", "net/renamed.cpp", 'new file "é".cpp')]
        self.write("compile_commands.json", json.dumps(commands))
        result = self.check(1, "--changed-since", "HEAD", "other/clean.cpp", "net", "main.cpp", "other", 'new file "é".cpp')
        self.assertEqual((result.stdout.count(RACE), result.stdout.count("'own'") > 0), (1, True), result.stdout)
        self.git("add", "-A")
        self.git("commit", "-qm", "next")
        self.assertIn("'own'", self.check(1, "--changed-since", "HEAD~").stdout)

    def test_deleted_files_among_the_paths(self):
        self.repository()
        self.git("rm", "-q", "other/clean.cpp")
        self.database([("main.cpp", ""), ("net/counter.cpp", "")])
        self.check(0, "other/clean.cpp")
        self.refused("'other/claen.cpp' does not exist", "check", "other/claen.cpp")

    def test_lines_that_are_gone(self):
        self.repository()
        self.write("net/counter.cpp", COUNTER.replace("  ++counter;", "  // note\n  ++counter;"))
        self.git("commit", "-qam", "note")
        self.write("net/counter.cpp", COUNTER)
        self.check(1, "--changed-since", "HEAD")

    def test_a_work_tree_of_another_user(self):
        self.repository()
        if os.geteuid() != 0:
            self.skipTest("only root can give a folder away")
        for folder in (self.root, self.root / ".git"):
            os.chown(folder, 65534, 65534)
        self.refused("'.' is in a work tree of another user, which Git refuses to read; 'git config --global --add safe.directory' allows it",
                     "check", "--changed-since", "HEAD", env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"})

    def test_that_git_does_not_know(self):
        self.program()
        self.refused("'.' is in no work tree of Git, and '--changed-since' needs one", "check", "--changed-since", "HEAD")
        self.git("init", "-q")
        self.refused("'HEAD' is no revision that Git knows here", "check", "--changed-since", "HEAD")
        self.refused("'--help' is no revision that Git knows here", "check", "--changed-since=--help")
        self.refused("'git' is not installed, and '--changed-since' needs it", "check", "--changed-since", "HEAD", env={"PATH": "/nowhere"})


class Configured(ScopeTest):
    def test_a_profile_that_is_off(self):
        self.program()
        for text in ({"profiles": {"net": "off"}}, {"profiles": {"*/counter.cpp": "off"}}, {"profiles": {"**/*.cpp": "off"}},
                     {"profiles": {"net": "strict", "net/counter.cpp": "off"}}):
            self.write(".ferrule.json", json.dumps(text))
            self.assertIn(", 1 turned off; every unit was analysed\n", self.check(0).stderr)
            self.assertEqual(self.check(0, "--profile", "strict", "--rules", "unguarded-shared-data").stdout, "")
        self.write(".ferrule.json", json.dumps({"profiles": {"net": "off", "net/counter.cpp": "default"}}))
        self.check(1)

    def test_units_that_are_excluded(self):
        self.program()
        self.write(".ferrule.json", json.dumps({"exclude": ["net"]}))
        self.assertIn("in 2 units; every unit was analysed; excluded: 1 unit\n", self.check(0).stderr)
        self.assertIn("note: 'net/counter.cpp' is excluded by", self.check(0, "net/counter.cpp").stderr)
        self.write(".ferrule.json", json.dumps({"exclude": ["*"]}))
        self.refused(f"'{self.root}/.ferrule.json' excludes every unit, and there is nothing to analyse", "check")
        path = self.write(".ferrule.json", json.dumps({"exclude": "net"}))
        self.refused(f"'{path}:1:13' has 'exclude', which must be a list of strings", "check")

    @kinds(14)
    def test_patterns_that_match_nothing_are_noted(self):
        self.program()
        self.write(".ferrule.json", '{"exclude": ["no/such", "other"],\n "profiles": {"nte": "off", "net/counter.h": "strict"}}')
        notes = [line for line in self.check(1).stderr.splitlines() if "note:" in line]
        self.assertEqual(notes, ["ferrule: note: 'no/such' in .ferrule.json:1:14 matches no file of the program",
                                 "ferrule: note: 'nte' in .ferrule.json:2:15 matches no file of the program"])
        self.assertNotIn("note:", self.check(0, "--units", "net").stderr)


if __name__ == "__main__":
    unittest.main()
