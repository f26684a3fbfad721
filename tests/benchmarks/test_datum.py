"""The benchmark of datums: the shift that it finds is the shift that was made."""

import numpy as np
import shapely

from benchmarks.datum import CITIES, _as_in, _best_shift


def test_the_shift_of_an_outline_is_found() -> None:
    ring = shapely.Point(0, 0).buffer(5000).exterior
    points = shapely.get_coordinates(shapely.line_interpolate_point(ring, np.arange(0.0, ring.length, 50.0)))
    moved = shapely.transform(ring, lambda corners: np.add(corners, [300.0, -400.0]))
    assert np.abs(_best_shift(points, moved) - [-300.0, 400.0]).max() < 1.0
    assert np.abs(_best_shift(points, ring)).max() < 1.0


def test_candidates_of_a_city_undo_each_other() -> None:
    moves = _as_in(CITIES[0])
    x, y = moves["gcj02", "bd09"](*moves["bd09", "gcj02"](np.array([25.0]), np.array([60.0])))
    assert abs(float(x[0]) - 25.0) < 1e-12
    assert abs(float(y[0]) - 60.0) < 1e-12
    x, _ = moves["wgs84", "gcj02"](np.array([25.0]), np.array([60.0]))
    assert 0.005 < float(x[0]) - 25.0 < 0.007
