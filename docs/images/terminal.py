#!/usr/bin/env python3
"""Draws text with colours, as a terminal shows it, as an SVG.

usage: ferrule check --color always ... | docs/images/terminal.py COMMAND > docs/images/finding.svg
"""
import html
import re
import sys

CELL, LINE, MARGIN, SIZE = 8.4, 19, 16, 14
BACKGROUND, FOREGROUND = "#1e1e2a", "#d8d8e0"
HUES = {"31": "#ff6b6b", "32": "#7bd88f", "33": "#f2c14e", "35": "#d38bff", "36": "#5cc8e0"}
PIECE = re.compile(r"\x1b\[([0-9;]*)m|([^\x1b]+)")


def style(codes, current):
    hue, bold = current
    for code in codes.split(";"):
        if code in ("", "0"):
            hue, bold = FOREGROUND, False
        elif code == "1":
            bold = True
        else:
            hue = HUES.get(code, hue)
    return hue, bold


def draw(lines):
    width = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines) * CELL + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
           f'height="{height:.0f}" font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" '
           f'font-size="{SIZE}" xml:space="preserve">')
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    current = (FOREGROUND, False)
    for number, line in enumerate(lines):
        column, y = 0, MARGIN + number * LINE + SIZE
        for codes, text in PIECE.findall(line):
            if not text:
                current = style(codes, current)
                continue
            hue, bold = current
            weight = ' font-weight="bold"' if bold else ""
            # The length holds the columns in place whatever font the reader has.
            if text.strip():
                yield (f'<text x="{MARGIN + column * CELL:.1f}" y="{y}" fill="{hue}"{weight} '
                       f'textLength="{len(text) * CELL:.1f}" lengthAdjust="spacingAndGlyphs">{html.escape(text)}</text>')
            column += len(text)
    yield "</svg>"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = [f"\x1b[32m$\x1b[0m {sys.argv[1]}"] + sys.stdin.read().expandtabs(8).rstrip("\n").split("\n")
    print("\n".join(draw(lines)))


if __name__ == "__main__":
    main()
