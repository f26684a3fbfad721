"""Cells tile their outlines, regions stay connected and get what they are to have."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.simulation.coverage import GRID_M, borders_of, cells_round, neighbours_of
from gridplan.simulation.regions import evened, grow, halved

SQUARE = shapely.box(0, 0, 100, 100)
#   +--+      +--+     a U, whose arms are 20 m wide
#   |  |      |  |
#   |  +------+  |
#   +------------+
ARMS = shapely.Polygon([(0, 0), (100, 0), (100, 100), (80, 100), (80, 20), (20, 20), (20, 100), (0, 100)])


def land(*outlines: shapely.Polygon) -> np.ndarray:
    return np.asarray(shapely.set_precision(np.array(outlines, dtype=object), GRID_M))


def connected(cells: list[int], beside: list[list[int]]) -> bool:
    seen, queue = {cells[0]}, [cells[0]]
    while queue:
        more = [other for other in beside[queue.pop()] if other in set(cells) - seen]
        seen.update(more)
        queue += more
    return len(seen) == len(cells)


def test_four_sites_quarter_a_square() -> None:
    sites = np.array([[25.0, 25], [75, 25], [25, 75], [75, 75]])
    cells = cells_round(sites, np.zeros(4, np.int64), land(SQUARE))
    assert [shapely.area(cell) for cell in cells] == [2500.0] * 4
    assert shapely.bounds(cells[1]).tolist() == [50, 0, 100, 50]
    borders = borders_of(cells)
    assert sorted(zip(borders.i.tolist(), borders.j.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert borders.lengths().tolist() == [50.0] * 4


def test_a_piece_of_a_cell_beyond_a_bend_goes_to_its_neighbour() -> None:
    # Without the gap the site in the left arm would be nearest to a strip of the right arm as well.
    sites = np.array([[10.0, 90], [90, 10]])
    cells = cells_round(sites, np.zeros(2, np.int64), land(ARMS))
    assert {cell.geom_type for cell in cells} == {"Polygon"}
    assert shapely.area(cells).sum() == ARMS.area
    assert cells[1].contains(shapely.Point(90, 99))


def test_no_cell_crosses_from_one_outline_to_the_next() -> None:
    west, east = shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)
    sites, home = np.array([[45.0, 50], [10, 50], [95, 50]]), np.array([0, 0, 1])
    cells = cells_round(sites, home, land(west, east))
    assert shapely.area(shapely.intersection(cells[:2], east)).sum() == 0
    assert cells[2].equals(east)
    assert shapely.coverage_is_valid(cells)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 60))
def test_cells_are_a_coverage_of_the_outline(seed: int, count: int) -> None:
    sites = np.random.default_rng(seed).uniform(1, 99, (3 * count, 2))
    sites = sites[shapely.contains_xy(ARMS, sites)]
    if not len(sites):
        return
    cells = cells_round(sites, np.zeros(len(sites), np.int64), land(ARMS))
    assert shapely.coverage_is_valid(cells)
    assert {cell.geom_type for cell in cells} == {"Polygon"}
    assert abs(shapely.area(cells).sum() - ARMS.area) < 0.1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(2, 12))
def test_blocks_are_divided_by_count(target: list[int], wide: int) -> None:
    number = np.arange(sum(target))
    result = halved(number % wide, number // wide, (200.0, 160.0), np.array(target))
    assert np.bincount(result, minlength=len(target)).tolist() == target


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_regions_grow_connected_and_even(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    at = rng.uniform(1, 99, (80, 2))
    beside = neighbours_of(borders_of(cells_round(at, np.zeros(80, np.int64), land(SQUARE))), 80)
    start = rng.choice(80, count, replace=False)
    label = np.full(80, -1, dtype=np.int64)
    label[start] = np.arange(count)
    target, allowed = rng.uniform(1, 3, count), [True] * 80
    grown = grow(beside, at, label, target=target, middle=at[start], allowed=allowed)
    even = evened(beside, at, grown, target=target, middle=at[start], allowed=allowed)
    wish = 80 * target / target.sum()
    for regions in (grown, even):
        assert (regions >= 0).all()
        assert all(connected(np.flatnonzero(regions == row).tolist(), beside) for row in range(count))
    off = [float((((np.bincount(regions, minlength=count) - wish) ** 2) / wish).sum()) for regions in (grown, even)]
    assert off[1] <= off[0] + 1e-6 or np.allclose(wish, target)
