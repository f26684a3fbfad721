"""Datums: known places, there and back over all of the rectangle and at its edge, equal outside it."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.sources import DATUMS, Datum, convert_layer, convert_lonlat
from gridplan.sources.datum import RECTANGLE, check_lonlat, metres_between

WEST, SOUTH, EAST, NORTH = RECTANGLE
LONGITUDES, LATITUDES = st.floats(WEST, EAST), st.floats(SOUTH, NORTH)
SHIFTED = st.sampled_from(["gcj02", "bd09"])
METRES = 111_195.0


def apart(x: float, y: float, to_x: float, to_y: float) -> float:
    """Metres between two near places, never less than the truth."""
    return float(np.hypot(x - to_x, y - to_y)) * METRES


@pytest.mark.parametrize(
    ("place", "gcj02", "bd09"),
    [
        # Made once with the PyPI package coord-convert 0.2.1, whose rules going forth agree to 1e-8 m everywhere.
        ((116.39123, 39.90733), (116.397471, 39.908731), (116.403844, 39.915075)),
        ((106.9795, 26.4531), (106.983413, 26.449572), (106.990001, 26.455259)),
        ((87.6168, 43.8256), (87.619650, 43.826805), (87.626100, 43.832950)),
    ],
)
def test_known_places(place: tuple[float, float], gcj02: tuple[float, float], bd09: tuple[float, float]) -> None:
    for target, expected in (("gcj02", gcj02), ("bd09", bd09)):
        x, y = convert_lonlat(*place, source="wgs84", target=target)  # type: ignore[arg-type] # literals out of a tuple
        assert apart(float(x), float(y), *expected) < 0.2


@given(LONGITUDES, LATITUDES, SHIFTED)
@example(105.0, 35.0, "gcj02")  # where the rule has its kink
@example(WEST, SOUTH, "gcj02")
@example(EAST, NORTH, "bd09")
@example(WEST, 35.0, "bd09")
@example(EAST, 35.0, "gcj02")
def test_there_and_back(lon: float, lat: float, datum: Datum) -> None:
    moved = convert_lonlat(lon, lat, source="wgs84", target=datum)
    assert 1.0 < apart(float(moved[0]), float(moved[1]), lon, lat) < 2500.0
    x, y = convert_lonlat(*moved, source=datum, target="wgs84")
    assert apart(float(x), float(y), lon, lat) < 1e-6


@given(LONGITUDES, LATITUDES)
@example(137.28594096974075, NORTH)
@example(WEST, SOUTH)
def test_ways_through_any_datum_end_at_the_same_place(lon: float, lat: float) -> None:
    x, y = np.float64(lon), np.float64(lat)
    for source, target in pairwise(("wgs84", "gcj02", "bd09", "gcj02", "cgcs2000", "bd09", "wgs84")):
        x, y = convert_lonlat(x, y, source=source, target=target)  # type: ignore[arg-type,assignment] # literals out of a tuple
    assert apart(float(x), float(y), lon, lat) < 1e-6


@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(DATUMS), st.sampled_from(DATUMS))
def test_far_outside_all_datums_are_one(lon: float, lat: float, source: Datum, target: Datum) -> None:
    if WEST - 0.1 < lon < EAST + 0.1 and SOUTH - 0.1 < lat < NORTH + 0.1:
        return
    x, y = convert_lonlat(lon, lat, source=source, target=target)
    assert (float(x), float(y)) == (lon, lat)


def test_just_outside_nothing_moves() -> None:
    for lon, lat in ((WEST - 1e-6, 35.0), (EAST + 1e-6, 35.0), (105.0, SOUTH - 1e-6), (105.0, NORTH + 1e-6)):
        x, y = convert_lonlat(lon, lat, source="wgs84", target="gcj02")
        assert (float(x), float(y)) == (lon, lat)


@given(LONGITUDES, LATITUDES, SHIFTED)
def test_neighbours_stay_neighbours(lon: float, lat: float, datum: Datum) -> None:
    """Away from the edge 100 m stay 100 m, within 2 %: shapes are moved, not bent."""
    lon, lat = np.clip([lon, lat], [WEST, SOUTH], [EAST - 0.01, NORTH - 0.01])
    x, y = convert_lonlat([lon, lon + 0.001, lon], [lat, lat, lat + 0.001], source="wgs84", target=datum)
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(0.001, rel=0.02)
    assert np.hypot(x[2] - x[0], y[2] - y[0]) == pytest.approx(0.001, rel=0.02)


def test_input_stays_as_it_was_and_shapes_too() -> None:
    lon, lat = np.array([[104.0, 105.0], [106.0, np.nan]]), np.full((2, 2), 30.0)
    x, y = convert_lonlat(lon, lat, source="gcj02", target="bd09")
    assert x.shape == y.shape == (2, 2)
    assert lon[0, 0] == 104.0
    assert np.isnan(x[1, 1])


def test_every_vertex_of_a_layer_moves_and_nothing_else_changes() -> None:
    ring = [(104.0, 30.0), (104.1, 30.0), (104.1, 30.1), (104.0, 30.0)]
    shapes = [shapely.Polygon(ring), shapely.LineString([(104.0, 30.0), (104.2, 30.2)]), shapely.Point(104.0, 30.0, 500.0), None]
    layer = gpd.GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:4490", index=[7, 3, 5, 9])
    before = layer.copy()
    moved = convert_layer(layer, source="gcj02", target="wgs84")
    assert layer.equals(before)
    assert list(moved.index) == [7, 3, 5, 9]
    assert moved.crs == layer.crs
    x, y = convert_lonlat(104.0, 30.0, source="gcj02", target="wgs84")
    for row in (7, 3, 5):
        assert shapely.get_coordinates(moved.geometry[row])[0].tolist() == [float(x), float(y)]
    assert shapely.get_coordinates(moved.geometry[5], include_z=True)[0, 2] == 500.0
    assert moved.geometry[9] is None
    assert np.all(metres_between(layer, moved) > 100)


def test_a_shared_border_stays_shared() -> None:
    left, right = shapely.box(104.0, 30.0, 104.1, 30.1), shapely.box(104.1, 30.0, 104.2, 30.1)
    moved = convert_layer(gpd.GeoSeries([left, right], crs=4326), source="gcj02", target="wgs84")
    assert shapely.coverage_is_valid(moved.to_numpy())


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:3857", "EPSG:4214"])
def test_what_cannot_be_gcj02_is_refused(crs: str) -> None:
    layer = gpd.GeoSeries([shapely.Point(0, 0)], crs=crs)
    with pytest.raises(InputError, match="GP140"):
        convert_layer(layer, source="gcj02", target="wgs84")
    with pytest.raises(InputError, match="GP105"):
        check_lonlat(gpd.GeoSeries([shapely.Point(0, 0)]), "bd09")


def test_an_unknown_datum_is_named() -> None:
    with pytest.raises(InputError, match=r"GP118.*mars"):
        convert_lonlat(104, 30, source="mars", target="wgs84")  # type: ignore[arg-type] # that is the point
