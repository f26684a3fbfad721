"""Repairs of planned places after households changed, beside fresh plans: ``python -m benchmarks.repair [PLACE ...]``.

A place is planned by gridplan in zones of 300-500 households; then 5 % of its households change at random, in many buildings or
in few large estates. Peers plan the changed place afresh; their zones get the labels of today with which they share most.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.partition.instances import AbsentError, read_instance
from benchmarks.partition.job import Job
from benchmarks.partition.methods.metis import solve_one
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Effort, Rule, partition, repair
from gridplan.partition.groups import parts
from gridplan.partition.rules import out_of_range, too_large

DEFAULT = ["s500", "helsinki", "sengkang", "kunming", "hdb_sk", "city:800:1", "s5k", "yilan"]
JOB = Job(300, 500, 400, 7)
RULE = Rule(low=JOB.low, high=JOB.high, target=JOB.target)
SHARE = 0.05
METHODS = ("repair", "gridplan afresh", "METIS afresh")

HEADER = (
    "| place | atoms | zones | change | out of range | method | CPU s | households moved | share | proved at least "
    "| ratio: median | worst | at most 1.15 | legal or proved | proved least | codes kept |\n" + "|---" * 16 + "|"
)


@dataclass(frozen=True)
class Run:
    """One change and what a method made of it: shares are of all households, zones and codes of today."""

    bad: int
    seconds: float
    moved: int
    bound: int | None
    legal: float
    kept: float

    @property
    def ratio(self) -> float:
        """Households moved for each that must move."""
        return self.moved / self.bound if self.bound else 1.0 if self.moved == 0 else float("inf")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repair", description=__doc__.splitlines()[0])
    parser.add_argument("places", nargs="*", default=DEFAULT, help="instances as of benchmarks.partition")
    parser.add_argument("--seeds", type=int, default=5, help="changes of each kind")
    parser.add_argument("--nodes", type=int, default=Effort().exact_nodes, help="Effort.exact_nodes of repairs")
    parser.add_argument("--proof", type=int, default=0, help="the same of a second repair, for its bound alone")
    parser.add_argument("--methods", default=",".join(METHODS), help=f"of {', '.join(METHODS)}")
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    options = parser.parse_args(argv)
    lines = [HEADER]
    print(HEADER, flush=True)
    for name in options.places:
        try:
            graph = read_instance(name).graph
        except AbsentError:
            continue
        zone = partition(graph, RULE, seed=JOB.seed).zone
        for kind, change in CHANGES.items():
            changed = [change(graph, zone, seed) for seed in range(options.seeds)]
            for method in options.methods.split(","):
                runs = [run(method, after, zone, options.nodes, options.proof) for after in changed]
                lines.append(line(name, graph, zone, kind, method, runs))
                print(lines[-1], flush=True)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")
    return 0


def small_changes(graph: AtomGraph, zone: Ints, seed: int) -> AtomGraph:
    """Atoms one after another gain or lose 20 to 80 % of their households, until 5 % of all have changed."""
    del zone
    rng = np.random.default_rng(seed)
    households = graph.households.copy()
    left = SHARE * float(households.sum())
    while left > 0:
        atom = int(rng.integers(len(households)))
        if households[atom] > 0:
            step = max(1, round(float(households[atom]) * rng.uniform(0.2, 0.8)))
            step = -min(step, int(households[atom])) if rng.random() < 0.5 else step
            households[atom] += step
            left -= abs(step)
    return replace(graph, households=households)


def large_changes(graph: AtomGraph, zone: Ints, seed: int) -> AtomGraph:
    """Whole neighbourhoods are built or pulled down: 200 to 600 households in a zone at a time, until 5 % have changed."""
    rng = np.random.default_rng(seed)
    households = graph.households.copy()
    left = SHARE * float(households.sum())
    while left > 0:
        inside = rng.permutation(np.flatnonzero(zone == zone[int(rng.integers(len(zone)))]))
        size = int(rng.integers(200, 601))
        if rng.random() < 0.5:
            # At most half of what a zone may hold in each building.
            shares = np.minimum(rng.multinomial(size, np.full(min(6, len(inside)), 1 / min(6, len(inside)))), RULE.high // 2)
            before = households[inside[: len(shares)]].copy()
            households[inside[: len(shares)]] = np.maximum(before, np.minimum(before + shares, RULE.high))
            left -= max(1, int((households[inside[: len(shares)]] - before).sum()))
        else:
            for atom in inside.tolist():
                gone = min(size, int(households[atom]))
                households[atom] -= gone
                size -= gone
                left -= gone
    return replace(graph, households=households)


CHANGES: dict[str, Callable[[AtomGraph, Ints, int], AtomGraph]] = {"many small": small_changes, "few large": large_changes}


def run(method: str, graph: AtomGraph, zone: Ints, nodes: int, proof: int) -> Run:
    """What a method makes of a changed place; seconds are those of all cores together."""
    bad = int(out_of_range(graph, zone, RULE).sum())
    begin = time.process_time()
    if method == "repair":
        found = repair(graph, zone, RULE, effort=Effort(exact_nodes=nodes))
        seconds = time.process_time() - begin
        share = 1 - sum(not verdict.proof for verdict in found.verdicts.values()) / len(np.unique(found.zone))
        bound = found.bound
        if proof > nodes and not found.proved and bound is not None:
            bound = max(bound, repair(graph, zone, RULE, effort=Effort(exact_nodes=proof)).bound or 0)
        return Run(bad, seconds, found.moved, bound, share, kept(zone, found.zone))
    if method == "gridplan afresh":
        answer = partition(graph, RULE, seed=JOB.seed)
        fresh = answer.zone
        share = 1 - sum(not verdict.proof for verdict in answer.verdicts.values()) / (int(fresh.max()) + 1)
    else:
        fresh = solve_one(graph, JOB).zone
        share = legal(graph, fresh)
    seconds = time.process_time() - begin
    fresh = matched(graph, zone, fresh)
    return Run(bad, seconds, int(graph.households[fresh != zone].sum()), None, share, kept(zone, fresh))


def legal(graph: AtomGraph, zone: Ints) -> float:
    """The share of zones that are connected and in range, or hold an atom above it."""
    inner = zone[graph.i] == zone[graph.j]
    part = parts(len(graph), graph.i[inner], graph.j[inner])
    pieces = np.bincount(zone[np.unique(part, return_index=True)[1]], minlength=int(zone.max()) + 1)
    excused = np.bincount(zone, too_large(graph, RULE), minlength=len(pieces)) > 0
    good = (pieces <= 1) & (excused | ~out_of_range(graph, zone, RULE))
    return float(good[np.unique(zone)].mean())


def matched(graph: AtomGraph, zone: Ints, fresh: Ints) -> Ints:
    """``fresh`` with the labels of ``zone`` so that most households keep theirs; new labels for the rest."""
    shared = np.zeros((int(fresh.max()) + 1, int(zone.max()) + 1), dtype=np.int64)
    np.add.at(shared, (fresh, zone), graph.households)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    names = np.arange(len(shared)) + shared.shape[1]
    names[rows] = columns
    return np.asarray(names[fresh], dtype=np.int64)


def kept(zone: Ints, fresh: Ints) -> float:
    """The share of labels that are still there."""
    return float(np.isin(np.unique(zone), fresh).mean())


def line(name: str, graph: AtomGraph, zone: Ints, kind: str, method: str, runs: Sequence[Run]) -> str:
    """The row of a method: means over all changes."""
    total = int(graph.households.sum())
    moved = float(np.mean([found.moved for found in runs]))
    own = method == "repair"
    ratios = sorted(found.ratio for found in runs)
    cells = [
        name, f"{len(graph):,}", int(zone.max()) + 1, kind, f"{np.mean([found.bad for found in runs]):.1f}", method,
        f"{np.mean([found.seconds for found in runs]):.2f}", f"{moved:,.0f}", f"{moved / total:.2%}",
        f"{np.mean([found.bound or 0 for found in runs]):,.0f}" if own else "",
        f"{np.median(ratios):.2f}" if own else "", f"{ratios[-1]:.2f}" if own else "",
        f"{sum(ratio <= 1.15 for ratio in ratios)} of {len(runs)}" if own else "",
        f"{np.mean([found.legal for found in runs]):.3f}",
        f"{sum(found.moved == found.bound for found in runs)} of {len(runs)}" if own else "",
        f"{np.mean([found.kept for found in runs]):.3f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
