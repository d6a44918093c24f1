#!/usr/bin/env python3
"""Compares the findings in a CMake project with a list of them.

usage: compare.py --ferrule PROGRAM --work BUILD-FOLDER PROJECT LIST

LIST has one finding a line: rule, file (relative to PROJECT) and the source line that it points at, separated by two
spaces or more; a '#' starts a comment. Status 0 if findings and list are the same.
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

FINDING = re.compile(r"^([^:\n]+):(\d+):\d+: (?:warning|error): .* \[ferrule-([a-z-]+)\]$", re.MULTILINE)


def listed(path):
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return sorted(tuple(re.split(r"\s{2,}", line, maxsplit=2)) for line in lines if line)


def found(text, project):
    results = []
    for file, line, rule in FINDING.findall(text):
        source = (project / file).resolve()
        results.append((rule, str(source.relative_to(project)), source.read_text().splitlines()[int(line) - 1].strip()))
    return sorted(results)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--ferrule", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("project", type=Path)
    parser.add_argument("list", type=Path)
    arguments = parser.parse_args()

    project = arguments.project.resolve()
    subprocess.run(["cmake", "-S", project, "-B", arguments.work, "-G", "Ninja"], stdout=subprocess.DEVNULL, check=True)
    done = subprocess.run([arguments.ferrule, "check", "-p", arguments.work], capture_output=True, text=True, cwd=project)
    expected, actual = listed(arguments.list), found(done.stdout, project)
    for finding in expected:
        if finding not in actual:
            print("missing:    " + "  ".join(finding))
    for finding in actual:
        if finding not in expected:
            print("unexpected: " + "  ".join(finding))
    if expected == actual and done.returncode == 1:
        print(f"all {len(expected)} findings, and no others")
        return 0
    print(f"status {done.returncode}\n{done.stdout}{done.stderr}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
