"""Communities drawn as lattices of squares of 100 m, one cell and one building a square, and levels to divide them by."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from gridplan.atoms import Atoms
from gridplan.divide import Search
from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition import Effort, Objective
from gridplan.report import Report
from gridplan.schemes import Level, Scheme, parse_scheme
from tests.strategies.graphs import lattice

SIDE = 100.0
CRS = "EPSG:32650"
SEARCH = Search(Objective(), Effort(threads=1), seed=3)

_SCHEME = """\
name = "drawn"
title = {{ en = "drawn", zh = "手绘" }}
place = "510100"
{special}
{areas}
[[levels]]
name = "grid"
title = {{ en = "grid", zh = "网格" }}
layer = "grids"
atoms = "building"
code = "{{parent}}{{number:3}}"
{grid}

[[levels]]
name = "unit"
title = {{ en = "unit", zh = "联户单元" }}
layer = "units"
atoms = "section"
code = "{{parent}}{{number:3}}"
{unit}
"""
_AREA = """
[[levels]]
name = "{name}"
title = {{ en = "{name}", zh = "片区" }}
layer = "areas"
atoms = "{atoms}"
code = "{{parent}}P{{number:2}}"
{rule}
"""


def scheme(
    grid: str = "every = { households = { low = 30, high = 50, target = 40 } }",
    *,
    unit: str = "every = { households = { low = 10, high = 20, target = 15 } }",
    areas: tuple[tuple[str, str, str], ...] = (),
    special: str = "",
) -> Scheme:
    """A scheme with these lines in its levels; ``areas``: name, atoms and rule of each level above the grids."""
    above = "".join(_AREA.format(name=name, atoms=atoms, rule=rule) for name, atoms, rule in areas)
    return parse_scheme(_SCHEME.format(grid=grid, unit=unit, areas=above, special=special), "drawn")


def grid_level(lines: str) -> Level:
    """The level of the grids with these lines."""
    return scheme(lines).grids


def drawn(
    households: str,
    *,
    community: str = "",
    site: str = "",
    compound: str = "",
    village: str = "",
    kind: Mapping[str, str] | None = None,
    growth: Mapping[str, float] | None = None,
    people: float | None = None,
    edges: dict[tuple[int, int], int] | None = None,
) -> tuple[Atoms, AtomGraph]:
    """Atoms and graph of a drawing: numbers of households by row, north above; marks of the same shape, ``.`` for none.

    ``kind`` and ``growth`` by community (urban, and none, where not given); ``people`` a household; ``edges``: kinds by their
    cells, numbered row by row.
    """
    table = [[int(word) for word in line.split()] for line in households.strip().splitlines()]
    count = len(table) * len(table[0])
    of = _marks(community, count, "A")
    sizes = np.array(table, dtype=np.int64).ravel()
    marks = {"compound": _marks(compound, count), "site": _marks(site, count), "village": _marks(village, count)}
    number = _codes(marks["compound"])
    flat = lattice(table, kinds=edges)
    population = np.rint(sizes * (people or 0)).astype(np.int64)
    graph = replace(
        flat,
        compound=number,
        area=flat.area * SIDE**2,
        x=flat.x * SIDE,
        y=-flat.y * SIDE,
        polar=flat.polar * SIDE**4,
        perimeter=flat.perimeter * SIDE,
        length=flat.length * SIDE,
        street=flat.street * SIDE,
        population=None if people is None else population,
    )
    shapes = [box(x - SIDE / 2, y - SIDE / 2, x + SIDE / 2, y + SIDE / 2) for x, y in zip(graph.x, graph.y, strict=True)]
    cells = gpd.GeoDataFrame(
        {"id": [f"c{row:02}" for row in range(count)], "community": of, **marks, "households": sizes},
        geometry=shapes,
        crs=CRS,
    )
    cells["population"] = pd.Series(pd.NA if people is None else population, index=cells.index, dtype="Int64")
    return _atoms(cells, kind or {}, growth or {}), graph


def _atoms(cells: gpd.GeoDataFrame, kind: Mapping[str, str], growth: Mapping[str, float]) -> Atoms:
    codes = sorted(set(cells["community"]))
    lands = [cells.geometry[cells["community"] == code].union_all() for code in codes]
    communities = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": codes,
            "kind": [kind.get(code, "urban") for code in codes],
            "parent": None,
            "growth": [growth.get(code, np.nan) for code in codes],
        },
        geometry=lands,
        crs=CRS,
    )
    rows = np.arange(len(cells))
    pieces = gpd.GeoDataFrame(
        {"id": cells["id"], "cell": rows, "households": cells["households"], "stacked": False}, geometry=cells.geometry, crs=CRS
    )
    lived = np.flatnonzero(cells["households"] > 0)
    sections = pd.DataFrame(
        {
            "id": cells["id"].iloc[lived].to_numpy(),
            "building": cells["id"].iloc[lived].to_numpy(),
            "piece": lived,
            "floor_from": pd.array([pd.NA] * len(lived), dtype="Int64"),
            "floor_to": pd.array([pd.NA] * len(lived), dtype="Int64"),
            "households": cells["households"].iloc[lived].to_numpy(),
        }
    )
    buildings = gpd.GeoDataFrame(
        {
            "id": sections["id"],
            "cell": lived,
            "households": sections["households"],
            "population": cells["population"].iloc[lived].array,
            "estimated": False,
        },
        geometry=np.asarray(cells.geometry.iloc[lived].centroid.array),
        crs=CRS,
    )
    return Atoms(cells, pieces, sections, buildings, communities, Report.empty())


def _marks(drawing: str, count: int, default: str | None = None) -> pd.Series:
    words = drawing.split() or [default or "."] * count
    assert len(words) == count
    return pd.Series([None if word == "." else word for word in words], dtype="str")


def _codes(values: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64)
