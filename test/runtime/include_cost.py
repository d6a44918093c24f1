#!/usr/bin/env python3
"""What including a header of the runtime costs, beside <thread> + <mutex> + <memory>.

usage: include_cost.py check INCLUDE PAGE COMPILER...
           Status 1 if a header of the runtime includes, over whatever path, one of the std headers that it was written
           to avoid, or if PAGE does not list each header.
       include_cost.py measure [--rounds N] INCLUDE PAGE COMPILER...
           Measures (user time of -fsyntax-only, alternating runs, medians) and rewrites the table of PAGE.
"""
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BASE = ["thread", "mutex", "memory"]
GOAL = 4 / 3
# What made the headers expensive. A program that wants one of these includes it itself.
AVOIDED = {"algorithm", "any", "chrono", "condition_variable", "format", "functional", "fstream", "future", "iostream",
           "map", "memory", "mutex", "ranges", "regex", "set", "sstream", "thread", "unordered_map"}
ALLOWED = {"ferrule.h": {"chrono"}}  # the umbrella's users write 10ms
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.S)


def headers(include):
    return sorted(path.name for path in (include / "ferrule").glob("*.h"))


def source_of(includes, folder):
    path = Path(folder) / "one.cpp"
    path.write_text("".join(f"#include <{name}>\n" for name in includes))
    return path


def run(compiler, include, path, *more):
    command = compiler.split() + ["-std=c++20", f"-I{include}", "-fsyntax-only", *more, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def avoided_includes(compiler, include, header, folder):
    """The std headers that a header of ours includes itself, as -H tells by its dots."""
    parents = {}
    for line in run(compiler, include, source_of([f"ferrule/{header}"], folder), "-H").stderr.splitlines():
        match = re.match(r"(\.+) (\S+)$", line)
        if not match:
            continue
        depth, path = len(match[1]), Path(match[2])
        parents[depth] = path
        parent = parents.get(depth - 1)
        if parent is None or "ferrule" not in parent.parts[-3:]:
            continue
        if path.name in AVOIDED - ALLOWED.get(parent.name, set()):
            yield f"'{parent.name}' includes <{path.name}>, which is too expensive"


def check(include, page, compilers):
    problems = set()
    with tempfile.TemporaryDirectory() as folder:
        for header in headers(include):
            if f"| `{header}` |" not in page.read_text():
                problems.add(f"'{page.name}' has no row for '{header}'")
            for compiler in compilers:
                problems.update(avoided_includes(compiler, include, header, folder))
    print("\n".join(sorted(problems)) or "no header includes more than it needs")
    return 1 if problems else 0


def user_seconds(compiler, include, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run(compiler, include, path)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(include, page, compilers, rounds):
    wanted = {"the three std headers": BASE} | {name: [f"ferrule/{name}"] for name in headers(include)}
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for compiler in compilers:
                for name, includes in wanted.items():
                    times.setdefault((name, compiler), []).append(
                        user_seconds(compiler, include, source_of(includes, folder)))
    middle = {key: statistics.median(values) for key, values in times.items()}
    lines = ["| header | " + " | ".join(f"{c}, s | ratio" for c in compilers) + " |",
             "|---|" + "---|---|" * len(compilers)]
    worst = 0
    for name in wanted:
        cells = []
        for compiler in compilers:
            ratio = middle[name, compiler] / middle["the three std headers", compiler]
            worst = max(worst, ratio)
            cells.append(f"{middle[name, compiler]:.2f} | {ratio:.2f}")
        shown = f"`{name}`" if name.endswith(".h") else name
        lines.append(f"| {shown} | " + " | ".join(cells) + " |")
    page.write_text(TABLE.sub("\n".join(lines) + "\n", page.read_text()))
    print(f"the most expensive header costs {worst:.2f} of the three std headers; the goal is {GOAL:.2f}")
    return 0


def main():
    arguments = sys.argv[1:]
    rounds = 9
    if "--rounds" in arguments:
        at = arguments.index("--rounds")
        rounds = int(arguments[at + 1])
        del arguments[at:at + 2]
    if len(arguments) < 4 or arguments[0] not in ("check", "measure"):
        sys.exit(__doc__)
    include, page, compilers = Path(arguments[1]).resolve(), Path(arguments[2]), arguments[3:]
    return check(include, page, compilers) if arguments[0] == "check" else measure(include, page, compilers, rounds)


if __name__ == "__main__":
    sys.exit(main())
