"""The command line from outside: bad input, exit statuses, databases, determinism. Run with FERRULE and LLVM_ROOT set."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

FERRULE = os.environ["FERRULE"]

DANGLING = """\
#include <thread>
void start() {
  int counter = 0;
  std::thread worker([&counter] { ++counter; });
  worker.detach();
}
"""
CLEAN = "int twice(int x) { return 2 * x; }\n"
BROKEN = "int broken( { return; }\n"


def kinds(*_numbers):
    """Marks a test with the kinds of wrong use that it is about: the numbers in test_wrong_uses.KINDS."""
    return lambda test: test


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ferrule-cli-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def database(self, commands):
        """commands: name → flags"""
        entries = [{"directory": str(self.root), "file": name, "command": f"g++ {flags} -o {name}.o -c {name}"}
                   for name, flags in commands]
        return self.write("compile_commands.json", json.dumps(entries))

    def ferrule(self, *arguments, **options):
        return subprocess.run([FERRULE, *map(str, arguments)], capture_output=True, text=True, cwd=self.root,
                              check=False, **options)

    def refused(self, sentence, *arguments, **options):
        result = self.ferrule(*arguments, **options)
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        self.assertEqual(result.stderr, f"ferrule: {sentence}\n")


class BadInput(CliTest):
    def test_no_command(self):
        self.refused("'ferrule' needs a command: check, baseline, why, claims, cache, facts, link or explain; 'ferrule --help' lists them")

    def test_unknown_command(self):
        self.refused("'chek' is not a command; did you mean 'check'?", "chek")
        self.refused("'zebra' is not a command; 'ferrule --help' lists them", "zebra")

    def test_words_too_many(self):
        self.refused("'now' is one word too many after '--version'", "--version", "now")
        self.refused("'now' is one word too many after 'check'", "help", "check", "now")

    def test_unknown_option(self):
        self.refused("'--profil' is not an option of 'ferrule check'; did you mean '--profile'?", "check", "--profil=strict")

    def test_bad_values(self):
        self.refused("'stict' is not a value of '--profile', which takes default or strict; did you mean 'strict'?",
                     "check", "--profile", "stict")
        self.refused("'two' is not a number of jobs; '-j' takes a whole number from 1", "check", "-j", "two")
        self.refused("'0' is not a number of jobs; '-j' takes a whole number from 1", "check", "-j0")
        self.refused("'yaml' is not a value of '--format', which takes text, concise, json, sarif, github, gitlab or junit", "check", "--format", "yaml")

    def test_unknown_rule(self):
        for command in (["check", "--rules", "non-moved-captur"], ["explain", "non-moved-captur"]):
            self.refused("'non-moved-captur' is not a rule; did you mean 'non-moved-capture'?", *command)

        self.refused("'zebra' is not a rule; 'ferrule explain' lists them", "explain", "zebra")

    def test_options_without_a_value(self):
        self.refused("'--profile' needs a value: default|strict", "check", "--profile")
        self.refused("'--config' needs a value: FILE", "check", "--config=", "a.cpp", "--")

    def test_no_database(self):
        self.refused("'.' and the folders above it have no compile_commands.json; name its folder with -p, or give the "
                     "flags after '--'", "check")

    def test_folder_without_database(self):
        (self.root / "build").mkdir()
        self.refused("'build' has no compile_commands.json", "check", "-p", "build")
        self.refused("'elsewhere' does not exist", "check", "-p", "elsewhere")

    def test_empty_database(self):
        path = self.write("compile_commands.json", "[]")
        self.refused(f"'{path}' is empty: it has no compile command", "check")

    def test_malformed_database(self):
        for text, problem in (
            ("{}", "it is not a list of commands"),
            ("[3]", "entry 1 is not an object"),
            ('[{"command": "g++ a.cpp"}]', "entry 1 has no 'file'"),
            ('[{"file": "a.cpp"}]', "entry 1 has neither 'command' nor 'arguments'"),
            ('[{"file": 3, "command": "g++"}]', "entry 1 has no 'file'"),
        ):
            path = self.write("compile_commands.json", text)
            self.refused(f"'{path}' is malformed: {problem}", "check")
        for text, place in (("", "1:1"), ("[\n{]", "2:2")):
            path = self.write("compile_commands.json", text)
            self.refused(f"'{path}:{place}' is not JSON", "check")

    def test_missing_file(self):
        self.refused("'absent.cpp' does not exist", "check", "absent.cpp")
        self.refused("'absent.cpp' does not exist", "check", "absent.cpp", "--", "-std=c++20")

    def test_path_that_nothing_compiles(self):
        self.write("a.cpp", CLEAN)
        self.write("other.cpp", CLEAN)
        database = self.database([("a.cpp", "")])
        self.refused(f"'other.cpp' is compiled by no command of '{database}'", "check", "--units", "other.cpp")

    def test_flags_from_two_places(self):
        self.write("a.cpp", CLEAN)
        self.refused("'-p' and '--' exclude each other: flags come from one place", "check", "-p", ".", "a.cpp", "--")
        self.refused("'--' gives flags but no file is named before it", "check", "--", "-std=c++20")

    def test_output_that_cannot_be_written(self):
        self.write("a.cpp", CLEAN)
        result = self.ferrule("check", "--quiet", "--output", "absent/report.txt", "a.cpp", "--")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "ferrule: 'absent/report.txt' cannot be written: No such file or directory\n")

    def test_unreadable_directory(self):
        closed = self.root / "closed"
        self.write("closed/a.cpp", CLEAN)
        options = {"user": 65534} if os.geteuid() == 0 else {}
        self.root.chmod(0o755)
        try:
            self.ferrule("--version", **options)
        except PermissionError:
            self.skipTest("the program itself is out of an ordinary user's reach")
        closed.chmod(0)
        self.addCleanup(closed.chmod, 0o755)
        self.refused("'closed' cannot be read", "check", "-p", "closed", **options)
        self.refused("'closed/a.cpp' cannot be read", "check", "closed/a.cpp", **options)
        self.refused("'closed/a.cpp' cannot be read", "check", "closed/a.cpp", "--", **options)


class Status(CliTest):
    def test_clean(self):
        self.write("a.cpp", CLEAN)
        result = self.ferrule("check", "a.cpp", "--", "-std=c++20")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertEqual(result.stderr, "ferrule: 0 findings in 1 unit; every unit was analysed\n")

    def test_findings(self):
        self.write("a.cpp", DANGLING)
        result = self.ferrule("check", "a.cpp", "--", "-std=c++20")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^a\.cpp:4:\d+: warning: 'counter' .* \[ferrule-non-moved-capture\]$")
        self.assertNotRegex(result.stdout, r"(?m)\.$")

    def test_many_findings_with_one_cause_are_one(self):
        for type_, cause in (("int count;", None), ("std::unique_lock<std::mutex> lock;", "lock"), ("Context context;", "'Context' is")):
            self.write("h.h", "#pragma once\n#include <mutex>\n#include <thread>\n"
                       'struct [[clang::annotate("ferrule::thread_affine")]] Context { int x; };\n'
                       f"struct Session {{ {type_} int id; }};\n")
            for unit in "abc":
                self.write(unit + ".cpp", '#include "h.h"\n' + "".join(
                    f"void {unit}{n}(Session* s) {{ std::thread([s] {{ s->id = 1; }}).detach(); }}\n" for n in range(10)))
            self.database([(unit + ".cpp", "-std=c++20") for unit in "abc"])
            result = self.ferrule("check", "--rules", "non-send-crossing")
            self.assertEqual(result.stdout.count("warning:"), 1 if cause else 0, result.stdout)
            if cause:
                self.assertEqual(result.stdout.count(", for the same reason\n"), 29)
                self.assertIn(cause, result.stdout)

    def test_a_unit_that_does_not_parse_leaves_the_others(self):
        self.write("a.cpp", DANGLING)
        self.write("b.cpp", BROKEN)
        self.database([("a.cpp", "-std=c++20"), ("b.cpp", "-std=c++20")])
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 3)
        self.assertIn("[ferrule-non-moved-capture]", result.stdout)
        self.assertRegex(result.stderr, r"(?m)^.*b\.cpp:1:\d+: error: ")
        self.assertIn("in 1 unit; not analysed: 1 of 2 units: 'b.cpp' (it does not parse)\n", result.stderr)

    def test_a_unit_that_is_gone(self):
        self.write("a.cpp", CLEAN)
        self.database([("a.cpp", ""), ("gone.cpp", "")])
        result = self.ferrule("check", "--quiet")
        self.assertEqual(result.returncode, 3)
        self.assertIn("not analysed: 1 of 2 units: 'gone.cpp' (it does not exist)", result.stderr)

    def test_the_rules_chosen(self):
        self.write("a.cpp", DANGLING)
        result = self.ferrule("check", "--rules", "ferrule-non-send-crossing", "a.cpp", "--", "-std=c++20")
        self.assertNotIn("non-moved-capture", result.stdout)


class Databases(CliTest):
    def test_of_gcc(self):
        self.write("a.cpp", CLEAN)
        self.write("b.cpp", CLEAN)
        flags = ("-O2 -std=gnu++20 -fno-canonical-system-headers -fconcepts-diagnostics-depth=3 -Wno-maybe-uninitialized "
                 "-fno-semantic-interposition -MD -MF a.d -Werror -Wlogical-op")
        self.database([("a.cpp", flags), ("b.cpp", flags)])
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.splitlines(), [
            "ferrule: note: '-fconcepts-diagnostics-depth=3' is unknown to Clang and left out, in 2 units",
            "ferrule: note: '-fno-canonical-system-headers' is unknown to Clang and left out, in 2 units",
            "ferrule: 0 findings in 2 units; every unit was analysed"])
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["a.cpp", "b.cpp", "compile_commands.json"])

    def test_entries_that_differ_in_their_output_alone_are_analysed_once(self):
        self.write("a.cpp", DANGLING)
        entries = [{"directory": str(self.root), "file": "a.cpp",
                    "arguments": ["ccache", "g++", "-std=c++20", "-o", out, "-c", "a.cpp"]} for out in ("a.o", "b.o")]
        self.write("compile_commands.json", json.dumps(entries))
        result = self.ferrule("check")
        self.assertIn("1 finding in 2 units;", result.stderr)
        self.assertEqual(result.stdout.count("[ferrule-non-moved-capture]"), 1)

    def test_is_found_upwards_and_in_build(self):
        self.write("src/deep/a.cpp", CLEAN)
        self.write("build/compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": "src/deep/a.cpp", "command": "g++ -c src/deep/a.cpp"}]))
        for arguments in (["check"], ["check", "src"], ["check", "src/deep/a.cpp"], ["check", "-p", "build", "src/"]):
            result = self.ferrule(*arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("in 1 unit;", result.stderr)

    def test_response_files_and_quotes(self):
        self.write("a.cpp", '#include NAME\nint x = VALUE;\n')
        self.write("flags.rsp", "-DVALUE=3 '-Iwith space'")
        self.write("with space/h.h", "")
        self.database([("a.cpp", r"-DNAME=\"h.h\" @flags.rsp")])
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 0, result.stderr)


class Output(CliTest):
    def many(self):
        names = [f"u{i}.cpp" for i in range(6)]
        for name in names:
            self.write(name, DANGLING.replace("start", "start_" + name[:2]))
        self.write("bad1.cpp", BROKEN)
        self.write("bad2.cpp", BROKEN)
        self.database([(name, "-std=c++20") for name in [*names, "bad1.cpp", "bad2.cpp"]])

    def test_is_the_same_for_every_number_of_jobs(self):
        self.many()
        runs = [self.ferrule("check", "-j", jobs) for jobs in (1, 2, 5)]
        self.assertEqual(len({(run.returncode, run.stdout, run.stderr) for run in runs}), 1)
        self.assertEqual(runs[0].stdout.count("[ferrule-non-moved-capture]"), 6)

    def test_json(self):
        self.many()
        result = self.ferrule("check", "--format", "json", "--quiet")
        report = json.loads(result.stdout)
        self.assertEqual(report["version"], 1)
        self.assertEqual(report["units"]["total"], 8)
        self.assertEqual([unit["file"] for unit in report["units"]["not_analysed"]], ["bad1.cpp", "bad2.cpp"])
        captures = [finding for finding in report["findings"] if finding["rule"] == "non-moved-capture"]
        self.assertEqual([finding["file"] for finding in captures], [f"u{i}.cpp" for i in range(6)])
        self.assertEqual(len({finding["fingerprint"] for finding in captures}), 6)

    def test_several_reports(self):
        self.write("a.cpp", DANGLING)
        result = self.ferrule("check", "--format", "json", "--output", "a.json", "--format", "text", "a.cpp", "--")
        self.assertIn("a.cpp:4:", result.stdout)
        self.assertEqual(json.loads((self.root / "a.json").read_text())["tool"]["name"], "ferrule")
        self.refused("'--format' is given twice for standard output; name a file with '--output'",
                     "check", "--format", "json", "--format", "text", "a.cpp", "--")

    def test_color(self):
        self.write("a.cpp", DANGLING)
        self.assertIn("\x1b[", self.ferrule("check", "--color", "always", "a.cpp", "--").stdout)
        self.assertNotIn("\x1b[", self.ferrule("check", "a.cpp", "--").stdout)

    def test_nolint(self):
        for text in (DANGLING.replace("; });", "; });  // NOLINT(ferrule-*)"),
                     DANGLING.replace("  std::thread", "  // NOLINTNEXTLINE(ferrule-non-moved-capture)\n  std::thread"),
                     "// NOLINTBEGIN\n" + DANGLING + "// NOLINTEND\n"):
            self.write("a.cpp", text)
            result = self.ferrule("check", "--rules", "non-moved-capture", "a.cpp", "--")
            self.assertEqual((result.returncode, result.stdout), (0, ""))
            self.assertIn("1 suppressed by NOLINT", result.stderr)


class Explain(CliTest):
    def test_lists_the_rules(self):
        result = self.ferrule("explain")
        self.assertEqual(result.returncode, 0)
        for rule in ("non-moved-capture", "non-send-crossing", "non-sync-sharing", "unguarded-shared-data"):
            self.assertRegex(result.stdout, rf"(?m)^{rule}: ")

    def test_has_a_page_for_every_rule(self):
        for line in self.ferrule("explain").stdout.splitlines():
            rule = line.split(":")[0]
            page = self.ferrule("explain", f"ferrule-{rule}")
            self.assertEqual(page.returncode, 0, page.stderr)
            self.assertIn(rule, page.stdout)


class Why(CliTest):
    def test_answers_the_three_questions(self):
        self.write("a.cpp", "#include <memory>\nstruct Node { std::shared_ptr<int> next; int* raw; };\nNode node;\n")
        result = self.ferrule("why", "Node", "a.cpp", "--", "-std=c++20")
        self.assertEqual(result.returncode, 0, result.stderr)
        for question in ("Send", "Sync", "Synchronized"):
            self.assertRegex(result.stdout, rf"(?m)^{question}: ")
        self.assertIn("raw", result.stdout)

    def test_bad_input(self):
        self.write("a.cpp", "struct Connection { int socket; };\nConnection connection;\n")
        self.refused("'ferrule why' needs a type", "why")
        self.refused("'Conection' is no type of the program; did you mean 'Connection'?", "why", "Conection", "a.cpp", "--")

    def test_a_type_however_it_is_written(self):
        self.write("a.cpp", "namespace net { struct Link { int* to; }; using Route = Link; struct Port { int n; }; }\n"
                            "namespace os { struct Port { int n; }; }\n"
                            "net::Route route; net::Port port; os::Port other;\n"
                            "auto call = [copy = route] { return copy.to; };\n")
        for query, name in (("Link", "net::Link"), ("struct net::Link", "net::Link"), ("Route", "net::Link"),
                            ("Link const&", "const net::Link &"), ("Route*[2]", "net::Link *[2]"),
                            ("lambda at a.cpp:4", "lambda"), ("os::Port", "os::Port")):
            result = self.ferrule("why", query, "a.cpp", "--")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(result.stdout.startswith(f"'{name}'\nSend: "), f"{query}: {result.stdout}")
        self.refused("'Port' may mean 'net::Port' or 'os::Port'", "why", "Port", "a.cpp", "--")
        self.refused("'ferrule why' needs a type", "why", "", "a.cpp", "--")

    def test_paths_are_relative(self):
        self.write("src/a.cpp", "struct Node { int* raw; };\nNode node;\n")
        result = self.ferrule("why", "Node", "src/a.cpp", "--")
        self.assertIn("  (src/a.cpp:1:20)\n", result.stdout)
        self.assertNotIn(str(self.root), result.stdout)

    def test_a_lock_of_c_is_not_opened(self):
        self.write("pool.c", "#include <pthread.h>\nstruct pool { pthread_mutex_t lock; pthread_cond_t more; };\nstruct pool pool;\n")
        result = self.ferrule("why", "pool", "pool.c", "--")
        self.assertEqual(result.stdout, "'pool'\nSend: yes\nSync: yes\nSynchronized: yes\n")

    def test_an_incomplete_program(self):
        self.write("a.cpp", "struct Connection { int socket; };\nConnection connection;\n")
        self.write("b.cpp", BROKEN)
        self.database([("a.cpp", ""), ("b.cpp", "")])
        result = self.ferrule("why", "Connection")
        self.assertEqual(result.returncode, 3)
        self.assertIn("'Connection'", result.stdout)
        self.assertIn("not analysed: 1 of 2 units: 'b.cpp' (it does not parse)", result.stderr)


class Help(CliTest):
    def test_every_command_has_help(self):
        self.assertIn("check", self.ferrule("--help").stdout)
        for command in ("check", "baseline", "why", "claims", "explain"):
            result = self.ferrule(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertTrue(result.stdout.startswith(f"usage: ferrule {command}"))

    def test_version(self):
        self.assertRegex(self.ferrule("--version").stdout, r"^ferrule \d+\.\d+\.\d+ \(LLVM (19|22)\)\n$")


if __name__ == "__main__":
    unittest.main()
