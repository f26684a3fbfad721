"""Neighbours differ, for every eye, and labels lie inside."""

from itertools import combinations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import Point, Polygon, box

from gridplan.cartography.palette import FILLS
from gridplan.cartography.style import label_points, map_colours, neighbours
from tests.samples import METRES, sample_plan

#: How the three cone types that may be missing change linear RGB: Viénot, Brettel & Mollon (1999),
#: doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3, and Machado et al. (2009), doi:10.1109/TVCG.2009.113.
SIGHT = {
    "full": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE Lab of a colour as it is seen."""
    rgb = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    root = np.cbrt(xyz / np.array([0.95047, 1.0, 1.08883]))
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_most_used_fills_stay_apart_for_every_eye() -> None:
    for sight in SIGHT:
        for one, other in combinations(FILLS[:4], 2):
            assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > 12, (sight, one, other)


def test_touching_at_a_point_is_not_being_neighbours() -> None:
    assert neighbours([box(0, 0, 1, 1), box(1, 0, 2, 1), box(1, 1, 2, 2)]) == [[1], [0, 2], [1]]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=40, unique=True))
def test_neighbours_differ_on_every_plane_map(points: list[tuple[int, int]]) -> None:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    touching = neighbours(list(cells))
    colours = map_colours(touching)
    assert all(colours[row] != colours[other] for row, rows in enumerate(touching) for other in rows)
    assert map_colours(touching) == colours


def test_more_neighbours_than_colours_still_gets_an_answer() -> None:
    everyone = [[other for other in range(10) if other != row] for row in range(10)]
    assert sorted(set(map_colours(everyone))) == list(range(len(FILLS)))


def test_labels_lie_inside_also_in_a_bent_grid() -> None:
    plan = sample_plan()
    points, radius = label_points(plan.grids, CRS(METRES))
    assert all(shape.contains(Point(point)) for shape, point in zip(plan.grids.geometry, points, strict=True))
    assert min(radius) > 90, "the squares are some 190 m wide"
    bent = plan.grids.iloc[:1].copy()
    bent.geometry = [Polygon([(104, 30), (104.01, 30), (104.01, 30.01), (104.009, 30.01), (104.009, 30.001), (104, 30.001)])]
    points, _ = label_points(bent, CRS(METRES))
    assert bent.geometry.iloc[0].contains(Point(points[0]))
    assert not bent.geometry.iloc[0].contains(bent.geometry.iloc[0].centroid)
