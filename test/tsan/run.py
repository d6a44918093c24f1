#!/usr/bin/env python3
"""Runs a program under ThreadSanitizer and compares what it reports with what its source says.

usage: run.py [--compiler C++] [--flags FLAGS] [--work FOLDER] race|clean SOURCE...

All SOURCEs make one program. `race`: at least one report; a race shows only when the threads meet, so the program gets
several runs. `clean`: it ends with status 0 and without a report. A line `// flags: ...` in the first source adds
compiler flags. Status 0 if it is as said, 1 if not, 2 if it could not be built.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 10
SECONDS = 60
FLAGS = re.compile(r"^//\s*flags:\s*(.*)$", re.MULTILINE)
REPORT = re.compile(r"^WARNING: ThreadSanitizer: .*$|^SUMMARY: ThreadSanitizer: .*$", re.MULTILINE)


def compile_program(arguments, program):
    own_flags = FLAGS.search(Path(arguments.sources[0]).read_text())
    command = [arguments.compiler, "-std=c++20", "-O1", "-g", "-fsanitize=thread", "-pthread",
               *shlex.split(arguments.flags), *shlex.split(own_flags[1] if own_flags else ""),
               *arguments.sources, "-o", program]
    return subprocess.run(command).returncode == 0


def run_once(program):
    """The reports of one run, and its status (None if it did not end in time)."""
    options = "halt_on_error=0:detect_deadlocks=0:report_thread_leaks=0:" + os.environ.get("TSAN_OPTIONS", "")
    try:
        done = subprocess.run([program], capture_output=True, text=True, errors="replace", timeout=SECONDS,
                              env={**os.environ, "TSAN_OPTIONS": options})
    except subprocess.TimeoutExpired:
        return [], None
    return REPORT.findall(done.stderr), done.returncode


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--compiler", default="clang++-22")
    parser.add_argument("--flags", default="")
    parser.add_argument("--work")
    parser.add_argument("expected", choices=["race", "clean"])
    parser.add_argument("sources", nargs="+")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        program = os.path.join(folder, "program")
        if not compile_program(arguments, program):
            return 2
        if arguments.expected == "clean":
            reports, status = run_once(program)
            print("\n".join(reports) or f"no report, status {status}")
            return 0 if status == 0 and not reports else 1
        for _ in range(RUNS):
            reports, status = run_once(program)
            if reports:
                print("\n".join(reports))
                return 0
        print(f"no report in {RUNS} runs, last status {status}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
