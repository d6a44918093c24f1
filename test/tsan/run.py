#!/usr/bin/env python3
"""Runs a program under a sanitizer and holds what it reports against what Ferrule says of the source.

usage: run.py [--compiler C++] [--flags FLAGS] [--fixture FILE] [--work FOLDER] reject|accept SOURCE...

All SOURCEs make one program, which gets "reject" or "accept" as its argument. ThreadSanitizer, unless a line
`// sanitizer: address` in the first source asks for AddressSanitizer, which sees what has dangled.
reject: there are reports, and every line of the fixture with a marker `expect:` is in one; a race shows only when the
threads meet, so the program gets several runs. accept: it ends with status 0 and without a report.
Status 0 if so, 1 if not, 2 if the program could not be built.
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
SANITIZER = re.compile(r"^// sanitizer: (thread|address)$", re.MULTILINE)
SUMMARY = re.compile(r"^SUMMARY: \w+Sanitizer: .*$", re.MULTILINE)
FLAGS = {"thread": [], "address": ["-fsanitize-recover=address"]}
OPTIONS = {"TSAN_OPTIONS": "halt_on_error=0:report_thread_leaks=0",
           "ASAN_OPTIONS": "halt_on_error=0:detect_leaks=0:detect_stack_use_after_return=1"}


def compile_program(arguments, program):
    chosen = SANITIZER.search(Path(arguments.sources[0]).read_text())
    sanitizer = chosen[1] if chosen else "thread"
    # Unoptimised: a read whose value nobody uses must stay.
    command = [arguments.compiler, "-std=c++20", "-O0", "-g", "-pthread", f"-fsanitize={sanitizer}", *FLAGS[sanitizer],
               *shlex.split(arguments.flags), *arguments.sources, "-o", program]
    return subprocess.run(command).returncode == 0


def run_once(program, argument):
    """What the sanitizer says in one run, and the status (None if the program did not end in time)."""
    try:
        done = subprocess.run([program, argument], capture_output=True, text=True, errors="replace", timeout=SECONDS,
                              env={**os.environ, **OPTIONS})
    except subprocess.TimeoutExpired:
        return "", None
    return done.stderr, done.returncode


def marked_lines(fixture):
    if not fixture:
        return set()
    lines = enumerate(Path(fixture).read_text().splitlines(), 1)
    return {f"{Path(fixture).name}:{number}" for number, line in lines if "expect:" in line}


def confirm_reports(program, fixture):
    missing, reported = marked_lines(fixture), False
    for _ in range(RUNS):
        text, status = run_once(program, "reject")
        reported |= bool(SUMMARY.search(text))
        missing = {line for line in missing if not re.search(rf"/{re.escape(line)}\b", text)}
        print("\n".join(SUMMARY.findall(text)))
        if reported and not missing:
            return 0
    print(f"in {RUNS} runs, last status {status}: " +
          (f"no report has {', '.join(sorted(missing))}" if reported else "no report"))
    return 1


def confirm_silence(program):
    text, status = run_once(program, "accept")
    print(text if SUMMARY.search(text) else f"no report, status {status}")
    return 0 if status == 0 and not SUMMARY.search(text) else 1


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--compiler", default="clang++-22")
    parser.add_argument("--flags", default="")
    parser.add_argument("--fixture")
    parser.add_argument("--work")
    parser.add_argument("expected", choices=["reject", "accept"])
    parser.add_argument("sources", nargs="+")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        program = os.path.join(folder, "program")
        if not compile_program(arguments, program):
            return 2
        if arguments.expected == "reject":
            return confirm_reports(program, arguments.fixture)
        return confirm_silence(program)


if __name__ == "__main__":
    sys.exit(main())
