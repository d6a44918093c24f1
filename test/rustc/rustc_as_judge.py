"""rustc as judge of Ferrule: random pairs of small programs, one in Rust and one in C++, must get the same verdict.

Prints every pair on which they disagree, as small as it can be made. Exit status: 0 if they agree on all, 1 if not, 2 if a
judge does not answer. docs/rustc_as_judge.md explains.
"""
import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from judges import Broken, Judges
from pairs import random_pair, smaller_pairs, write
from trees import Maker


def disagreement(pair, verdict):
    return verdict.disagreement(marked="marked" in pair.kinds())


def shrink(judges, pair, verdict):
    """The smallest pair found that still disagrees. Each round judges all steps at once."""
    for _ in range(40):
        steps = sorted(set(smaller_pairs(pair)), key=lambda step: (step.size(), repr(step)))
        steps = [step for step in steps if (step.size(), step.style, repr(step)) < (pair.size(), pair.style, repr(pair))]
        found = next(((step, one) for step, one in zip(steps, judges.judge(steps)) if disagreement(step, one)), None)
        if not found:
            break
        pair, verdict = found
    return pair, verdict


def show(pair, verdict):
    text = write(pair, "P")
    print(f"{disagreement(pair, verdict)}: {verdict.error}")
    print("  Rust")
    for line in text.rust:
        print(f"    {line}")
    print("  C++")
    for line in text.definitions + [text.asks]:
        print(f"    {line}")
    print(f"  {pair}", flush=True)


def narrow(judges, pairs):
    """The first of `pairs` with which a program does not compile: a mistake of the generator."""
    while len(pairs) > 1:
        half = pairs[:len(pairs) // 2]
        try:
            judges.judge(half)
            pairs = pairs[len(half):]
        except Broken:
            pairs = half
    return pairs[0]


def program(name):
    """Where it is: the judges work in a folder of their own."""
    found = shutil.which(name)
    if not found:
        raise argparse.ArgumentTypeError(f"'{name}' is not a program")
    return str(Path(found).absolute())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--batch", type=int, default=300, help="pairs that are judged in one go")
    parser.add_argument("--rustc", type=program, default="rustc")
    parser.add_argument("--compiler", type=program, default="clang++-22")
    parser.add_argument("--ferrule", type=program, required=True)
    parser.add_argument("--include", type=Path, default=Path(__file__).resolve().parents[2] / "runtime" / "include")
    parser.add_argument("--keep", help="a folder for the programs of the last batch")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ferrule-rustc-") as folder:
        work = Path(arguments.keep or folder).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            include = str(arguments.include.absolute())
            return run(arguments, Judges(arguments.rustc, arguments.compiler, arguments.ferrule, include, work))
        except Broken as broken:
            print(f"rustc_as_judge: {broken}", file=sys.stderr)
            return 2


def run(arguments, judges):
    maker = Maker(random.Random(arguments.seed), judges.version())
    counts, shown = Counter(), 0
    for start in range(0, arguments.pairs, arguments.batch):
        pairs = [random_pair(maker) for _ in range(min(arguments.batch, arguments.pairs - start))]
        try:
            verdicts = judges.judge(pairs)
        except Broken as broken:
            print(f"does not compile: {narrow(judges, pairs)}", file=sys.stderr)
            raise broken
        for pair, verdict in zip(pairs, verdicts):
            counts["accepted" if verdict.rustc else "rejected"] += 1
            if disagreement(pair, verdict):
                counts["disagreements"] += 1
                if shown < 20:
                    shown += 1
                    show(*shrink(judges, pair, verdict))
    print(f"seed {arguments.seed}: {arguments.pairs} pairs, rustc accepts {counts['accepted']} and rejects "
          f"{counts['rejected']}, {counts['disagreements']} disagreements")
    return 1 if counts["disagreements"] else 0


if __name__ == "__main__":
    sys.exit(main())
