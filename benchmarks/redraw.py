"""Edits of one plan of many atoms: seconds of a move with totals and findings, of its undo, and what history costs in memory.

    python -m benchmarks.redraw --side 224 --edits 1000

The land is a lattice of squares, each with a building of 2 to 14 households, planned by the engine. Each edit moves one
building on the border of its grid to the grid beside it. Beside it in the same run: the same totals and findings read from
the tables anew, as a GIS would after each edit.
"""

import argparse
import random
import resource
import statistics
import time

import geopandas as gpd
import numpy as np
from shapely.geometry import Polygon, box

import gridplan as gp
from gridplan.editor import patch
from gridplan.errors import RuleError
from gridplan.plan.redraw.reading import read_drawing

WEST, SOUTH, WIDE, HIGH = 104.06, 30.67, 0.0003, 0.00025


def town(side: int, seed: int) -> gp.Town:
    """``side`` x ``side`` squares in one community."""
    rng = np.random.default_rng(seed)

    def land(column: float, row: float, wide: float, high: float) -> Polygon:
        west, south = WEST + column * WIDE, SOUTH + row * HIGH
        return box(west, south, west + wide * WIDE, south + high * HIGH)

    buildings = gpd.GeoDataFrame(
        {"id": [f"b{number}" for number in range(side * side)], "households": rng.integers(2, 15, side * side), "levels": 2},
        geometry=[land(column + 0.3, row + 0.3, 0.4, 0.4) for column in range(side) for row in range(side)],
        crs=4326,
    )
    communities = gpd.GeoDataFrame(
        {"code": ["510100001001"], "name": ["A"], "kind": ["urban"]}, geometry=[land(0, 0, side, side)], crs=4326
    )
    return gp.checked_town({"communities": communities, "buildings": buildings}, source={"lattice": str(side)})


def border_moves(plan: gp.Plan, rng: random.Random) -> tuple[str, str]:
    """A building on the border of its grid, and the code of the grid beside it."""
    drawing = plan.drawing
    while True:
        row = rng.randrange(len(drawing.ground.cell_ids))
        for other, _ in drawing.ground.near_cells[row]:
            if drawing.of_cell[other] != drawing.of_cell[row]:
                return drawing.ground.cell_ids[row], drawing.grids[drawing.of_cell[other]].code


def memory_mb() -> float:
    """Most memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(name: str, seconds: list[float]) -> None:
    """One line of the table, in ms."""
    ordered = sorted(value * 1000 for value in seconds)
    high = ordered[int(len(ordered) * 0.95)]
    print(f"{name:42s} median {statistics.median(ordered):8.2f} ms   95 % {high:8.2f} ms   most {ordered[-1]:8.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    start = time.perf_counter()
    plan = gp.plan_town(town(asked.side, asked.seed), seed=asked.seed)
    seconds = time.perf_counter() - start
    print(f"planned in {seconds:.1f} s: {len(plan.atoms):,} atoms, {len(plan.grids)} grids, {len(plan.units)} units")
    start = time.perf_counter()
    read_drawing(plan)
    scratch = time.perf_counter() - start
    rng = random.Random(asked.seed)
    moves: list[float] = []
    patches: list[float] = []
    refused = 0
    before_mb = memory_mb()
    now = plan
    while len(moves) < asked.edits:
        atom, to = border_moves(now, rng)
        start = time.perf_counter()
        try:
            after = now.move([atom], to=to)
        except RuleError:
            refused += 1
            continue
        moves.append(time.perf_counter() - start)
        start = time.perf_counter()
        patch(now, after)
        patches.append(time.perf_counter() - start)
        now = after
    print(f"{asked.edits} moves done, {refused} refused (a grid would fall apart); +{memory_mb() - before_mb:.0f} MB for them")
    told("a move with totals and findings", moves)
    told("what the editor is told of it", patches)
    print(f"{'totals and findings read anew':42s} {scratch * 1000:15.0f} ms, {scratch / statistics.median(moves):.0f} x a move")
    start = time.perf_counter()
    for _ in range(asked.edits):
        now = now.undo()
    print(f"{asked.edits} undone in {time.perf_counter() - start:.3f} s; the same tables as at the start: {now.equals(plan)}")


if __name__ == "__main__":
    main()
