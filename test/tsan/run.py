#!/usr/bin/env python3
"""Runs programs under a sanitizer and holds what it reports against what Ferrule says of the source.

usage: run.py [--compiler C++] [--flags FLAGS] [--work FOLDER] reject|accept SOURCE...
       run.py [--compiler C++] [--flags FLAGS] [--work FOLDER] --fixtures FOLDER drivers DRIVER...

All SOURCEs make one program, which gets "reject" or "accept" as its argument. ThreadSanitizer, unless a line
`// sanitizer: address` in the first source asks for AddressSanitizer, which sees what has dangled.
reject: there are reports; a race shows only when the threads meet, so the program gets several runs. accept: it ends with
status 0 and without a report.
drivers: each DRIVER makes a program with main.cpp, which does both. The fixture of the same name is in FOLDER, and every
line of it with a marker `expect:` or `known-miss:` is in a report, except:
  // unseen: TEXT: WHY       in the driver: the marked line with TEXT, which no run can show
  // expect: RULE            in the driver: its own markers stand for the fixture's, for what is seen where it is used
Status 0 if so, 1 if not, 2 if a program could not be built.
"""
import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 100  # at most: most races show in the first, some hardly ever on a busy machine
SECONDS = 60
SANITIZER = re.compile(r"^// sanitizer: (thread|address)$", re.MULTILINE)
SUMMARY = re.compile(r"^SUMMARY: \w+Sanitizer: .*$", re.MULTILINE)
MARKER = re.compile(r"// (?:expect|known-miss): [a-z]")
UNSEEN = re.compile(r"^// unseen: (.+): .+$", re.MULTILINE)
FLAGS = {"thread": [], "address": ["-fsanitize-recover=address"]}
# Functions that dangle alike may do so in one instruction of the library, and each is to be reported.
OPTIONS = {"TSAN_OPTIONS": "halt_on_error=0:report_thread_leaks=0",
           "ASAN_OPTIONS": "halt_on_error=0:suppress_equal_pcs=0:detect_leaks=0:detect_stack_use_after_return=1"}


def compile_program(arguments, sources, folder):
    chosen = SANITIZER.search(Path(sources[0]).read_text())
    sanitizer = f"-fsanitize={chosen[1] if chosen else 'thread'}"
    # Unoptimised: a read whose value nobody uses must stay.
    compiler = [arguments.compiler, "-std=c++20", "-O0", "-g", "-pthread", sanitizer,
                *FLAGS[chosen[1] if chosen else "thread"], *shlex.split(arguments.flags)]
    cache = [shutil.which("ccache")] if shutil.which("ccache") else []
    objects = [os.path.join(folder, f"{number}.o") for number in range(len(sources))]
    for source, compiled in zip(sources, objects):
        if subprocess.run([*cache, *compiler, "-c", source, "-o", compiled]).returncode != 0:
            return None
    program = os.path.join(folder, "program")
    return program if subprocess.run([*compiler, *objects, "-o", program]).returncode == 0 else None


def run_once(program, argument):
    """What the sanitizer says in one run, and the status (None if the program did not end in time)."""
    try:
        done = subprocess.run([program, argument], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=SECONDS,
                              env={**os.environ, **OPTIONS})
    except subprocess.TimeoutExpired as late:
        return (late.stderr or b"").decode(errors="replace"), None
    return done.stderr.decode(errors="replace"), done.returncode


def marked_lines(path, but_for=()):
    lines = enumerate(path.read_text().splitlines(), 1)
    return {f"{path.name}:{number}": line.strip() for number, line in lines
            if MARKER.search(line) and not any(text in line for text in but_for)}


def lines_to_confirm(driver, fixture):
    return marked_lines(driver) or marked_lines(fixture, UNSEEN.findall(driver.read_text()))


def confirm_reports(program, lines):
    missing, reported = set(lines), False
    for _ in range(RUNS):
        text, status = run_once(program, "reject")
        reported |= bool(SUMMARY.search(text))
        missing = {line for line in missing if not re.search(rf"/{re.escape(line)}\b", text)}
        if reported and not missing:
            return True
    print(f"rejected: in {RUNS} runs, last status {status}, no report" + (" of" if missing else ""))
    for place in sorted(missing):
        print(f"  {place}: {lines[place]}")
    return False


def confirm_silence(program):
    text, status = run_once(program, "accept")
    if status == 0 and not SUMMARY.search(text):
        return True
    print(f"accepted: status {status}\n{text}")
    return False


def judge_drivers(arguments):
    worst = 0
    for driver in map(Path, arguments.sources):
        started = time.monotonic()
        fixture = Path(arguments.fixtures) / driver.name
        with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
            program = compile_program(arguments, [driver, Path(__file__).parent / "main.cpp"], folder)
            if not program:
                return 2
            lines = lines_to_confirm(driver, fixture)
            fine = [confirm_reports(program, lines), confirm_silence(program)]
        worst = max(worst, 0 if all(fine) else 1)
        print(f"{driver.name}: {'confirmed' if all(fine) else 'NOT confirmed'}: {len(lines)} lines, "
              f"{time.monotonic() - started:.1f} s", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--compiler", default="clang++-22")
    parser.add_argument("--flags", default="")
    parser.add_argument("--fixtures")
    parser.add_argument("--work")
    parser.add_argument("expected", choices=["reject", "accept", "drivers"])
    parser.add_argument("sources", nargs="+")
    arguments = parser.parse_args()
    if arguments.expected == "drivers":
        return judge_drivers(arguments)

    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        program = compile_program(arguments, arguments.sources, folder)
        if not program:
            return 2
        fine = confirm_reports(program, {}) if arguments.expected == "reject" else confirm_silence(program)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
