"""Atoms on a lattice of squares, as the stage before would make them, and an assignment a reader can check."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, Polygon, box

from gridplan.atoms.model import Atoms
from gridplan.divide import Grids
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.model import Units, Verdict
from gridplan.plan.compose import make_plan
from gridplan.plan.model import Plan
from gridplan.report import Report
from gridplan.schemes.model import parse_scheme
from tests.samples import METRES, SCHEME

SIDE = 200.0
EAST, NORTH = 410_000.0, 3_390_000.0
FACTS = {
    "plan": "0123456789abcdef",
    "name": "格子",
    "seed": "7",
    "parent": "",
    "source": '{"squares": ""}',
    "parameters": "{}",
    "objective": "1.5",
    "bound": "",
}


def land(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle, in units of the side of a square."""
    return box(EAST + west * SIDE, NORTH + south * SIDE, EAST + east * SIDE, NORTH + north * SIDE)


def square_atoms() -> Atoms:
    r"""Two communities on 4 x 2 squares, numbered by row from the south-west; one cell a square.

    ::

          urban A               rural B
        +------+------+------+------+
        | 4 16 | 5 30 | 6  0 | 7 12 |   cell 5 is a tower of three floors of 10, in its west half (piece 5); its east
        +------+------+------+------+   half (piece 6) holds no one; cell 6 holds no one
        | 0 18 | 1 20 | 2 11 | 3 10 |
        +------+------+------+------+
    """
    households = [18, 20, 11, 10, 16, 30, 0, 12]
    community = ["510100001001", "510100001001", "510100001201", "510100001201"] * 2
    corner = [(number % 4, number // 4) for number in range(8)]
    shapes = [_square(x, y) for x, y in corner]
    cells = gpd.GeoDataFrame(
        {
            "id": [f"c{number}" for number in range(8)],
            "community": community,
            "compound": None,
            "households": households,
            "population": pd.array([50, 60, 30, None, 45, 90, None, 33], dtype="Int64"),
        },
        geometry=shapes,
        crs=METRES,
    )
    west, east = land(1, 1, 1.5, 2), land(1.5, 1, 2, 2)
    piece_shapes = [*shapes[:5], west, east, *shapes[6:]]
    pieces = gpd.GeoDataFrame(
        {
            "id": [f"p{number}" for number in range(9)],
            "cell": [0, 1, 2, 3, 4, 5, 5, 6, 7],
            "households": [18, 20, 11, 10, 16, 30, 0, 0, 12],
            "stacked": [number == 5 for number in range(9)],
        },
        geometry=piece_shapes,
        crs=METRES,
    )
    floor = [None, None, None, None, None, 1, 2, 3, None]
    sections = pd.DataFrame(
        {
            "id": ["b0", "b1", "b2", "b3", "b4", "b5/1", "b5/2", "b5/3", "b7"],
            "building": ["b0", "b1", "b2", "b3", "b4", "b5", "b5", "b5", "b7"],
            "piece": [0, 1, 2, 3, 4, 5, 5, 5, 8],
            "floor_from": pd.array(floor, dtype="Int64"),
            "floor_to": pd.array(floor, dtype="Int64"),
            "households": [18, 20, 11, 10, 16, 10, 10, 10, 12],
        }
    )
    rows = [0, 1, 2, 3, 4, 5, 7]
    middles = [Point(EAST + (corner[row][0] + 0.5) * SIDE, NORTH + (corner[row][1] + 0.5) * SIDE) for row in rows]
    buildings = gpd.GeoDataFrame(
        {
            "id": [f"b{row}" for row in rows],
            "cell": rows,
            "households": [households[row] for row in rows],
            "estimated": [row == 3 for row in rows],
        },
        geometry=[middle.buffer(20) if row % 2 else middle for row, middle in zip(rows, middles, strict=True)],
        crs=METRES,
    )
    communities = gpd.GeoDataFrame(
        {"code": ["510100001001", "510100001201"], "name": ["东风社区", "红星村"], "kind": ["urban", "rural"], "parent": None},
        geometry=[land(0, 0, 2, 2), land(2, 0, 4, 2)],
        crs=METRES,
    )
    report = Report.of("clean", "report.repaired", ["b3"], ["1.5"])
    return Atoms(cells, pieces, sections, buildings, communities, report)


#: Columns of squares: A 18 + 16 = 34 and 20 + 30 = 50 households, B 11 + 0 and 10 + 12 = 22, which is above 15.
BY_COLUMN = (0, 1, 2, 3, 0, 1, 2, 3)
TOO_MANY = Verdict("GP207", 22.0, 15.0, proof=False, facts={"households": 22, "low": 1, "high": 15})


def square_plan(
    atoms: Atoms | None = None,
    *,
    grid_of_cell: tuple[int, ...] = BY_COLUMN,
    verdicts: dict[int, Verdict] | None = None,
    facts: dict[str, str] | None = None,
    scheme: str = SCHEME,
) -> Plan:
    """The plan of the squares; a unit is a square, but the tower has one for its first floor and one for the two above."""
    units = Units(
        of_piece=np.array([0, 2, 5, 6, 1, -1, -1, 5 if grid_of_cell[2] == grid_of_cell[6] else 8, 7]),
        of_section=np.array([0, 2, 5, 6, 1, 3, 4, 4, 7]),
        stack_of=np.array([0, 1, 2, 3, 4, 5, 5, 7, 8]),
        verdicts={},
    )
    made = square_atoms() if atoms is None else atoms
    return make_plan(
        made,
        borders=piece_graph(made),
        grids=plain_grids(grid_of_cell, {3: TOO_MANY} if verdicts is None else verdicts),
        units=units,
        scheme=parse_scheme(scheme, "sample"),
        facts=FACTS if facts is None else facts,
    )


def piece_graph(atoms: Atoms) -> AtomGraph:
    """The graph over the pieces, on land without streets."""
    return build_graph(atoms.pieces, streets=None, barriers=None)


def plain_grids(of_cell: Sequence[int] | Ints, verdicts: dict[int, Verdict] | None = None) -> Grids:
    """Grids that are nothing special and stand for nothing."""
    of = np.asarray(of_cell, dtype=np.int64)
    count = int(of.max()) + 1
    return Grids(of, verdicts or {}, special=np.zeros(count, dtype=bool), of=[None] * count, answers=[])


def _square(x: int, y: int) -> Polygon:
    """A square of the lattice, with vertices in the middle of south and north, where the tower's pieces meet."""
    corners = [(x, y), (x + 0.5, y), (x + 1, y), (x + 1, y + 1), (x + 0.5, y + 1), (x, y + 1)]
    return Polygon([(EAST + east * SIDE, NORTH + north * SIDE) for east, north in corners])
