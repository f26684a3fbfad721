"""Distances and coverage beside pandana and networkx, in one run: ``python -m benchmarks.coverage``.

Each method runs alone in a process of its own, one after the other, on the same network of 50,000 homes and 100 services of four
kinds. Prints Markdown tables of seconds and memory, and of what putting places on corners in place of edges costs in metres.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.coverage.places import WUHAN

#: The environment that pandana stands in; ``make bench`` makes it.
PEERS = Path(sys.prefix) / "peers" / "bin" / "python"
#: Services farther than this are not looked for by the peers, metres; gridplan looks for them at any distance.
LIMIT_M = 10_000.0
STEPS = (300, 500, 1000)

Clock = dict[str, float]


def run(words: list[str], target: str, limit_s: float) -> Clock | str:
    """The seconds and memory that the program writes beside ``target``, or why there are none."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"not done after {limit_s:.0f} s"
    if done.returncode:
        return done.stderr.strip().splitlines()[-1][:80] if done.stderr.strip() else f"exit {done.returncode}"
    clock: Clock = json.loads(Path(f"{target}.json").read_text())
    return clock


def row(place: str, method: str, clock: Clock | str, first: Clock) -> str:
    if isinstance(clock, str):
        return f"| {place} | {method} | {clock} | | | | | | |"
    table = clock.get("table", 0.0)
    total = clock["distances"] + table
    ratio = clock["cpu"] / first["cpu"]
    seconds = f"{clock['network']:.1f} | {clock['distances']:.1f} | {table:.1f} | {total:.1f} | {clock['cpu']:.1f} | {ratio:.1f}"
    return f"| {place} | {method} | {seconds} | {clock['mib']:,.0f} |"


def accuracy(place: str, method: str, exact: np.ndarray, found: np.ndarray) -> str:
    """How far the distances of ``method`` are off, and how many pairs of home and kind are on the other side of a limit."""
    near = (exact <= 2000) & np.isfinite(found)
    off = np.abs(found[near] - exact[near])
    wrong = [f"{int(((exact <= step) != (found <= step)).sum()):,} ({int((exact <= step).sum()):,})" for step in STEPS]
    return f"| {place} | {method} | {np.median(off):.0f} | {np.percentile(off, 95):.0f} | {off.max():.0f} | {' | '.join(wrong)} |"


def print_table(heads: str, rows: list[str]) -> None:
    print(f"\n| {heads} |", "|---" * (heads.count("|") + 1) + "|", *rows, sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", default=["city", "wuhan"], help="city (a million edges), city:CORNERS, wuhan")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=str(PEERS), help="Python of the environment that pandana stands in")
    parser.add_argument("--without", action="append", default=[], choices=("pandana", "networkx"))
    parser.add_argument("--limit", type=float, default=600.0, help="seconds that a method may take")
    options = parser.parse_args()
    seconds, metres = [], []
    for place in options.places:
        if place == "wuhan" and not WUHAN.exists():
            print("wuhan is left out: its streets are not beside the repository")
            continue
        with tempfile.TemporaryDirectory() as folder:
            exact, given = f"{folder}/ours.npy", f"{folder}/in.npz"
            first = run(
                [sys.executable, "-m", "benchmarks.coverage.ours", place, str(options.seed), exact, given], exact, options.limit
            )
            if isinstance(first, str):
                print(f"{place}: {first}")
                continue
            name = f"{place}, {first['edges']:,} edges"
            seconds.append(row(name, "gridplan", first, first))
            program = str(Path(__file__).with_name("by_nodes.py"))
            for method, python in (("pandana", options.peers), ("networkx", sys.executable)):
                if method in options.without or not Path(python).exists():
                    continue
                clock = run(
                    [python, program, method, given, f"{folder}/{method}.npy", str(LIMIT_M)],
                    f"{folder}/{method}.npy",
                    options.limit,
                )
                seconds.append(row(name, method, clock, first))
                if not isinstance(clock, str):
                    metres.append(accuracy(name, method, np.load(exact), np.load(f"{folder}/{method}.npy")))
    print_table("place | method | network s | snap + search s | table s | these two | CPU s in all | ratio | MiB", seconds)
    print_table("place | method | off by, median m | 95 % | most | wrong side of 300 m (within it) | 500 m | 1,000 m", metres)


if __name__ == "__main__":
    main()
