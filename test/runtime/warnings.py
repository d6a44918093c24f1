#!/usr/bin/env python3
"""Holds Clang's warnings against the markers of a source: `// warns: -Wgroup[, -Wgroup...]` on the line itself.

usage: warnings.py INCLUDE COMPILER SOURCE... Prints each warning that is missing or too many; status 1 if there is one.
A source without markers must be free of warnings.
"""
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wthread-safety", "-Wconsumed", "-Wdangling",
         "-Wno-unused-function", "-Wno-unused-member-function", "-Wno-unused-variable"]
# A dropped value is in one group or the other, by whether its type or its function says so, and by the version.
SAME_GROUP = {"-Wunused-value": "-Wunused-result"}
MARKER = re.compile(r"// warns: (.+)$")
WARNING = re.compile(r"^(.+?):(\d+):\d+: (warning|error|fatal error): (.*?)(?: \[(-W[^\]]+)\])?$")


def expected(source):
    return Counter((number, group.strip()) for number, line in enumerate(source.read_text().splitlines(), 1)
                   if (match := MARKER.search(line)) for group in match[1].split(","))


def found(compiler, include, source):
    answer = subprocess.run(compiler.split() + FLAGS + [f"-I{include}", str(source)], capture_output=True, text=True)
    warnings, texts = Counter(), {}
    for line in answer.stderr.splitlines():
        match = WARNING.match(line)
        if not match:
            continue
        place = int(match[2]) if Path(match[1]) == source else f"{match[1]}:{match[2]}"
        key = (place, SAME_GROUP.get(match[5], match[5]) or match[3])
        warnings[key] += 1
        texts[key] = match[4]
    return warnings, texts


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    include, compiler = sys.argv[1:3]
    problems = 0
    for source in map(Path, sys.argv[3:]):
        wanted = expected(source)
        warnings, texts = found(compiler, include, source)
        for place, group in (wanted - warnings).elements():
            print(f"{source}:{place}: no warning of {group}")
            problems += 1
        for place, group in (warnings - wanted).elements():
            print(f"{source}:{place}: {group} that no marker announces: {texts[place, group]}")
            problems += 1
    print(f"{problems} warnings differ from the markers" if problems else "every warning is as announced")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
