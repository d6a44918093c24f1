#!/usr/bin/env python3
"""Holds the include table of docs/architecture.md: which folder may include what.

usage: include_table.py ROOT. Prints each include that breaks the table; status 1 if there is one.
"""
import re
import sys
from pathlib import Path

STD = re.compile(r"[a-z_0-9]+(\.h)?$")  # <vector>, <pthread.h>: no folder in the name
JSON = re.compile(r"nlohmann/")
CLANG = re.compile(r"(clang|llvm|clang-tidy)/")


def own(*folders):
    return re.compile("(" + "|".join(re.escape(f) for f in folders) + ")/")


# The first folder that holds a file decides.
TABLE = [
    ("runtime/include/ferrule", [STD, own("ferrule"), re.compile("(sys|linux)/")]),
    ("checks/model", [STD, own("checks/model")]),
    ("checks/facts", [STD, CLANG, own("checks/model", "checks/facts")]),
    ("checks/knowledge", [STD, JSON, own("checks/model", "checks/knowledge")]),
    ("checks/program", [STD, own("checks/model", "checks/program")]),
    # Heap and calls are solved together, so each may include the other.
    ("checks/heap", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/heap", "checks/calls")]),
    ("checks/calls", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/heap", "checks/calls")]),
    ("checks/flow", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/heap", "checks/calls", "checks/flow")]),
    ("checks/detect", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/heap", "checks/calls", "checks/flow", "checks/detect")]),
    ("checks/types", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/flow", "checks/types")]),
    ("checks/store", [STD, re.compile("llvm/(Support|ADT)/"), own("checks/model", "checks/store")]),
    ("checks/rules", [STD, own("checks/model", "checks/knowledge", "checks/program", "checks/flow", "checks/detect", "checks/types", "checks/rules")]),
    ("tool/source", [STD, own("tool/source")]),
    ("tool/report", [STD, JSON, re.compile("llvm/(ADT|Support)/"), own("checks/model", "tool/source", "tool/report")]),
    ("tool/suppress", [STD, own("checks/model", "tool/source", "tool/suppress")]),
    ("tool/host", [STD, CLANG, own("checks", "tool/host", "tool/suppress")]),
    ("tool/tidy", [STD, CLANG, own("checks", "tool/tidy", "tool/host", "tool/suppress")]),
    ("tool/clang", [STD, CLANG, own("checks", "tool/clang", "tool/host", "tool/suppress")]),
    ("tool/cache", [STD, re.compile("llvm/(Support|ADT)/"), re.compile("sys/"), own("checks/model", "checks/store", "tool/cache")]),
    ("tool/cli", [STD, JSON, CLANG, re.compile("sys/"), own("checks", "tool/cache", "tool/cli", "tool/report", "tool/source", "tool/suppress")]),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def broken_includes(root):
    for folder, allowed in TABLE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".hpp", ".cpp"):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if match and not any(pattern.match(match[1]) for pattern in allowed):
                    yield f"{path.relative_to(root)}:{number}: '{match[1]}' must not be included in {folder}/"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    broken = list(broken_includes(Path(sys.argv[1])))
    print("\n".join(broken) or "every include is in the table")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
