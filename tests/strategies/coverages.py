"""Coverages to draw from: areas made of the squares of a lattice, so that neighbours share vertices."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

SIDE = 10.0
EAST, NORTH = 410_000.0, 3_390_000.0


@st.composite
def coverages(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """2 to 12 areas, some with holes, some in parts, made of the squares of a lattice of at most 5 x 5."""
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    squares = np.array([_square(x, y) for y in range(rows) for x in range(columns)], dtype=object)
    label = np.array(draw(st.lists(st.integers(0, 11), min_size=len(squares), max_size=len(squares))))
    shapes = [shapely.coverage_union_all(squares[label == number]) for number in np.unique(label)]
    households = draw(st.lists(st.integers(0, 60), min_size=len(shapes), max_size=len(shapes)))
    compound = draw(st.lists(st.sampled_from([None, "甲", "乙"]), min_size=len(shapes), max_size=len(shapes)))
    columns_of = {"households": np.array(households, dtype=np.int64), "compound": np.array(compound, dtype=object)}
    return gpd.GeoDataFrame(columns_of, geometry=shapes, crs="EPSG:32648")


def _square(x: int, y: int) -> Polygon:
    return box(EAST + x * SIDE, NORTH + y * SIDE, EAST + (x + 1) * SIDE, NORTH + (y + 1) * SIDE)
