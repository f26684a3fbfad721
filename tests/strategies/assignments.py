"""Squares of one or two communities with households, each put in some grid of its community, connected or not."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from gridplan.atoms.model import Atoms
from gridplan.graph.atom_graph import Ints
from gridplan.report import Report

SIDE = 100.0
EAST, NORTH = 410_000.0, 3_390_000.0
NAMES = {"510100001001": ("东风社区", "urban"), "510100001201": ("红星村", "rural")}


@st.composite
def assignments(draw: st.DrawFn) -> tuple[Atoms, Ints]:
    """Atoms of at most 5 x 4 squares, one piece, section and building each, and the grid of each cell."""
    columns, rows = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    count = columns * rows
    households = np.array(draw(st.lists(st.integers(0, 40), min_size=count, max_size=count)), dtype=np.int64)
    border = draw(st.integers(1, columns))
    west = [number % columns for number in range(count)]
    community = np.array([list(NAMES)[int(x >= border)] for x in west], dtype=object)
    wanted = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    grid = pd.factorize(pd.Series([f"{name}/{number}" for name, number in zip(community, wanted, strict=True)]))[0]
    shapes = [_square(x, number // columns) for number, x in enumerate(west)]
    ids = [f"b{number}" for number in range(count)]
    numbers = np.arange(count)
    cells = {"id": ids, "community": community, "compound": None, "households": households}
    pieces = {"id": ids, "cell": numbers, "households": households, "stacked": False}
    buildings = {"id": ids, "cell": numbers, "households": households, "estimated": False}
    floor = pd.array([None] * count, dtype="Int64")
    sections = {"id": ids, "building": ids, "piece": numbers, "floor_from": floor, "floor_to": floor, "households": households}
    communities = pd.DataFrame([(code, *facts) for code, facts in NAMES.items()], columns=["code", "name", "kind"])
    communities = communities[communities["code"].isin(community)]
    atoms = Atoms(
        cells=_table(cells, shapes).assign(population=pd.array([None] * count, dtype="Int64")),
        pieces=_table(pieces, shapes),
        sections=pd.DataFrame(sections),
        buildings=_table(buildings, [shape.centroid for shape in shapes]),
        communities=gpd.GeoDataFrame(communities, geometry=[box(0, 0, 1, 1)] * len(communities), crs="EPSG:32648"),
        report=Report.empty(),
    )
    return atoms, grid.astype(np.int64)


def _table(columns: dict[str, object], shapes: Sequence[BaseGeometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs="EPSG:32648")


def _square(x: int, y: int) -> Polygon:
    return box(EAST + x * SIDE, NORTH + y * SIDE, EAST + (x + 1) * SIDE, NORTH + (y + 1) * SIDE)
