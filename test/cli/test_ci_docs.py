"""The snippets of docs/ci.md, run as far as that goes without the services. Run with FERRULE set; needs PyYAML.

Each snippet's commands run in a small CMake project in a Git repository. The services' own programs are replaced by ones that
keep what they are given, and that is held against the forms that those services document.
"""
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import yaml
from sarif_structure import problems_of
from test_cli import FERRULE, CliTest
from test_scope import OWN

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/ci.md").read_text()
SNIPPETS = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
SCRIPTS = [text.splitlines() for text in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
COMMANDS = re.findall(r"^    (ferrule .*)$", PAGE, re.MULTILINE)

PROJECT = "cmake_minimum_required(VERSION 3.20)\nproject(server LANGUAGES CXX)\nadd_executable(server src/own.cpp src/main.cpp)\n"
MAIN = "void start();\nint main() { start(); }\n"
# Keeps its words and its input, under its own name.
STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$@" > "$KEPT/$(basename "$0").words"\n[ -t 0 ] || cat > "$KEPT/$(basename "$0").input"\n'


def of_errorformat(pattern):
    """The regular expression that an 'errorformat' stands for, as Vim's manual explains its items."""
    items = {"%f": "(?P<file>.+?)", "%l": r"(?P<line>\d+)", "%c": r"(?P<column>\d+)", "%t": "(?P<type>.)", "%m": "(?P<message>.+)"}
    parts = re.split(r"(%\*\[[^\]]*\]|%.)", pattern)
    return "".join(items.get(part) or (part[2:] + "+" if part.startswith("%*") else re.escape(part)) for part in parts) + "$"


def clang_tidy_findings(text):
    """What a reader of clang-tidy's output makes of it: findings, each with its notes. Every line must have a meaning."""
    findings = []
    place = r"(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): "
    lines = iter(text.splitlines())
    for line in lines:
        if found := re.match(place + r"warning: (?P<message>.+) \[(?P<check>[a-z-]+)\]$", line):
            findings.append({**found.groupdict(), "notes": []})
        elif note := re.match(place + "note: (?P<message>.+)$", line):
            findings[-1]["notes"].append(note.groupdict())
        elif re.match(r" *\d+ \| ", line):
            caret = next(lines)
            assert re.match(r" +\|  *\^$", caret), caret
        else:
            assert line == "" and findings, f"'{line}' has no meaning"
    return findings


class Snippets(CliTest):
    def setUp(self):
        super().setUp()
        self.bin, self.kept = self.root.parent / (self.root.name + "-bin"), self.root.parent / (self.root.name + "-kept")
        for folder in (self.bin, self.kept):
            folder.mkdir()
            self.addCleanup(subprocess.run, ["rm", "-r", folder], check=True)
        (self.bin / "ferrule").symlink_to(FERRULE)
        for name in ("reviewdog", "report-converter"):
            self.stand_in(self.bin / name)
        self.write("CMakeLists.txt", PROJECT)
        self.write("src/own.cpp", OWN)
        self.write("src/main.cpp", MAIN)
        self.write(".gitignore", "/build\n/ferrule*\n/gl-*\n")
        self.run_all("git init -q -b main", "git add -A", "git commit -qm start", "git update-ref refs/remotes/origin/main HEAD")

    def stand_in(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STAND_IN)
        path.chmod(0o755)

    def run_one(self, command, stdin=subprocess.DEVNULL):
        identity = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@b"))}
        environment = {**os.environ, **identity, "KEPT": str(self.kept), "PATH": f"{self.bin}:{os.environ['PATH']}"}
        return subprocess.run(["bash", "-c", command], cwd=self.root, env=environment, capture_output=True, text=True, check=False, stdin=stdin)

    def run_all(self, *commands):
        """Each must succeed, or find what there is to find."""
        for command in commands:
            result = self.run_one(command)
            expected = 1 if command.startswith("ferrule check") and "|" not in command else 0
            self.assertEqual(result.returncode, expected, f"{command}\n{result.stdout}{result.stderr}")
        return result

    def snippet(self, *keys):
        """The only one with these keys in it, at any depth."""
        found, = [snippet for snippet in SNIPPETS if all(re.search(rf"\b{key}\b", yaml.dump(snippet)) for key in keys)]
        return found

    def configure(self):
        self.run_all("cmake -S . -B build -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON")

    def test_github(self):
        job = self.snippet("upload-sarif")["ferrule"]
        self.assertEqual(job["permissions"], {"security-events": "write"})
        self.stand_in(self.root / "third_party/ferrule/tool/dev")
        install, *runs, upload = [step for step in job["steps"] if "run" in step or "upload-sarif" in step["uses"]]
        self.assertTrue(install["run"].startswith("apt-get update && apt-get install -y"), "this machine keeps its packages")
        self.assertLess(job["steps"].index(install), [step.get("uses", "") for step in job["steps"]].index("actions/checkout@v4"))
        build = runs[0]["run"].split()
        self.assertTrue((ROOT / build[0].removeprefix("third_party/ferrule/")).exists())
        self.assertIn(f"\n  {build[1]} ", (ROOT / "tool/dev").read_text(), "tool/dev has the command")
        result = self.run_all(*(step["run"] for step in runs))
        self.assertRegex(result.stdout, r"\A::warning file=src/own\.cpp,line=7,col=3,title=ferrule-unguarded-shared-data::'own' [^\n]*\n\Z")
        self.assertEqual((upload["if"], upload["with"]), ("always()", {"sarif_file": "ferrule.sarif"}))
        self.assertEqual(problems_of(json.loads((self.root / "ferrule.sarif").read_text())), [])

    def test_gitlab(self):
        job = self.snippet("codequality")["ferrule"]
        self.configure()
        self.run_all(*job["script"])
        issues = json.loads((self.root / job["artifacts"]["reports"]["codequality"]).read_text())
        self.assertEqual(job["artifacts"]["when"], "always")
        issue, = issues
        self.assertIn(issue["severity"], ("info", "minor", "major", "critical", "blocker"))
        for name in ("description", "check_name", "fingerprint"):
            self.assertTrue(issue[name] and isinstance(issue[name], str))
        self.assertEqual(issue["location"], {"path": "src/own.cpp", "lines": {"begin": 7}})

    def test_junit(self):
        command, = SCRIPTS[0]
        self.configure()
        self.run_all(command)
        suites = ElementTree.parse(self.root / "ferrule.xml").getroot()
        self.assertEqual((suites.tag, suites.get("failures")), ("testsuites", "1"))
        for suite in suites:
            self.assertEqual((suite.tag, int(suite.get("tests"))), ("testsuite", len(suite.findall("testcase"))))
            for case in suite:
                self.assertTrue(case.get("name") and case.get("classname"))

    def test_reviewdog_and_codechecker(self):
        check, review = self.snippet("reviewdog")
        self.assertEqual(review["if"], "always()", "findings end a job before its next step")
        self.assertIn("--visible-only", check["run"])
        self.configure()
        kept = []
        for command in (check["run"], review["run"], *SCRIPTS[1]):
            self.run_all(command)
            if "reviewdog" in command:
                words = (self.kept / "reviewdog.words").read_text().splitlines()
                kept.append((words, (self.kept / "reviewdog.input").read_text()))
        (sarif, efm) = kept
        self.assertEqual(sarif[0], ["-f=sarif", "-reporter=github-pr-review"])
        self.assertEqual(problems_of(json.loads(sarif[1])), [])
        pattern, = [word.removeprefix("-efm=") for word in efm[0] if word.startswith("-efm=")]
        line, = efm[1].splitlines()
        read = re.match(of_errorformat(pattern), line).groupdict()
        self.assertEqual([read[name] for name in ("file", "line", "column", "type")], ["src/own.cpp", "7", "3", "w"])
        self.assertRegex(read["message"], r"^'own' .* \[ferrule-unguarded-shared-data\]$")

        words = (self.kept / "report-converter.words").read_text().split()
        self.assertEqual(words[:-1], ["-t", "clang-tidy", "-o", "reports"])
        finding, = clang_tidy_findings((self.root / words[-1]).read_text())
        report, = json.loads(self.run_one("ferrule check -p build --quiet --format json").stdout)["findings"]
        self.assertEqual((finding["file"], finding["check"]), ("src/own.cpp", "ferrule-unguarded-shared-data"))
        self.assertEqual([note["message"] for note in finding["notes"]],
                         [note["text"] for note in report["notes"]] + ["cure: " + cure for cure in report["cures"]])

    def test_a_hook_before_a_commit(self):
        (repository,) = self.snippet("hooks")
        hook, = repository["hooks"]
        self.assertEqual((repository["repo"], hook["language"]), ("local", "system"))
        self.configure()
        self.write("src/main.cpp", "// nothing\n" + MAIN)
        self.write("src/new.h", "")
        files = " README.md src/main.cpp src/new.h CMakeLists.txt"
        self.write("README.md", "")
        self.assertEqual(self.run_one(hook["entry"] + files).returncode, 0)
        self.write("src/own.cpp", OWN.replace("++own; return", "own += 2; return"))
        result = self.run_one(hook["entry"] + files + " src/own.cpp")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("'own'", result.stdout)

    def test_commands_in_the_text(self):
        self.assertEqual(len(COMMANDS), 2)
        self.configure()
        self.run_all("ferrule baseline -p build --output ferrule-baseline.json")
        for command in COMMANDS:
            result = self.run_one(command)
            self.assertEqual((result.returncode, result.stdout), (0, ""), f"{command}\n{result.stderr}")
        self.write("src/main.cpp", OWN.replace("own", "other").replace("void start", "static void begin") + MAIN.replace("start(); }", "begin(); start(); }"))
        for command in COMMANDS:
            result = self.run_one(command)
            self.assertEqual((result.returncode, result.stdout.count("warning:")), (1, 1), f"{command}\n{result.stdout}{result.stderr}")
            self.assertIn("'other'", result.stdout)

    def test_every_snippet_is_here(self):
        self.assertEqual((len(SNIPPETS), len(SCRIPTS)), (4, 2))


if __name__ == "__main__":
    unittest.main()
