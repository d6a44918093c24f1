"""The ratchet: `ferrule baseline`, `check --baseline`. Run with FERRULE set."""
import json
import subprocess
import unittest

from test_cli import BROKEN, CliTest

HEAD = "#include <thread>\nint {name}_count = 0;\nstatic void {name}_step() {{ ++{name}_count; }}\n"
BODY = """\
void {name}() {{
  std::thread first({name}_step);
  ++{name}_count;
  first.join();
}}
"""
CLEAN_BODY = "void {name}() {{ {name}_step(); }}\n"


def racy(name, body=BODY):
    return (HEAD + body).format(name=name)


class Ratchet(CliTest):
    def setUp(self):
        super().setUp()
        self.units = {}

    def program(self, **units):
        for name, text in units.items():
            self.write(f"{name}.cpp", text)
        self.units.update(units)
        self.database([(f"{name}.cpp", "-std=c++20") for name in sorted(self.units)])

    def baseline(self, status=0):
        result = self.ferrule("baseline", "--output", "known.json")
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        return (self.root / "known.json").read_text()

    def check(self, *arguments, status):
        result = self.ferrule("check", "--format", "concise", "--baseline", "known.json", *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def entries(self):
        return [entry for entry in json.loads((self.root / "known.json").read_text())["findings"] if entry]

    def test_hides_what_is_known_and_shows_what_is_new(self):
        self.program(one=racy("one"), two=racy("two"))
        text = self.baseline()
        self.assertEqual([entry["file"] for entry in self.entries()], ["one.cpp", "two.cpp"])
        self.assertEqual(text.count("\n{"), 2, "one line a finding")
        result = self.check(status=0)
        self.assertEqual(result.stdout, "")
        self.assertIn("0 findings in 2 units, 2 in the baseline; every unit was analysed", result.stderr)
        self.program(three=racy("three"))
        result = self.check(status=1)
        self.assertRegex(result.stdout, r"\Athree\.cpp:[^\n]*\n\Z")

    def test_survives_moved_lines_renamed_files_and_jobs(self):
        self.program(one=racy("one"), two=racy("two"))
        text = self.baseline()
        self.assertEqual(self.ferrule("baseline", "-j", "1").stdout, text)
        self.write("one.cpp", "// a line\n\n" + racy("one").replace("  ++one", "\n  // another\n  ++one"))
        (self.root / "two.cpp").rename(self.root / "renamed.cpp")
        self.units = {"one": "", "renamed": ""}
        self.database([("one.cpp", "-std=c++20"), ("renamed.cpp", "-std=c++20")])
        result = self.check(status=0)
        self.assertNotIn("gone", result.stderr)
        self.assertEqual((self.root / "known.json").read_text(), text, "only '--baseline-update' writes it")
        self.check("--baseline-update", status=0)
        self.assertEqual(sorted(entry["file"] for entry in self.entries()), ["one.cpp", "renamed.cpp"])

    def test_what_is_gone_is_said_and_taken_out_if_asked_for(self):
        self.program(one=racy("one"), two=racy("two"))
        self.baseline()
        self.program(one=racy("one", CLEAN_BODY), three=racy("three"))
        result = self.check(status=1)
        self.assertIn("ferrule: note: 1 finding of 'known.json' is gone: 'one.cpp' (unguarded-shared-data); "
                      "'--baseline-update' takes out what is gone\n", result.stderr)
        self.check("--baseline-update", status=1)
        self.assertEqual([entry["file"] for entry in self.entries()], ["two.cpp"], "it shrinks and does not grow")
        result = self.check("--baseline-grow", status=0)
        self.assertIn("1 finding added to 'known.json'", result.stderr)
        self.assertEqual([entry["file"] for entry in self.entries()], ["three.cpp", "two.cpp"])

    def test_a_part_of_the_program_takes_nothing_out(self):
        self.program(one=racy("one"), two=racy("two"))
        text = self.baseline()
        self.write("one.cpp", BROKEN)
        result = self.check("--baseline-update", status=3)
        self.assertIn("nothing is taken out of 'known.json', as not every unit was analysed", result.stderr)
        self.write("one.cpp", racy("one"))
        for part in (["--rules", "lock-order"], ["--units", "one.cpp"], ["two.cpp"]):
            result = self.check("--baseline-update", *part, status=0)
            self.assertNotIn("gone", result.stderr)
            self.assertNotIn("taken out", result.stderr)
        self.assertEqual((self.root / "known.json").read_text(), text)

    def test_sarif_says_what_is_new_and_what_is_gone(self):
        self.program(one=racy("one"), two=racy("two"))
        self.baseline()
        self.program(one=racy("one", CLEAN_BODY), three=racy("three"))
        result = self.ferrule("check", "--quiet", "--format", "sarif", "--baseline", "known.json")
        states = {(entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], entry["baselineState"])
                  for entry in json.loads(result.stdout)["runs"][0]["results"]}
        self.assertEqual(states, {("one.cpp", "absent"), ("two.cpp", "unchanged"), ("three.cpp", "new")})

    def test_branches_merge(self):
        self.program(**{name: racy(name) for name in ("a", "b", "c", "d")})
        self.baseline()
        lines = (self.root / "known.json").read_text().splitlines(keepends=True)
        first, last = 3, 6
        self.assertIn('"file":"a.cpp"', lines[first])
        self.assertIn('"file":"d.cpp"', lines[last])
        added = lines[last].replace("d.cpp", "e.cpp")
        self.write("base", "".join(lines))
        self.write("ours", "".join(lines[:first] + lines[first + 1:]))  # the first is mended
        for theirs in (lines[:last] + lines[last + 1:], lines[:last + 1] + [added] + lines[last + 1:]):
            self.write("theirs", "".join(theirs))
            merged = subprocess.run(["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=self.root, capture_output=True, text=True, check=False)
            self.assertEqual(merged.returncode, 0, merged.stdout)
            self.write("known.json", merged.stdout)
            expected = [line for line in theirs if line != lines[first]]
            self.assertEqual(merged.stdout, "".join(expected))
            self.check(status=1)

    def test_damage_is_one_sentence(self):
        self.program(one=racy("one"))
        good = self.baseline()
        line = good.splitlines()[3]
        for text, problem in (
            ("", "it is not JSON at line 1"),
            ("[]", "it is not an object"),
            (good.replace('"version": 1', '"version": 2'), "its version is 2, and this Ferrule reads 1"),
            (good.replace('"version": 1,', ""), "it has no 'version'"),
            ('{"version": 1e999}', "it has a number that is out of range"),
            ('{"version": 1, "findings": {}}', "it has no list 'findings'"),
            (good.replace(line, "3,"), "finding 1 is not an object"),
            (good.replace('"rule"', '"role"'), "finding 1 has no 'rule'"),
            (good.replace(line, "<<<<<<< ours\n" + line), "it has conflict markers of a merge"),
            (good[: len(good) // 2], "it is not JSON at line 4"),
        ):
            self.write("known.json", text)
            self.refused(f"'known.json' is no baseline: {problem}", "check", "--baseline", "known.json", "--baseline-update")
            self.assertEqual((self.root / "known.json").read_text(), text)

    def test_wrong_use(self):
        self.program(one=racy("one"))
        self.refused("'absent.json' does not exist; 'ferrule baseline' writes it", "check", "--baseline", "absent.json")
        self.refused("'--baseline-update' needs '--baseline FILE'", "check", "--baseline-update")
        self.write("known.json", '{"version": 1, "findings": []}')
        self.refused("'known.json' is a file that is analysed or read, and '--output' would overwrite it",
                     "check", "--baseline", "known.json", "--output", "known.json")
        self.refused("'one.cpp' is a file that is analysed or read, and '--output' would overwrite it",
                     "baseline", "--output", "one.cpp")


if __name__ == "__main__":
    unittest.main()
