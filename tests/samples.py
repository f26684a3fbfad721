"""A hand-drawn plan that a reader can check: two communities, four grids, seven units, on a lattice of squares of about 200 m.

Households, north above, one letter a unit (T: two units stacked in a tower, floors 1-3 and 4-6)::

      urban 510100001001    rural ...201
    +---------+---------+----------+
    |  a  14  |  T 30   |  d  12   |    grids ...001 = a + b = 28 (below 30: open, the search found no better)
    +---------+---------+----------+    grids ...002 = T + c = 50
    |  b  14  |  c  20  |  e  17   |    grids of the rural one = d and e (17 in one building, above 15: proved)
    +---------+---------+----------+
"""

import json
import math

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import Point, Polygon, box

from gridplan import crs
from gridplan.contracts import PLAN, conform
from gridplan.plan.model import Plan

WEST, SOUTH = 104.06, 30.67
WIDE, HIGH = 0.002, 0.0018
METRES = "EPSG:32648"
URBAN, RURAL = "510100001001", "510100001201"
PLAN_ID = "5a3c0ffee0000001"

SCHEME = """\
name = "sample"
title = { en = "Small numbers, to be checked by eye", zh = "便于核对的小样例" }

[[levels]]
name = "grid"
title = { en = "grid", zh = "网格" }
layer = "grids"
atoms = "building"
code = "{parent}{number:3}"
urban = { households = { low = 30, high = 50, target = 40 } }
rural = { households = { low = 1, high = 15, target = 10 } }

[[levels]]
name = "unit"
title = { en = "unit", zh = "联户单元" }
layer = "units"
atoms = "section"
code = "{parent}{number:3}"
every = { households = { low = 10, high = 20, target = 15 } }
"""


def square(column: int, row: int) -> Polygon:
    """One square of the lattice; column 0 in the west, row 0 in the south."""
    west, south = round(WEST + column * WIDE, 4), round(SOUTH + row * HIGH, 4)
    return box(west, south, round(west + WIDE, 4), round(south + HIGH, 4))


def spot(column: int, row: int) -> Point:
    """The middle of a square."""
    return Point(square(column, row).centroid.coords[0])


def footprint(column: int, row: int) -> Polygon:
    """A building in the middle of a square, 60 m wide."""
    middle = spot(column, row)
    return box(middle.x - 0.0003, middle.y - 0.0002, middle.x + 0.0003, middle.y + 0.0002)


