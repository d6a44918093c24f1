#!/usr/bin/env python3
"""Compares `ferrule check` with the compiler's front end over the same compile database.

usage: check_cpu.py [-p BUILD] [--ferrule FILE] [--compiler NAME] [--rounds N] [--max-ratio R] [PATH…]

Runs both alternately, so that a change in the machine's load meets both, and prints the medians of CPU time (user and
system, children included), their ratio, and the peak memory of each. Status 1 if the ratio is above --max-ratio.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

WITH_OPERAND = {"-o", "-MF", "-MT", "-MQ", "-MJ"}
WITHOUT_OPERAND = {"-c", "-MD", "-MMD", "-MP", "-MG", "-M", "-MM"}


def front_end_command(entry, compiler):
    words = entry.get("arguments") or shlex.split(entry["command"])
    kept, skip = [], False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in WITH_OPERAND:
            skip = True
        elif word not in WITHOUT_OPERAND:
            kept.append(word)
    return [compiler, *kept, "-fsyntax-only", "-w", "-Wno-unknown-warning-option"], entry.get("directory", ".")


def measure(commands):
    """CPU seconds of all commands and the largest resident set of one, in MB."""
    seconds, peak = 0.0, 0
    for command, directory in commands:
        process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"'{shlex.join(command)}' ends with status {process.returncode}")
        seconds += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss // 1024)
    return seconds, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-p", dest="build", type=Path, default=Path("."))
    parser.add_argument("--ferrule", default="build/llvm-22/bin/ferrule")
    parser.add_argument("--compiler", default="clang++-22")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", default="1")
    parser.add_argument("--max-ratio", type=float)
    parser.add_argument("paths", nargs="*", help="only the units below these")
    arguments = parser.parse_args()

    database = arguments.build / "compile_commands.json" if arguments.build.is_dir() else arguments.build
    entries = json.loads(database.read_text())
    wanted = [str(Path(path).resolve()) for path in arguments.paths]
    if wanted:
        entries = [entry for entry in entries
                   if any(str((Path(entry["directory"]) / entry["file"]).resolve()).startswith(path) for path in wanted)]
    front_end = [front_end_command(entry, arguments.compiler) for entry in entries]
    ferrule = [([str(Path(arguments.ferrule).resolve()), "check", "--quiet", "-j", arguments.jobs, "-p",
                 str(database.resolve()), *wanted], ".")]

    theirs, ours = [], []
    for number in range(arguments.rounds):
        theirs.append(measure(front_end))
        ours.append(measure(ferrule))
        print(f"round {number + 1}: front end {theirs[-1][0]:.2f} s, ferrule {ours[-1][0]:.2f} s", flush=True)
    front_end_median = statistics.median(seconds for seconds, _ in theirs)
    ferrule_median = statistics.median(seconds for seconds, _ in ours)
    ratio = ferrule_median / front_end_median
    print(f"{len(entries)} units, medians of {arguments.rounds} rounds of CPU time:")
    print(f"  {arguments.compiler} -fsyntax-only: {front_end_median:.2f} s, at most {max(p for _, p in theirs)} MB a unit")
    print(f"  ferrule check: {ferrule_median:.2f} s, at most {max(p for _, p in ours)} MB for all")
    print(f"  ratio: {ratio:.2f}")
    return 1 if arguments.max_ratio is not None and ratio > arguments.max_ratio else 0


if __name__ == "__main__":
    sys.exit(main())
