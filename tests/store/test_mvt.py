"""The grid of a tile: whatever is drawn, neighbours keep their common vertices and every shape stays valid."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.store.mvt import EXTENT, TilePlace, on_grid
from tests.store.tiles import pieces, tile_at

LONGITUDE, LATITUDE = 104.06, 30.67


@st.composite
def coverages(draw: st.DrawFn) -> np.ndarray:
    """Squares of about 100 m side by side, each common corner moved by up to 0.49 of a side for both."""
    size = draw(st.integers(2, 5))
    moves = st.lists(st.floats(-0.49, 0.49), min_size=2 * (size + 1) ** 2, max_size=2 * (size + 1) ** 2)
    shift = np.array(draw(moves)).reshape(size + 1, size + 1, 2)
    corner = (np.stack(np.meshgrid(np.arange(size + 1), np.arange(size + 1), indexing="ij"), axis=-1) + shift) * 0.001
    corner += np.array([LONGITUDE, LATITUDE])
    squares = [
        shapely.Polygon([corner[x, y], corner[x + 1, y], corner[x + 1, y + 1], corner[x, y + 1]])
        for x in range(size)
        for y in range(size)
    ]
    return np.array([square for square in squares if square.is_valid], dtype=object)


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 20))
def test_common_vertices_stay_common(squares: np.ndarray, zoom: int) -> None:
    place = TilePlace(*tile_at(LONGITUDE + 0.0015, LATITUDE + 0.0015, zoom))
    shown = on_grid(squares, place)
    assert shapely.is_valid(shown).all()
    inside = shapely.box(0, 0, EXTENT, EXTENT)
    kept = [set(map(tuple, shapely.get_coordinates(shape).tolist())) for shape in shown]
    for row, square in enumerate(squares):
        assert np.array_equal(shapely.get_coordinates(shown[row]), np.rint(shapely.get_coordinates(shown[row])))
        moved = place.cells(shapely.get_coordinates(square))
        plain = shapely.Polygon(moved).is_valid
        for x, y in moved.tolist():
            # A shape that crosses itself on the grid is mended; the others keep every vertex that is in the tile.
            if plain and inside.contains_properly(shapely.Point(x, y)):
                assert (x, y) in kept[row]


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(12, 20))
def test_no_border_moves_by_more_than_a_cell(squares: np.ndarray, zoom: int) -> None:
    place = TilePlace(*tile_at(LONGITUDE + 0.0015, LATITUDE + 0.0015, zoom))
    tile = shapely.box(0, 0, EXTENT, EXTENT)
    for square, shape in zip(squares, on_grid(squares, place), strict=True):
        exact = shapely.transform(square, lambda places: exactly(place, places))
        if tile.contains(exact) and shapely.transform(square, place.cells).is_valid:
            assert shapely.hausdorff_distance(exact.boundary, shape.boundary) < math.sqrt(0.5) + 1e-6


def exactly(place: TilePlace, lonlat: np.ndarray) -> np.ndarray:
    """Positions in cells, not rounded, by the projection's own formula."""
    radians = np.radians(lonlat)
    tiles = 2.0**place.zoom
    across = (radians[:, 0] / np.pi + 1) / 2 * tiles - place.col
    down = (1 - np.log(np.tan(np.pi / 4 + radians[:, 1] / 2)) / np.pi) / 2 * tiles - place.row
    return np.column_stack((across, down)) * EXTENT


@pytest.mark.parametrize(
    ("zoom", "row", "col", "box"),
    [(0, 0, 0, (-180, -85.0511287798066, 180, 85.0511287798066)), (1, 0, 1, (0, 0, 180, 85.0511287798066))],
)
def test_box_of_a_tile_is_the_matrix_cell_with_its_buffer(zoom: int, row: int, col: int, box: tuple[float, ...]) -> None:
    west, south, east, north = TilePlace(zoom, row, col).box
    edge = 360 / 2**zoom * 64 / 4096
    assert (west, east) == pytest.approx((box[0] - edge, box[2] + edge))
    assert south < box[1]
    assert north > box[3]
    corners = np.array([(box[0], box[3]), (box[2], box[1])])
    assert TilePlace(zoom, row, col).cells(corners).tolist() == [[0, 0], [4096, 4096]]


def test_cells_are_those_that_postgis_counts() -> None:
    place = TilePlace(*tile_at(LONGITUDE, LATITUDE, 14))
    metres = np.array([[LONGITUDE * np.pi / 180 * 6378137, np.arcsinh(np.tan(np.radians(LATITUDE))) * 6378137]])
    add_x, add_y, times_x, times_y = place.to_cells
    by_factor = np.rint((metres + np.array([add_x, add_y])) * np.array([times_x, times_y]))
    assert by_factor.tolist() == place.cells(np.array([[LONGITUDE, LATITUDE]])).tolist()


@pytest.mark.parametrize("seed", range(10))
def test_what_a_cut_leaves_is_mended_or_left_out(seed: int) -> None:
    place = TilePlace(14, 6757, 12938)
    shown = on_grid(pieces(seed, place), place)
    assert shapely.is_valid(shown).all()
    assert {shape.geom_type for shape in shown} <= {"Polygon", "MultiPolygon"}
    assert any(not shape.is_empty for shape in shown)
    assert any(shape.is_empty for shape in shown)
