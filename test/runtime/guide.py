#!/usr/bin/env python3
"""Compiles and runs the C++ programs of a page.

usage: guide.py INCLUDE FOLDER COMPILER PAGE
Each block marked ```cpp is a program. It must compile without warnings, end with status 0, and print the lines that its
`// prints: ` comments announce. FOLDER takes the sources and programs.
"""
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.S | re.M)


def problem_of(compiler, include, source):
    program = source.with_suffix("")
    flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-pthread", f"-I{include}", "-o", str(program)]
    built = subprocess.run([compiler, *flags, str(source)], capture_output=True, text=True)
    if built.returncode != 0:
        return f"does not compile:\n{built.stderr}"
    ran = subprocess.run([str(program)], capture_output=True, text=True, timeout=60)
    if ran.returncode != 0:
        return f"ends with status {ran.returncode}"
    for wanted in re.findall(r"// prints: (.*)$", source.read_text(), re.M):
        if wanted not in ran.stdout.splitlines():
            return f"does not print '{wanted}' but:\n{ran.stdout}"
    return None


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    include, folder, compiler, page = sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    text = page.read_text()
    blocks = list(BLOCK.finditer(text))
    problems = 0 if blocks else 1
    for match in blocks:
        line = text.count("\n", 0, match.start()) + 1
        source = folder / f"{page.stem}_{line}.cpp"
        source.write_text(match[1])
        problem = problem_of(compiler, include, source)
        if problem:
            print(f"{page}:{line}: {problem}")
            problems += 1
    print(f"{len(blocks)} programs, {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
