"""Asks rustc, the C++ compiler and Ferrule about many pairs at once."""
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pairs import write

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

HERE = Path(__file__).resolve().parent
# Kinds of questions that rustc answers in different stages: an error in one hides what a later one would say.
STAGES = (("trait",), ("type", "closure", "spawn", "scope"))
RULES = {"non-send-crossing", "non-sync-sharing"}
# The same question where the language already says no, so that the analyser is asked as well.
UNREFUSED = """
struct Unrefused {} unrefused;
template <ferrule::Send T> void demand_send() {}
template <ferrule::Sync T> void demand_sync() {}
namespace ferrule {
template <class T> void assert_send(Unrefused) { (void)sizeof(T); }
template <class T> void assert_sync(Unrefused) { (void)sizeof(T); }
}
"""


class Broken(Exception):
    """A program that should be judged does not compile for another reason, or a judge does not answer."""


@dataclass(frozen=True)
class Verdict:
    """True is accepted. `language` is the runtime's constant: "No", "Unknown", "Yes", or "" where none is asked.
    `compiler` is what the compiler does with the user's own line, `analyser` what Ferrule finds: None where it cannot be
    asked because the compiler refuses."""

    rustc: bool
    language: str
    compiler: bool
    analyser: "bool | None"
    error: str = ""  # rustc's first

    @property
    def ferrule(self):
        return self.compiler and self.analyser is not False

    def disagreement(self, marked):
        """In words, "" if there is none. Macros (`marked`) are for the analyser; the language cannot see them."""
        says = lambda accepts: "accepts" if accepts else "rejects"
        if self.analyser is not None and self.analyser != self.rustc:
            return f"rustc {says(self.rustc)}, the analyser {says(self.analyser)}"
        if self.ferrule != self.rustc:
            return f"rustc {says(self.rustc)}, the compiler {says(self.compiler)}"
        if self.language == "Yes" and not self.rustc and not marked:
            return "rustc rejects, the runtime's traits say Yes"
        return ""


@dataclass
class Judges:
    """The programs that answer, and where they work."""

    rustc: str
    compiler: str
    ferrule: str
    include: str
    work: Path

    def judge(self, pairs):
        """One Verdict for each pair."""
        texts = [write(pair, f"P{number}") for number, pair in enumerate(pairs)]
        errors = {}
        for stage in STAGES:
            of_stage = [number for number, pair in enumerate(pairs) if pair.form in stage]
            if of_stage:
                errors.update(self._rustc(of_stage, texts))
        language, refused = self._compiler(texts)
        found = self._ferrule(texts, refused)
        verdicts = []
        for number, text in enumerate(texts):
            answered = number not in refused or text.asks_unrefused
            verdicts.append(Verdict(number not in errors, language.get(number, ""), number not in refused,
                                    number not in found if answered else None, errors.get(number, "")))
        return verdicts

    def version(self):
        """Of rustc, as numbers."""
        text = self._run([self.rustc, "--version"]).stdout
        return tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))

    def _run(self, command):
        return subprocess.run(command, capture_output=True, text=True, cwd=self.work, check=False)

    def _source(self, name, lines):
        path = self.work / name
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def _rustc(self, numbers, texts):
        lines = (HERE / "prelude.rs").read_text().splitlines()
        owner = {}
        for number in numbers:
            lines += texts[number].rust
            owner[len(lines)] = number
        path = self._source("pairs.rs", lines)
        result = self._run([self.rustc, "--edition", "2021", "--crate-type", "lib", "--emit", "metadata", "-A", "warnings",
                            "--error-format", "json", "-o", "pairs.rmeta", path])
        errors = {}
        for line in result.stderr.splitlines():
            message = json.loads(line)
            if message["level"] not in ("error", "error: internal compiler error") or not message["spans"]:
                continue
            at = next(span["line_start"] for span in message["spans"] if span["is_primary"])
            code = (message["code"] or {}).get("code")
            if code != "E0277" or at not in owner:
                raise Broken(f"rustc: {message['rendered']}")
            errors.setdefault(owner[at], message["message"])
        if result.returncode not in (0, 1) or bool(errors) != bool(result.returncode):
            raise Broken(f"rustc ends with {result.returncode}: {result.stderr[:2000]}")
        return errors

    def _cpp(self, texts, asks):
        """The C++ program, and which pair each line that asks belongs to."""
        lines = ['#include "prelude.h"'] + UNREFUSED.splitlines()
        owner = {}
        for number, text in enumerate(texts):
            lines += text.definitions
            for line in asks(number, text):
                lines.append(line)
                owner[len(lines)] = number
        return lines, owner

    def _flags(self):
        return ["-std=c++20", f"-I{HERE}", f"-I{self.include}", "-Wno-everything", "-fbracket-depth=1024",
                "-ftemplate-depth=4096"]

    def _errors(self, lines):
        """Line numbers that the C++ compiler refuses, with its words."""
        path = self._source("compiler.cpp", lines)
        result = self._run([self.compiler, "-fsyntax-only", "-ferror-limit=0", "-fno-caret-diagnostics",
                            "-fno-color-diagnostics", "-ftemplate-backtrace-limit=0", *self._flags(), path])
        errors, pending = {}, ""
        for line in result.stderr.splitlines():
            at = re.match(r"(.*?):(\d+):\d+: (fatal error|error|note): (.*)", line)
            if not at:
                continue
            in_source = at[1] == path
            if at[3] != "note":
                if pending:
                    raise Broken(f"the compiler: {pending}")
                pending = "" if in_source else line
                if in_source:
                    errors[int(at[2])] = line
            elif pending and in_source:
                # An error in a header belongs to the line that asked for it.
                errors[int(at[2])] = pending
                pending = ""
        if pending or bool(errors) != bool(result.returncode):
            raise Broken(f"the compiler: {pending or result.stderr[:2000]}")
        return errors

    def _compiler(self, texts):
        """The language's answer for each pair that asks for one, and the pairs that the compiler refuses as they stand."""
        lines, owner = self._cpp(texts, lambda _, text: [*text.verdicts, text.asks])
        failed, refused = {}, set()
        for at, words in self._errors(lines).items():
            line = lines[at - 1]
            if at not in owner or not re.search(r"static assertion|no matching|constraints not satisfied", words):
                raise Broken(f"the compiler: {words}\n{line}")
            if line in texts[owner[at]].verdicts:
                failed.setdefault(owner[at], []).append("!= ferrule::Verdict::No" in line)
            else:
                refused.add(owner[at])
        answers = {}
        for number, text in enumerate(texts):
            if text.verdicts:
                answers[number] = "Yes" if number not in failed else "No" if any(failed[number]) else "Unknown"
        # A template is instantiated once: of several lines that ask the same, only the first has the error.
        refused.update(number for number, answer in answers.items() if answer == "No")
        return answers, refused

    def _ferrule(self, texts, refused):
        lines, owner = self._cpp(texts, lambda number, text: [text.asks_unrefused if number in refused else text.asks])
        path = self._source("pairs.cpp", lines)
        result = self._run([self.ferrule, "check", "--profile", "strict", "--format", "json", path, "--", *self._flags()])
        if result.returncode not in (0, 1):
            raise Broken(f"ferrule ends with {result.returncode}: {result.stderr[:2000]}")
        found = set()
        for finding in json.loads(result.stdout)["findings"]:
            if finding["rule"] not in RULES:
                continue
            # Where many findings have one cause they become one, and the others are notes.
            for at in [finding, *finding["notes"]]:
                if Path(at["file"]).name == "pairs.cpp" and at["line"] in owner:
                    found.add(owner[at["line"]])
        return found

