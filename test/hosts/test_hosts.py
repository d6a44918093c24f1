"""The plugins in their hosts, right and wrong. Run with FERRULE_TIDY, FERRULE_CLANG, FERRULE_LLVM and LLVM_ROOT set."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

TIDY_PLUGIN = os.environ["FERRULE_TIDY"]
CLANG_PLUGIN = os.environ["FERRULE_CLANG"]
MAJOR = int(os.environ["FERRULE_LLVM"])
LLVM_ROOT = Path(os.environ["LLVM_ROOT"])

DANGLING = """\
#include <thread>
void start() {
  int counter = 0;
  std::thread worker([&counter] { ++counter; });
  worker.detach();
}
"""


def other_majors():
    for root in sorted(Path("/usr/lib").glob("llvm-*")):
        major = root.name.removeprefix("llvm-")
        if major.isdigit() and int(major) != MAJOR:
            yield int(major), root


def kinds(*_numbers):
    """As in test/cli: the kinds of wrong use that a test is about."""
    return lambda test: test


class HostTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ferrule-hosts-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "a.cpp").write_text(DANGLING)
        (self.root / "clean.cpp").write_text("int twice(int x) { return 2 * x; }\n")

    def run_in(self, *command):
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=self.root, check=False)

    def tidy(self, *arguments, root=LLVM_ROOT):
        return self.run_in(root / "bin/clang-tidy", f"-load={TIDY_PLUGIN}", "-checks=-*,ferrule-*", *arguments)

    def compile(self, *arguments, root=LLVM_ROOT):
        return self.run_in(root / "bin/clang++", f"-fplugin={CLANG_PLUGIN}", "-std=c++20", *arguments)


class Tidy(HostTest):
    def test_every_rule_is_a_check(self):
        listed = self.tidy("--list-checks").stdout
        for rule in ("non-moved-capture", "non-send-crossing", "non-sync-sharing", "unguarded-shared-data"):
            self.assertIn(f"ferrule-{rule}", listed)

    def test_finds_and_counts_several_units_apart(self):
        result = self.tidy("a.cpp", "clean.cpp", "a.cpp", "--", "-std=c++20")
        self.assertIn("a.cpp:4:", result.stdout)
        self.assertIn("[ferrule-non-moved-capture]", result.stdout)
        self.assertNotIn("clean.cpp:", result.stdout)

    def test_one_check_alone(self):
        result = self.run_in(LLVM_ROOT / "bin/clang-tidy", f"-load={TIDY_PLUGIN}", "-checks=-*,ferrule-non-send-crossing",
                             "a.cpp", "--", "-std=c++20")
        self.assertNotIn("non-moved-capture", result.stdout)

    def test_options(self):
        dumped = self.tidy("--dump-config", "-config={CheckOptions: {ferrule-non-moved-capture.Profile: strict}}", "a.cpp",
                           "--").stdout
        self.assertRegex(dumped, r"ferrule-non-moved-capture\.Profile:\s*'?strict")
        refused = self.tidy("-config={CheckOptions: {ferrule.Profile: stict}}", "clean.cpp", "--")
        self.assertIn("'stict' is not a value of 'Profile', which takes default or strict", refused.stdout)

    @kinds(36)
    def test_options_of_all_checks(self):
        (self.root / ".clang-tidy").write_text(
            "CheckOptions: {ferrule.Profile: strict, ferrule.Config: other.json, ferrule-lock-order.Profile: default}\n")
        verified = self.tidy("--verify-config", "clean.cpp", "--")
        self.assertEqual(verified.returncode, 0, verified.stderr)
        dumped = self.tidy("--dump-config", "clean.cpp", "--").stdout
        self.assertRegex(dumped, r"ferrule-guard-escape\.Profile:\s*'?strict")
        self.assertRegex(dumped, r"ferrule-lock-order\.Profile:\s*'?default")
        (self.root / ".clang-tidy").write_text("CheckOptions: {ferrule.Profil: strict}\n")
        self.assertNotEqual(self.tidy("--verify-config", "clean.cpp", "--").returncode, 0)
        refused = self.tidy("clean.cpp", "--").stdout
        self.assertEqual(refused.count("'ferrule.Profil' is not an option of Ferrule's checks; did you mean 'ferrule.Profile'?"), 1, refused)

    def test_nolint(self):
        (self.root / "a.cpp").write_text(DANGLING.replace("; });", "; });  // NOLINT(ferrule-*)"))
        self.assertNotIn("[ferrule-non-moved-capture]", self.tidy("a.cpp", "--", "-std=c++20").stdout)

    def test_suppressions_that_are_wrong_in_one_unit(self):
        wrong = "int x;  // NOLINT(ferrule-lock-oder)\nint y;  // NOLINT(ferrule-lock-order)\n// NOLINTEND(ferrule-*)\n"
        (self.root / "clean.cpp").write_text(wrong)
        for output in (self.tidy("clean.cpp", "--").stdout, self.compile("-fsyntax-only", "clean.cpp").stderr):
            self.assertRegex(output, r"clean\.cpp:1:12: \w+: 'ferrule-lock-oder' is no rule, so it hides nothing \[ferrule-unused-suppression")
            self.assertRegex(output, r"clean\.cpp:3:4: \w+: 'NOLINTEND\(ferrule-\*\)' has no 'NOLINTBEGIN\(ferrule-\*\)' before it")
            self.assertNotIn("clean.cpp:2:", output, "another unit may need it")
        (self.root / "clean.cpp").write_text(wrong[:wrong.rindex("// NOLINTEND")])  # an error to clang-tidy, which then mends nothing
        self.tidy("--fix", "clean.cpp", "--")
        self.assertIn("NOLINT(ferrule-lock-order)\nint y", (self.root / "clean.cpp").read_text())

    def test_refuses_another_llvm(self):
        for major, root in other_majors():
            if not (root / "bin/clang-tidy").exists():
                continue
            with self.subTest(major=major):
                result = self.tidy("a.cpp", "--", "-std=c++20", root=root)
                self.assertNotEqual(result.returncode, 0)
                self.assertRegex(result.stderr, rf"^'ferrule_tidy.so' is built for LLVM {MAJOR} and does not run in ")


class Compiler(HostTest):
    def test_wrong_code_does_not_compile(self):
        result = self.compile("-c", "a.cpp", "-o", "a.o")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"a\.cpp:4:\d+: error: 'counter' .* \[ferrule-non-moved-capture\]")
        self.assertFalse((self.root / "a.o").exists())

    def test_clean_code_compiles(self):
        result = self.compile("-c", "clean.cpp", "-o", "clean.o")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue((self.root / "clean.o").exists())

    def test_warnings_instead(self):
        result = self.compile("-fplugin-arg-ferrule-warn", "-c", "a.cpp", "-o", "a.o")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"a\.cpp:4:\d+: warning: ")

    def test_rules(self):
        result = self.compile("-fplugin-arg-ferrule-rules=non-send-crossing", "-fsyntax-only", "a.cpp")
        self.assertNotIn("non-moved-capture", result.stderr)

    def test_nolint(self):
        (self.root / "a.cpp").write_text(DANGLING.replace("; });", "; });  // NOLINT(ferrule-*)"))
        result = self.compile("-fsyntax-only", "a.cpp")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_bad_arguments(self):
        for argument, sentence in (
            ("profile=stict", "'stict' is not a value of 'profile', which takes default or strict"),
            ("rules=non-such", "'non-such' is not a rule of Ferrule"),
            ("loud", "'loud' is not an argument of the plugin 'ferrule', which takes warn, profile=, rules= and config="),
        ):
            result = self.compile(f"-fplugin-arg-ferrule-{argument}", "-fsyntax-only", "clean.cpp")
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"error: {sentence}", result.stderr)

    def test_a_unit_with_errors_of_its_own_is_left_to_the_compiler(self):
        (self.root / "a.cpp").write_text(DANGLING + "int broken( {\n")
        result = self.compile("-fsyntax-only", "a.cpp")
        self.assertEqual(result.returncode, 1)
        self.assertNotIn("[ferrule-", result.stderr)

    def test_refuses_another_llvm(self):
        for major, root in other_majors():
            if not (root / "bin/clang++").exists():
                continue
            with self.subTest(major=major):
                result = self.compile("-fsyntax-only", "a.cpp", root=root)
                self.assertNotEqual(result.returncode, 0)
                self.assertRegex(result.stderr, rf"(?m)^'ferrule_clang.so' is built for LLVM {MAJOR} and does not run in ")


class Configuration(HostTest):
    HANDLE = """\
