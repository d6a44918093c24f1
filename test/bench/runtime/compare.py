#!/usr/bin/env python3
"""Runs the runtime's benchmarks and Rust's in turns, and prints medians, quartiles and ratios.

usage: compare.py --cpp PROGRAM [--rust PROGRAM] [--rounds N] [--rows REGEX] [--who REGEX] [--regime quiet|busy|both] [--json FILE]

In a round each row runs once with everybody, one after the other, so that what disturbs the machine disturbs all alike.
The ratios are of times: below 1, the first is faster. "busy" keeps one core occupied by a loop meanwhile.
Exit status: 0, or 2 if a program fails or has nothing to say.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from collections import defaultdict

LOOP = "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"


def run(command, scale):
    environment = dict(os.environ, FERRULE_BENCH_SCALE=str(scale))
    try:
        result = subprocess.run(command, capture_output=True, text=True, env=environment)
    except OSError as problem:
        sys.exit(f"compare.py: '{command[0]}' cannot be run: {problem.strerror}")
    if result.returncode != 0:
        sys.exit(f"compare.py: '{command[0]}' ends with status {result.returncode}: {result.stderr.strip()[-300:]}")
    return result.stdout


def cpp_rows(program, scale, wanted):
    listed = run([program, "--benchmark_list_tests=true"], scale).split()
    rows = defaultdict(list)
    for name in listed:
        row, who, *_ = name.split("/")
        if who not in rows[row] and re.search(wanted, who):
            rows[row].append(who)
    return rows


def measure_cpp(program, row, who, scale):
    pattern = "^" + re.escape(f"{row}/{who}/")
    told = json.loads(run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"], scale))
    return told["benchmarks"][0]["real_time"]


def measure_rust(program, row, scale):
    words = run([program, row], scale).split()
    return float(words[1]) if len(words) == 2 else None


def save(options, samples):
    if options.json:
        with open(options.json, "w") as out:
            json.dump(samples, out, indent=1)


def measure(options, rows, samples, regime):
    times = samples[regime] = defaultdict(lambda: defaultdict(list))
    for round_number in range(options.rounds):
        print(f"round {round_number + 1} of {options.rounds}", file=sys.stderr, end="\r")
        for row, names in rows.items():
            if options.rust and (time := measure_rust(options.rust, row, options.scale)) is not None:
                times[row]["rust"].append(time)
            for who in names:
                times[row][who].append(measure_cpp(options.cpp, row, who, options.scale))
        save(options, samples)  # what was measured is kept if the next round is cut off
    print(file=sys.stderr)
    return times


def quartiles(samples):
    if len(samples) < 2:
        return samples[0], samples[0], samples[0]
    low, middle, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, middle, high


def number(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(times):
    lines = ["| row | Rust's std | ferrule | ratio | others (ratio to Rust's std) |", "|---|---|---|---|---|"]
    for row, by_name in times.items():
        cells = {name: quartiles(samples) for name, samples in by_name.items()}
        base = cells.get("rust")
        told = lambda name: f"{number(cells[name][1])} [{number(cells[name][0])}–{number(cells[name][2])}]" if name in cells else "–"
        ratio = f"{cells['ferrule'][1] / base[1]:.2f}" if base and "ferrule" in cells else "–"
        others = ", ".join(f"{name} {number(cells[name][1])}" + (f" ({cells[name][1] / base[1]:.2f})" if base else "")
                           for name in cells if name not in ("rust", "ferrule"))
        lines.append(f"| {row} | {told('rust')} | {told('ferrule')} | {ratio} | {others} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cpp", required=True)
    parser.add_argument("--rust")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--rows", default="", help="only the rows that match")
    parser.add_argument("--who", default="", help="of the C++ program only those that match, as 'ferrule'")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of operations in a batch")
    parser.add_argument("--regime", choices=["quiet", "busy", "both"], default="both")
    parser.add_argument("--json", help="where to write all samples")
    options = parser.parse_args()
    rows = {row: names for row, names in cpp_rows(options.cpp, options.scale, options.who).items() if re.search(options.rows, row)}
    if not rows:
        sys.exit(f"compare.py: no row matches '{options.rows}'")
    samples = {}
    for regime in ["quiet", "busy"] if options.regime == "both" else [options.regime]:
        busy = subprocess.Popen([sys.executable, "-c", LOOP]) if regime == "busy" else None
        try:
            measure(options, rows, samples, regime)
        finally:
            if busy:
                busy.kill()
        print(f"\n{regime}: nanoseconds per operation, median [quartiles] of {options.rounds} rounds\n\n{table(samples[regime])}")


if __name__ == "__main__":
    try:
        main()
    except SystemExit as stop:
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
            sys.exit(2)
        raise
