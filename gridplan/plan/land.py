"""Land of zones: unions of pieces whose shared vertices stay shared, also in longitude and latitude."""

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gridplan import crs
from gridplan.graph.atom_graph import Floats, Ints

Shapes = NDArray[np.object_]

DIGITS = 9
"""Decimals of a degree that are kept: about 0.1 mm, a tenth of the grid that cells are drawn on."""


@dataclass(frozen=True)
class Measures:
    """Area (m2), compactness (0-1) and centroid (m) of each shape, in the metre CRS."""

    area: Floats
    compactness: Floats
    x: Floats
    y: Floats


def unite(shapes: Shapes, group: Ints, count: int) -> Shapes:
    """The union of the shapes of each group 0..count-1 (-1: of none), every vertex and hole kept.

    The shapes are a valid coverage, so a union only drops shared segments, and neighbouring unions still share vertices.
    Rings start at their lowest point and shells run counter-clockwise whatever the order of the input.
    Cost: O(vertices log vertices); 0.7 s for 100,000 cells to 4,000 zones.
    """
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(count + 1))
    united = [shapely.coverage_union_all(shapes[order[a:b]]) for a, b in pairwise(starts)]
    return canonical(np.array(united, dtype=object))


def canonical(shapes: Shapes) -> Shapes:
    """The same shapes with one way of writing each: parts and rings in a fixed order, a single part as a plain polygon."""
    plain = np.array([shape.geoms[0] if shape.geom_type != "Polygon" and len(shape.geoms) == 1 else shape for shape in shapes])
    return np.asarray(shapely.orient_polygons(shapely.normalize(plain)), dtype=object)


def measure(shapes: Shapes) -> Measures:
    """Area, Polsby-Popper compactness (4 pi area / perimeter^2, holes included) and centroid.

    References
    ----------
    Polsby, D. D. and Popper, R. D. (1991): The third criterion. Yale Law & Policy Review 9(2), 301-353.
    """
    area, length = shapely.area(shapes), shapely.length(shapes)
    middle = shapely.centroid(shapes)
    return Measures(area=area, compactness=4 * np.pi * area / length**2, x=shapely.get_x(middle), y=shapely.get_y(middle))


def to_degrees(shapes: Shapes, source: pyproj.CRS, *, decimals: int | None) -> Shapes:
    """The shapes in longitude and latitude, rounded to ``decimals`` of a degree (None: not at all).

    Equal points become equal points, so what shared a vertex still does.
    """
    lonlat = np.asarray(crs.to_lonlat(gpd.GeoDataFrame(geometry=shapes, crs=source)).geometry.array)
    if decimals is None:
        return lonlat
    return np.asarray(shapely.transform(lonlat, lambda points: np.round(points, decimals)), dtype=object)


def to_metres(shapes: Shapes, target: pyproj.CRS) -> Shapes:
    """Shapes in longitude and latitude, in a metre CRS."""
    return np.asarray(crs.to_crs(gpd.GeoDataFrame(geometry=shapes, crs=crs.LONLAT), target).geometry.array)


def decimals_that_hold(shapes: Shapes, community: Ints, source: pyproj.CRS) -> int | None:
    """``DIGITS`` where the pieces are still valid, and a coverage in each community, when rounded; None where they are not."""
    rounded = to_degrees(shapes, source, decimals=DIGITS)
    if not shapely.is_valid(rounded).all():
        return None
    groups = (rounded[community == number] for number in np.unique(community))
    return DIGITS if all(shapely.coverage_is_valid(group) for group in groups) else None
