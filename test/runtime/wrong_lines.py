#!/usr/bin/env python3
"""Holds a compiler's errors against the markers of a source: `WRONG(code)  // error: REGEX`, on one line or on several.

usage: wrong_lines.py INCLUDE COMPILER SOURCE... Compiles each SOURCE twice: without the wrong lines it must be free of errors
and warnings; with them (-DWITH_WRONG_LINES) each must be refused with a message like REGEX, and nothing else may be.
Prints what differs; status 1 if something does.
"""
import re
import subprocess
import sys
from pathlib import Path

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused"]
WRONG = re.compile(r"\bWRONG\(")
MARKER = re.compile(r"// error: (.+)$")
LEAD = re.compile(r"^In file included|^ +from |: In [a-z]+ |^[^ ].*: +(recursively )?required |: At global scope|^cc1plus")
ERROR = re.compile(r"^\S+?:\d+:\d+: (?:fatal )?error: ")


def expected(source):
    """What is expected by the line that says so, and that line for each line of the wrong code."""
    wanted, marker_of, begun = {}, {}, None
    for number, line in enumerate(source.read_text().splitlines(), 1):
        if WRONG.search(line) and not line.startswith("#"):
            begun = number
        if begun and (match := MARKER.search(line)):
            wanted[number] = match[1].strip()
            marker_of.update((covered, number) for covered in range(begun, number + 1))
            begun = None
    return wanted, marker_of


def compile_it(compiler, include, source, flags):
    limit = ["-ferror-limit=0"] if "clang" in compiler else []
    answer = subprocess.run([*compiler.split(), *FLAGS, *limit, *flags, f"-I{include}", str(source)], capture_output=True,
                            text=True)
    return answer.stderr


def groups(text, name):
    """The errors, each with what leads to it: before it (GCC, included files) and after. What names no line of the source goes
    with the error before."""
    found = [[]]
    for line in text.splitlines():
        if ERROR.match(line):
            before = found[-1]
            lead = len(before)
            while lead > 0 and LEAD.search(before[lead - 1]):
                lead -= 1
            found.append(before[lead:])
            del before[lead:]
        found[-1].append(line)
    joined = []
    for group in map("\n".join, found):
        if joined and not re.search(rf"{re.escape(name)}:\d", group):
            joined[-1] += "\n" + group
        elif group:
            joined.append(group)
    return joined


def problems_of(compiler, include, source):
    if said := compile_it(compiler, include, source, []):
        yield f"{source}: is not clean without its wrong lines:\n{said}"
        return
    wanted, marker_of = expected(source)
    refused = set()
    for group in groups(compile_it(compiler, include, source, ["-DWITH_WRONG_LINES"]), source.name):
        lines = map(int, re.findall(rf"{re.escape(source.name)}:(\d+)\b", group))
        marked = [marker_of[number] for number in lines if number in marker_of]
        if not marked:
            yield f"{source}: an error that no marker announces:\n{group}"
        elif re.search(wanted[marked[0]], group):
            refused.add(marked[0])
        elif marked[0] not in refused:
            yield f"{source}:{marked[0]}: is refused for another reason than '{wanted[marked[0]]}':\n{group}"
    for number in sorted(wanted.keys() - refused):
        yield f"{source}:{number}: no error like '{wanted[number]}'"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    include, compiler = sys.argv[1:3]
    problems = [problem for source in map(Path, sys.argv[3:]) for problem in problems_of(compiler, include, source)]
    print("\n".join(problems) or "every wrong line is refused, and only those")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
