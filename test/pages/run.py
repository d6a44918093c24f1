#!/usr/bin/env python3
"""Checks the programs in a rule's page.

usage: run.py --ferrule PROGRAM --work FOLDER [--flags FLAGS] docs/rules/RULE.md

Every ```cpp block under the heading "Reported" must have a finding of the rule that the page is named after, and every
one under "Silent" none of any rule, both in the profile 'default'. A page has at least one of each. Status 0 if so.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("FERRULE_NO_CACHE", "1")  # what is tested comes from the code at hand

BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FINDING = re.compile(r"\[ferrule-([a-z-]+)\]$", re.MULTILINE)


def blocks(text, heading):
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return BLOCK.findall(section[1]) if section else []


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--ferrule", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--flags", default="")
    parser.add_argument("page", type=Path)
    arguments = parser.parse_args()
    rule, text = arguments.page.stem, arguments.page.read_text()

    failed = False
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        for heading in ("Reported", "Silent"):
            programs = blocks(text, heading)
            if not programs:
                failed = True
                print(f"FAILED  the page has no program under '{heading}'")
            for number, program in enumerate(programs, 1):
                source = Path(folder) / f"{heading.lower()}_{number}.cpp"
                source.write_text(program)
                done = subprocess.run([arguments.ferrule, "check", source, "--", "-std=c++20",
                                       *shlex.split(arguments.flags)], capture_output=True, text=True)
                rules = FINDING.findall(done.stdout)
                right = (done.returncode == 1 and rule in rules) if heading == "Reported" else done.returncode == 0
                print(f"{'ok     ' if right else 'FAILED '} {heading} {number}: status {done.returncode}, "
                      f"{', '.join(rules) or 'no findings'}")
                if not right:
                    failed = True
                    print(done.stdout + done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
