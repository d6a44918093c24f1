#!/usr/bin/env python3
"""Holds SARIF reports against Microsoft's validator, GitHub's rules included: no error and no warning.

usage: validate_sarif.py --ferrule PROGRAM --validator PROGRAM --work FOLDER PROJECT

PROJECT is a CMake project that has findings. Status 77, and a line that says so, if the validator is not there.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from sarif_structure import problems_of

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

# The project has no home page yet; once CMake's project() names one, the SARIF does, too.
NO_HOME_PAGE = "SARIF2005"
BROKEN = "int broken( { return; }\n"
HARD = """\
#include <thread>
int größe = 0;  // NOLINT(ferrule-lock-oder)
void wörk() { /* 日本 */ ++größe; }  // NOLINT(bugprone-x)
int main() {
  int counter = 0;
  std::thread late([&counter] { ++counter; });  // NOLINT(ferrule-non-moved-capture): meant
  late.detach();
  std::thread first(wörk);
  ++größe;
  first.join();
}
"""


def hard_program(folder):
    """What the project has not: a unit that does not parse, names beyond ASCII, suppressions, fixes, blanks in paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a b%.cpp").write_text(HARD)
    (folder / "broken.cpp").write_text(BROKEN)
    entries = [{"directory": str(folder), "file": name, "arguments": ["g++", "-std=c++20", "-c", name]}
               for name in ("a b%.cpp", "broken.cpp")]
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return folder


def report(ferrule, folder, database, output):
    subprocess.run([ferrule, "check", "--quiet", "--profile", "strict", "-p", database, "--format", "sarif", "--output", output],
                   cwd=folder, stderr=subprocess.DEVNULL, check=False)
    return json.loads(output.read_text())


def complaints(validator, sarif):
    """What the validator says of the file, as 'level rule: text' lines."""
    log = sarif.with_suffix(".validated")
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([validator, "validate", sarif, "--rule-kind", "Sarif;Ghas", "--output", log, "--log", "ForceOverwrite"],
                          capture_output=True, text=True, env=environment, check=False)
    if not log.exists():
        raise SystemExit(f"the validator failed: {done.stdout}{done.stderr}")
    run = json.loads(log.read_text(encoding="utf-8-sig"))["runs"][0]
    rules = run["tool"]["driver"].get("rules", [])
    for result in run.get("results", []):
        rule = rules[result["ruleIndex"]] if "ruleIndex" in result else {}
        template = rule.get("messageStrings", {}).get(result["message"].get("id"), {}).get("text", result["message"].get("text", ""))
        for i, argument in enumerate(result["message"].get("arguments", [])):
            template = template.replace("{%d}" % i, argument)
        yield result.get("level", "warning"), f"{result['ruleId']}: {template}"
    for invocation in run.get("invocations", []):
        for notification in invocation.get("toolExecutionNotifications", []):
            yield notification.get("level", "warning"), notification["message"].get("text", "")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--ferrule", required=True)
    parser.add_argument("--validator", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("project", type=Path)
    arguments = parser.parse_args()
    if not arguments.validator.exists():
        print(f"NOT VALIDATED: '{arguments.validator}' is not there; 'tool/dev test' fetches it with npm where npm can reach its "
              "registry. The test 'cli' holds SARIF against our own check all the same.")
        return 77
    arguments.work.mkdir(parents=True, exist_ok=True)
    work = arguments.work.resolve()
    build = work / "build"
    subprocess.run(["cmake", "-S", arguments.project, "-B", build, "-G", "Ninja"], stdout=subprocess.DEVNULL, check=True)
    hard = hard_program(work / "hard program")
    failed = False
    for folder, database, name in ((arguments.project, build, "project.sarif"), (hard, hard, "hard.sarif")):
        document = report(arguments.ferrule, folder, database, work / name)
        results = document["runs"][0]["results"]
        said = [("error", "our own check: " + problem) for problem in problems_of(document)]
        said += complaints(arguments.validator, work / name)
        bad = [f"{level}: {text}" for level, text in said
               if level in ("error", "warning") and not text.startswith(NO_HOME_PAGE)]
        print(f"{name}: {len(results)} results, {len(bad)} errors and warnings")
        if any(text.startswith(NO_HOME_PAGE) for _, text in said):
            print(f"  not counted: {NO_HOME_PAGE}, the tool has no home page to name")
        print("".join(f"  {line}\n" for line in bad), end="")
        failed = failed or bool(bad) or not results
    document["runs"][0]["results"][0]["locations"] = []
    (work / "wrong.sarif").write_text(json.dumps(document))
    if not any(level == "error" and text.startswith("GH") for level, text in complaints(arguments.validator, work / "wrong.sarif")):
        print("a result without a place passes: GitHub's rules are not on")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