def sample_plan(*, legal: bool = False) -> Plan:
    """The plan drawn above; with ``legal`` the open grid has 16 + 18 = 34 households and nothing is left open."""
    a, b = (16, 18) if legal else (14, 14)
    squares = {(column, row): square(column, row) for column in range(3) for row in range(2)}
    columns = [shapely.coverage_union_all([squares[column, 0], squares[column, 1]]) for column in range(3)]
    communities = _table(
        "communities",
        [
            (URBAN, "东风社区", "urban", "510100001000", a + b + 50, 2, shapely.coverage_union_all(columns[:2])),
            (RURAL, "红星村", "rural", "510100001000", 29, 2, columns[2]),
        ],
    )
    status = ("ok", None) if legal else ("open", "GP212")
    grids = _measured(
        [
            (f"{URBAN}001", "东风社区第001网格", "urban", URBAN, a + b, 84, 2, 2, *status, columns[0]),
            (f"{URBAN}002", "东风社区第002网格", "urban", URBAN, 50, 150, 3, 2, "ok", None, columns[1]),
            (f"{RURAL}001", "红星村第001网格", "rural", RURAL, 12, None, 1, 1, "ok", None, squares[2, 1]),
            (f"{RURAL}002", "红星村第002网格", "rural", RURAL, 17, 44, 1, 1, "proved", "GP211", squares[2, 0]),
        ]
    )
    units = _table(
        "units",
        [
            (f"{URBAN}001001", f"{URBAN}001", a, False, None, None, squares[0, 1]),
            (f"{URBAN}001002", f"{URBAN}001", b, False, None, None, squares[0, 0]),
            (f"{URBAN}002001", f"{URBAN}002", 15, True, 1, 3, squares[1, 1]),
            (f"{URBAN}002002", f"{URBAN}002", 15, True, 4, 6, squares[1, 1]),
            (f"{URBAN}002003", f"{URBAN}002", 20, False, None, None, squares[1, 0]),
            (f"{RURAL}001001", f"{RURAL}001", 12, False, None, None, squares[2, 1]),
            (f"{RURAL}002001", f"{RURAL}002", 17, False, None, None, squares[2, 0]),
        ],
    )
    return Plan(
        areas=_areas(a + b + 50 + 29, shapely.coverage_union_all(columns)),
        communities=communities.sort_values("code", ignore_index=True),
        grids=grids,
        units=units,
        buildings=_buildings(a, b),
        sections=_sections(a, b),
        nodes=_table(
            "nodes",
            [
                (f"{URBAN}001B001", "building", "building", "楼-a", "楼-a", f"{URBAN}001", a, spot(0, 1)),
                (f"{URBAN}001B00101", "entrance", "entrance", "楼-a/1", "楼-a", f"{URBAN}001", a - 6, spot(0, 1)),
            ],
        ),
        posts=_table("posts", [("grid", f"{URBAN}001", "grid worker", "网格员", 1)]),
        findings=_findings(a + b, columns[0], squares[2, 0], legal=legal),
        lineage=_lineage(a, b),
        voided=_table("voided", [("grid", f"{URBAN}003", URBAN, PLAN_ID), ("unit", f"{URBAN}003001", f"{URBAN}003", PLAN_ID)]),
        meta=_meta(legal=legal),
        report=_table(
            "report",
            [
                ("clean", "report.repaired", "楼-b", "", "repaired", "已修复"),
                ("estimate", "report.estimated", "楼-c", "20", "estimated", "估算"),
            ],
        ),
    )


