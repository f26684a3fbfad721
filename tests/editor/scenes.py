"""A hand-drawn scene that a reader can check: squares of about 60 m, ten households each, in four grids of a community.

Columns 0-11 from the west, rows 0-7 from the south; grid 001 is the north-west quarter, 002 the north-east, 003 the south-west,
004 the south-east: 24 squares, 240 households each, range 200-280. Between columns 5 and 6 runs a main road.
"""

from typing import Any

from shapely.geometry import Polygon, box

from gridplan.maps.topology import make_topology

Scene = dict[str, Any]  # whatever JSON can hold

COMMUNITY = "510100001001"
WEST, SOUTH, STEP = 104.06, 30.67, 0.0006
COLUMNS, ROWS = 12, 8
LOW, HIGH = 200, 280


def atom_id(column: int, row: int) -> str:
    """The id of the square."""
    return f"楼-{column:02d}-{row:02d}"


def square(column: int, row: int) -> Polygon:
    """The land of the square."""
    west, south = round(WEST + column * STEP, 6), round(SOUTH + row * STEP, 6)
    return box(west, south, round(west + STEP, 6), round(south + STEP, 6))


def quarter(column: int, row: int) -> int:
    """The row of the grid that the square belongs to at first."""
    return (0 if row >= ROWS // 2 else 2) + (0 if column < COLUMNS // 2 else 1)


def scene() -> Scene:
    """The scene as the editor gets it."""
    places = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    at = {place: number for number, place in enumerate(places)}
    land = box(WEST, SOUTH, round(WEST + COLUMNS * STEP, 6), round(SOUTH + ROWS * STEP, 6))
    topology = make_topology({"atoms": [square(*place) for place in places], "communities": [land]})
    beside = [(at[c, r], at[c + dc, r + dr]) for c, r in places for dc, dr in ((1, 0), (0, 1)) if (c + dc, r + dr) in at]
    road = [2 if b - a == ROWS and places[a][0] == COLUMNS // 2 - 1 else 0 for a, b in beside]
    count = len(places)
    return {
        "plan": "p1",
        "name": "手绘样例",
        "revision": 1,
        "state": "draft",
        "editable": True,
        "origin": list(topology.origin),
        "arcs": topology.arcs,
        "communities": {
            "code": [COMMUNITY],
            "name": ["东风社区"],
            "kind": ["urban"],
            "households": [count * 10],
            "shape": topology.layers["communities"],
        },
        "atoms": {
            "id": [atom_id(*place) for place in places],
            "grid": [quarter(*place) for place in places],
            "households": [10] * count,
            "population": [30] * count,
            "compound": [f"小区{column // 3}" for column, _ in places],
            "community": [0] * count,
            "shape": topology.layers["atoms"],
        },
        "borders": {"a": [a for a, _ in beside], "b": [b for _, b in beside], "kind": road},
        "grids": [grid_row(number) for number in range(1, 5)],
        "findings": [],
        "totals": {"households": count * 10, "grids": 4, "units": 64, "in_range": 4},
        "history": {"undo": 0, "redo": 0, "edits": []},
    }


def grid_row(number: int) -> Scene:
    """The row of a grid with 24 squares."""
    return {
        "code": f"{COMMUNITY}{number:03d}",
        "name": f"东风社区第{number:03d}网格",
        "number": f"{number:03d}",
        "kind": "urban",
        "community": COMMUNITY,
        "households": 240,
        "population": 720,
        "units": 16,
        "buildings": 24,
        "area_m2": 92000.0,
        "compactness": 0.72,
        "low": LOW,
        "high": HIGH,
        "target": 240,
        "status": "ok",
        "reason": None,
        "locked": False,
        "staff": None,
    }
