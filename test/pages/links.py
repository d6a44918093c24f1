#!/usr/bin/env python3
"""Every relative link in the repository's Markdown leads to a file.

usage: links.py ROOT. Prints the links that lead nowhere; status 1 if there is one.
"""
import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def broken_links(root):
    for page in sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")]):
        for target in LINK.findall(page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: '{target}' is not there"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    broken = list(broken_links(Path(sys.argv[1])))
    print("\n".join(broken) or "every link leads somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
