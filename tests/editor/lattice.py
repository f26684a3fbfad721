"""A planned community that a reader can check: 12 x 8 squares of about 60 m, ten households each, in four grids.

Columns 0-11 from the west, rows 0-7 from the south. The grids are quarters of 24 squares, 240 households, range 200-280:
by their place in ``QUARTERS`` the north-west, north-east, south-west and south-east.
"""

from functools import cache

import geopandas as gpd
from shapely.geometry import Polygon, box

import gridplan as gp
from gridplan.schemes.model import parse_scheme
from gridplan.sources.town import Town

COMMUNITY = "510100001001"
WEST, SOUTH, WIDE, HIGH = 104.06, 30.67, 0.0006, 0.0005
COLUMNS, ROWS = 12, 8
SCHEME = """\
name = "lattice"
title = { en = "Squares", zh = "方格" }

[[levels]]
name = "grid"
title = { en = "grid", zh = "网格" }
layer = "grids"
atoms = "building"
code = "{parent}{number:3}"
every = { households = { low = 200, high = 280, target = 240 } }

[[levels]]
name = "unit"
title = { en = "unit", zh = "联户单元" }
layer = "units"
atoms = "section"
code = "{parent}{number:3}"
every = { households = { low = 10, high = 20, target = 15 } }
"""


def atom_id(column: int, row: int) -> str:
    """The id of the square's building."""
    return f"楼-{column:02d}-{row:02d}"


def land(column: float, row: float, *, wide: float = 1, high: float = 1) -> Polygon:
    """A rectangle, in squares from the south-west."""
    west, south = WEST + column * WIDE, SOUTH + row * HIGH
    return box(west, south, west + wide * WIDE, south + high * HIGH)


def quarter(column: int, row: int) -> int:
    """0 north-west, 1 north-east, 2 south-west, 3 south-east."""
    return (0 if row >= ROWS // 2 else 2) + (0 if column < COLUMNS // 2 else 1)


def lattice_town() -> Town:
    """One community and a building in the middle of each square."""
    places = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    buildings = gpd.GeoDataFrame(
        {"id": [atom_id(*place) for place in places], "households": 10, "levels": 2},
        geometry=[land(column + 0.3, row + 0.3, wide=0.4, high=0.4) for column, row in places],
        crs=4326,
    )
    communities = gpd.GeoDataFrame(
        {"code": [COMMUNITY], "name": ["东风社区"], "kind": ["urban"]}, geometry=[land(0, 0, wide=COLUMNS, high=ROWS)], crs=4326
    )
    return gp.checked_town({"communities": communities, "buildings": buildings}, source={"lattice": "drawn by hand"})


@cache
def lattice_plan() -> gp.Plan:
    """The plan, its grids laid out as quarters."""
    plan = gp.plan_town(lattice_town(), scheme=parse_scheme(SCHEME, "lattice"), seed=7)
    codes = sorted(plan.grids["code"])
    assert len(codes) == 4
    target = {atom_id(column, row): codes[quarter(column, row)] for column in range(COLUMNS) for row in range(ROWS)}
    return plan.assign(target).branch()


def lattice_path() -> str:
    """Where a service has the plan."""
    return f"/plans/{lattice_plan().id}"