#include <thread>
#include <utility>
struct Impl;
struct Handle { Handle(); Handle(Handle&&); Impl* impl; };
void hand_over() {
  Handle handle;
  std::thread worker([handle = std::move(handle)] {});
  worker.join();
}
"""

    def setUp(self):
        super().setUp()
        (self.root / "src").mkdir()
        (self.root / "src/handle.cpp").write_text(self.HANDLE)

    def configure(self, text, name=".ferrule.json"):
        (self.root / name).write_text(text)

    def outputs(self, *names):
        """What clang-tidy and the compiler say about the file, the configuration named if one is given."""
        options = {"tidy": [f"-config={{CheckOptions: {{ferrule.Config: {name}}}}}" for name in names],
                   "clang": [f"-fplugin-arg-ferrule-config={name}" for name in names]}
        tidy = self.tidy(*options["tidy"], "src/handle.cpp", "--", "-std=c++20")
        clang = self.compile(*options["clang"], "-fsyntax-only", "src/handle.cpp")
        return (tidy.stdout + tidy.stderr, tidy.returncode), (clang.stderr, clang.returncode)

    def test_is_found_above_the_file_and_claims(self):
        for text, is_reported in (("{}", False), ('{"profile": "strict"}', True), ('{"profiles": {"src": "strict"}}', True),
                                  ('{"profile": "strict", "claims": [{"type": "Handle", "send": true, "reason": "r"}]}', False)):
            self.configure(text)
            for output, _ in self.outputs():
                self.assertEqual("[ferrule-non-send-crossing" in output, is_reported, output)

    def test_is_named(self):
        self.configure("{}")
        self.configure('{"profile": "strict"}', "other.json")
        for output, _ in self.outputs(self.root / "other.json"):
            self.assertIn("[ferrule-non-send-crossing", output)

    def test_that_is_wrong_is_an_error(self):
        self.configure('{"profil": "strict"}')
        for output, status in self.outputs():
            self.assertEqual(status, 1)
            self.assertEqual(output.count("1:2' has 'profil', which is not a key of a configuration; did you mean 'profile'?"), 1)

    def test_rules_are_the_compilers(self):
        self.configure('{"rules": ["lock-order"]}')
        self.assertEqual(self.compile("-fsyntax-only", "a.cpp").returncode, 0)
        self.assertEqual(self.compile("-fsyntax-only", "-fplugin-arg-ferrule-rules=non-moved-capture", "a.cpp").returncode, 1)


if __name__ == "__main__":
    unittest.main()