def _table(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Rows in the order of the contract's columns, the geometry last; a table without one may leave out its last columns."""
    contract = PLAN[name]
    if not contract.geometry:
        named = contract.names()[: len(rows[0])] if rows else contract.names()
        return conform(pd.DataFrame(rows, columns=named), contract)
    frame = gpd.GeoDataFrame(rows, columns=[*contract.names(), "geometry"], geometry="geometry", crs=crs.LONLAT)
    return conform(frame, contract)


def _measured(rows: list[tuple[object, ...]]) -> gpd.GeoDataFrame:
    """The grids with area and compactness measured in metres."""
    return _table(
        "grids", [(*row[:8], *shape, *row[8:10], None, row[10]) for row, shape in zip(rows, _shape_of(rows), strict=True)]
    )


def _areas(households: int, land: Polygon) -> gpd.GeoDataFrame:
    """The street that both communities belong to."""
    rows: list[tuple[object, ...]] = [
        ("510100001000", "东风街道", "town", False, None, households, None, 2, 4, 7, "ok", None, land)
    ]
    return _table("areas", [(*row[:10], *shape, *row[10:]) for row, shape in zip(rows, _shape_of(rows), strict=True)])


def _shape_of(rows: list[tuple[object, ...]]) -> list[tuple[float, float]]:
    """Area in square metres and compactness of the land that each row ends with."""
    shapes = gpd.GeoSeries([row[-1] for row in rows], crs=crs.LONLAT).to_crs(METRES)
    polsby = 4 * math.pi * shapes.area / shapes.length**2
    return list(zip(shapes.area, polsby, strict=True))


def _buildings(a: int, b: int) -> gpd.GeoDataFrame:
    return _table(
        "buildings",
        [
            ("楼-a", f"{URBAN}001", a, False, footprint(0, 1)),
            ("楼-b", f"{URBAN}001", b, False, footprint(0, 0)),
            ("楼-c", f"{URBAN}002", 20, True, spot(1, 0)),
            ("楼-d", f"{RURAL}001", 12, False, footprint(2, 1)),
            ("楼-e", f"{RURAL}002", 17, False, footprint(2, 0)),
            ("楼-塔", f"{URBAN}002", 30, False, footprint(1, 1)),
        ],
    )


def _sections(a: int, b: int) -> pd.DataFrame:
    return _table(
        "sections",
        [
            ("楼-a/1", "楼-a", f"{URBAN}001001", None, None, a - 6),
            ("楼-a/2", "楼-a", f"{URBAN}001001", None, None, 6),
            ("楼-b", "楼-b", f"{URBAN}001002", None, None, b),
            ("楼-c", "楼-c", f"{URBAN}002003", None, None, 20),
            ("楼-d", "楼-d", f"{RURAL}001001", None, None, 12),
            ("楼-e", "楼-e", f"{RURAL}002001", None, None, 17),
            ("楼-塔/1", "楼-塔", f"{URBAN}002001", 1, 2, 10),
            ("楼-塔/2", "楼-塔", f"{URBAN}002001", 3, 3, 5),
            ("楼-塔/3", "楼-塔", f"{URBAN}002002", 4, 6, 15),
        ],
    )


def _lineage(a: int, b: int) -> pd.DataFrame:
    """Before, the tower was a grid 003 of one unit, the village's second house was not built, and one more house stood there."""
    rows: list[tuple[object, ...]] = [
        ("grid", None, f"{RURAL}002", "new", 17, 0),
        ("grid", f"{URBAN}001", f"{URBAN}001", "kept", a + b, a + b),
        ("grid", f"{URBAN}002", f"{URBAN}002", "kept", 20, 21),
        ("grid", f"{URBAN}003", f"{URBAN}002", "merged", 30, 30),
        ("grid", f"{RURAL}001", None, "gone", 0, 3),
        ("grid", f"{RURAL}001", f"{RURAL}001", "kept", 12, 12),
        ("unit", None, f"{RURAL}002001", "new", 17, 0),
        ("unit", f"{URBAN}001001", f"{URBAN}001001", "kept", a, a),
        ("unit", f"{URBAN}001002", f"{URBAN}001002", "kept", b, b),
        ("unit", f"{URBAN}002003", f"{URBAN}002003", "kept", 20, 21),
        ("unit", f"{URBAN}003001", f"{URBAN}002001", "split", 15, 15),
        ("unit", f"{URBAN}003001", f"{URBAN}002002", "split", 15, 15),
        ("unit", f"{RURAL}001001", None, "gone", 0, 3),
        ("unit", f"{RURAL}001001", f"{RURAL}001001", "kept", 12, 12),
    ]
    return _table("lineage", rows)


def _findings(households: int, open_land: Polygon, proved_land: Polygon, *, legal: bool) -> gpd.GeoDataFrame:
    proved = (
        "GP211",
        "grid",
        f"{RURAL}002",
        17.0,
        15.0,
        "building 楼-e alone holds 17 households, above 15.",
        "楼栋 楼-e 一栋即有 17 户，超过 15 户。",
        True,
        "Allow 17 households in this grid.",
        "准许该网格为 17 户。",
        proved_land,
    )
    left_open = (
        "GP212",
        "grid",
        f"{URBAN}001",
        float(households),
        30.0,
        f"{households} households, below 30; the search found no better.",
        f"{households} 户，不足 30 户；搜索未找到更好的划分。",
        False,
        None,
        None,
        open_land,
    )
    return _table("findings", [proved] if legal else [left_open, proved])


def _meta(*, legal: bool) -> pd.DataFrame:
    counts = {"grids": 4, "grids_in_range": 3 if legal else 2, "grids_open": 0 if legal else 1, "grids_proved": 1}
    counts |= {"units": 7, "units_in_range": 7, "units_open": 0, "units_proved": 0}
    facts = {
        "bound": "",
        "counts": json.dumps(counts),
        "crs": METRES,
        "name": "手绘样例",
        "objective": "1.25",
        "parameters": json.dumps({"m2_per_household": 110}),
        "parent": "5a3c0ffee0000000",
        "plan": PLAN_ID,
        "scheme": SCHEME,
        "seed": "7",
        "source": json.dumps({"sample.gpkg": "0" * 64}),
        "versions": json.dumps({"gridplan": "0.1.0"}),
    }
    return _table("meta", sorted(facts.items()))
