"""Towns drawn at random: crossing streets, rivers, and buildings that are turned, overlap and repeat."""

from collections.abc import Sequence

import geopandas as gpd
import hypothesis.strategies as st
import pandas as pd
import shapely
from shapely import affinity

from gridplan.report import Report
from gridplan.sources.town import Town

CRS = "EPSG:32650"
WEST, SOUTH, SIDE = 500_000.0, 4_000_000.0, 300.0


def place(*codes: str, shapes: Sequence[shapely.Geometry] | None = None) -> gpd.GeoDataFrame:
    """A communities table; one square of 300 m where no shapes are given."""
    drawn = shapes or [shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)]
    table = {"code": list(codes), "name": list(codes), "kind": "urban", "parent": None}
    return gpd.GeoDataFrame(table, geometry=list(drawn), crs=CRS)


def houses(
    shapes: Sequence[shapely.Geometry],
    households: Sequence[int],
    *,
    levels: Sequence[float | None] | None = None,
    entrances: Sequence[int | None] | None = None,
    estimated: bool = False,
) -> gpd.GeoDataFrame:
    """A buildings table with ids b0, b1, ..."""
    count = len(shapes)
    table = pd.DataFrame(
        {
            "id": pd.Series([f"b{row}" for row in range(count)], dtype="str"),
            "households": pd.Series(list(households), dtype="int64"),
            "population": pd.Series([pd.NA] * count, dtype="Int64"),
            "levels": pd.Series(list(levels or [None] * count), dtype="float64"),
            "entrances": pd.Series(list(entrances or [None] * count), dtype="Int64"),
            "use": pd.Series([None] * count, dtype="str"),
            "compound": pd.Series([None] * count, dtype="str"),
            "address": pd.Series([None] * count, dtype="str"),
            "estimated": pd.Series([estimated] * count, dtype="bool"),
        }
    )
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=CRS)


def town(
    buildings: gpd.GeoDataFrame,
    *,
    communities: gpd.GeoDataFrame | None = None,
    streets: Sequence[shapely.Geometry] = (),
    classes: Sequence[str] = (),
    rivers: Sequence[shapely.Geometry] = (),
) -> Town:
    """A town in a local metre CRS; streets are minor where no classes are given."""
    ranks = list(classes) or ["minor"] * len(streets)
    return Town(
        communities=place("c1") if communities is None else communities,
        buildings=buildings,
        atoms=None,
        streets=gpd.GeoDataFrame({"class": ranks, "name": [None] * len(ranks)}, geometry=list(streets), crs=CRS)
        if streets
        else None,
        barriers=gpd.GeoDataFrame({"kind": ["river"] * len(rivers)}, geometry=list(rivers), crs=CRS) if rivers else None,
        compounds=None,
        services=None,
        report=Report.empty(),
        source={},
    )


_coordinate = st.floats(-20, SIDE + 20, allow_nan=False).map(lambda value: round(value, 2))


@st.composite
def footprints(draw: st.DrawFn) -> shapely.Geometry:
    """A turned rectangle, an L, a courtyard, two blocks apart or a point, most of them inside the square of 300 m."""
    x, y = draw(_coordinate), draw(_coordinate)
    width, depth = draw(st.floats(2, 80)), draw(st.floats(2, 25))
    kind = draw(st.sampled_from(["box", "box", "box", "bent", "court", "two", "point"]))
    if kind == "point":
        return shapely.Point(WEST + x, SOUTH + y)
    shape = shapely.box(0, 0, width, depth)
    if kind == "bent":
        shape = shape.union(shapely.box(0, 0, depth / 2, width))
    if kind == "court":
        shape = shape.difference(shapely.box(width / 3, depth / 3, width / 2, depth / 2))
    if kind == "two":
        shape = shapely.union(shape, shapely.box(width + 3, 0, width + 3 + draw(st.floats(2, 120)), depth))
    turned = affinity.rotate(shape, draw(st.integers(0, 359)), origin=(0, 0))
    return affinity.translate(turned, WEST + x, SOUTH + y)


@st.composite
def lines(draw: st.DrawFn) -> shapely.LineString:
    """A line through the square, that may end in it."""
    points = draw(st.lists(st.tuples(_coordinate, _coordinate), min_size=2, max_size=4, unique=True))
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in points])


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """A town of one or two communities with up to 12 buildings, streets and a river; some footprints repeat."""
    shapes = draw(st.lists(footprints(), min_size=1, max_size=12))
    if draw(st.booleans()):
        shapes = [*shapes, shapes[0]]
    count = len(shapes)
    households = draw(st.lists(st.integers(0, 90), min_size=count, max_size=count))
    levels = draw(st.lists(st.sampled_from([None, 1.0, 6.0, 18.0]), min_size=count, max_size=count))
    split = draw(st.sampled_from([None, 137.123, 250.0]))
    communities = None
    if split is not None:
        west = shapely.box(WEST, SOUTH, WEST + split, SOUTH + SIDE)
        communities = place("c1", "c2", shapes=[west, shapely.box(WEST + split, SOUTH, WEST + SIDE, SOUTH + SIDE)])
    return town(
        houses(shapes, households, levels=levels),
        communities=communities,
        streets=draw(st.lists(lines(), max_size=5)),
        rivers=draw(st.lists(lines(), max_size=1)),
    )
